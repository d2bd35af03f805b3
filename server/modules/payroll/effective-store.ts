import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

export interface DueChange
  extends Row<'payroll.pending_changes', 'kind' | 'effective_from' | 'employment_id'>,
    Row<'payroll.employments', 'person_id' | 'company_code' | 'employee_number' | 'version'> {
  /** What is different from that day on. */
  fields: string[];
}

/** Takes up to `limit` changes whose day has come in their employer's zone, oldest day first; they are announced once. */
export async function takeDueChanges(
  sql: Tx,
  environmentId: string,
  now: Temporal.Instant,
  limit: number,
): Promise<DueChange[]> {
  return sql<DueChange[]>`
    with due as (
      select p.effective_from, p.employment_id, p.kind
      from payroll.pending_changes p
      join payroll.employments e on e.environment_id = p.environment_id and e.id = p.employment_id
      join payroll.companies c on c.environment_id = p.environment_id and c.code = e.company_code
      where p.environment_id = ${environmentId}
        and p.effective_from <= (${now.toString()}::timestamptz at time zone c.time_zone)::date
      order by p.effective_from, p.employment_id, p.kind limit ${limit}
      for update of p skip locked
    ), taken as (
      delete from payroll.pending_changes p using due d
      where p.environment_id = ${environmentId} and p.effective_from = d.effective_from
        and p.employment_id = d.employment_id and p.kind = d.kind
      returning p.effective_from, p.employment_id, p.kind
    )
    select t.kind, t.effective_from as "effectiveFrom", t.employment_id as "employmentId", e.person_id as "personId",
      e.company_code as "companyCode", e.employee_number as "employeeNumber", e.version,
      coalesce(payroll.fields_effective(${environmentId}, t.kind, t.employment_id, e.person_id, t.effective_from), '{}') as fields
    from taken t
    join payroll.employments e on e.environment_id = ${environmentId} and e.id = t.employment_id
    order by t.effective_from, e.company_code, e.employee_number, t.kind`;
}

/** From which day a change without one counts, `start` being a new start of the employment; undefined without the employer. */
export async function selectEffectiveDay(
  sql: Tx,
  environmentId: string,
  key: { companyCode: string; employeeNumber: string },
  start: string | null,
  now: Temporal.Instant,
): Promise<string | undefined> {
  const [row] = await sql<{ day: string }[]>`
    select greatest((${now.toString()}::timestamptz at time zone c.time_zone)::date, coalesce(${start}::date, e.start_date)) as day
    from payroll.companies c
    left join payroll.employments e on e.environment_id = c.environment_id and e.company_code = c.code
      and e.employee_number = ${key.employeeNumber}
    where c.environment_id = ${environmentId} and c.code = ${key.companyCode}`;
  return row?.day;
}

/** The zone of a legal employer. */
export async function selectZone(
  sql: Tx,
  environmentId: string,
  companyCode: string,
): Promise<string | undefined> {
  const [row] = await sql<Row<'payroll.companies', 'time_zone'>[]>`
    select time_zone as "timeZone" from payroll.companies
    where environment_id = ${environmentId} and code = ${companyCode}`;
  return row?.timeZone;
}
