import type { Tx } from '#platform/database.ts';

export interface CrossFindingRow {
  employmentId: string;
  code: string;
  /** company_code/employee_number of one other employment that is meant. */
  other: string | null;
}

/** What shows when these employments are compared with others; see payroll.cross_findings. */
export async function selectCrossFindings(
  sql: Tx,
  environmentId: string,
  employmentIds: string[],
  now: Temporal.Instant,
): Promise<CrossFindingRow[]> {
  return sql<CrossFindingRow[]>`
    select employment_id as "employmentId", code, other
    from payroll.cross_findings(${environmentId}, ${employmentIds}, ${now.toString()}) order by code`;
}
