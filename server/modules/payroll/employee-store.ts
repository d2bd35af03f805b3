import type { EmployeeDocument } from '#contract/payroll.ts';
import { type Actor, actorReference } from '#platform/actor.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { RecordFault } from './record-faults.ts';
import { kiwiSaverRates } from './rules-data.ts';
import type { StagedRow } from './stage-input.ts';

/** A fact that the database noted while it applied an employee. */
export interface AppliedFact {
  type: string;
  effective_from: string;
  subject: Record<string, string>;
  data: { [key: string]: never };
}

export type ApplyOutcome =
  | { conflict: number }
  | { unknownCompany: true }
  | { missing: true }
  | { broken: RecordFault[] }
  | {
      created: number;
      updated: number;
      held: number;
      employmentId: string;
      version: number;
      facts: AppliedFact[];
      /** What is to be said, but refuses nothing. */
      noted: RecordFault[];
    };

/**
 * Creates or updates one employee in the caller's transaction; facts come back for the caller to emit. With `judgeOnly` it
 * says what would be broken and writes nothing.
 */
export async function applyEmployee(
  sql: Tx,
  scope: { customerId: string; environmentId: string },
  row: StagedRow,
  by: {
    actor: Actor;
    source: Record<string, string>;
    now: Temporal.Instant;
    /** 0: it must not exist yet. */
    expectedVersion: number | 'any' | null;
    judgeOnly: boolean;
  },
): Promise<ApplyOutcome> {
  const [result] = await sql<{ outcome: ApplyOutcome }[]>`
    select payroll.put_employee(${scope.customerId}, ${scope.environmentId}, ${sql.json(row)},
      ${sql.json(actorReference(by.actor))}, ${sql.json(by.source)}, ${by.now.toString()},
      ${by.expectedVersion === 'any' ? -1 : by.expectedVersion}, ${sql.json(kiwiSaverRates.steps)}, ${by.judgeOnly}) as outcome`;
  if (result === undefined) throw new Error('put_employee returned no row');
  return result.outcome;
}

/** Whether the database refused a key because somebody has it. */
export function isTakenKey(error: unknown, constraint: string): boolean {
  const { code, constraint_name: name } = error as { code?: unknown; constraint_name?: unknown };
  return code === '23505' && name === constraint;
}

export interface DocumentRow {
  employmentId: string;
  personId: string;
  version: number;
  document: EmployeeDocument;
}

/** One employee by business key, in one round trip that also sets the environment; undefined when there is none. */
export async function selectDocument(
  sql: Database | Tx,
  environmentId: string,
  key: { companyCode: string; employeeNumber: string },
  asOf: string | null,
  now: Temporal.Instant,
): Promise<DocumentRow | undefined> {
  const [row] = await sql<DocumentRow[]>`
    select employment_id as "employmentId", person_id as "personId", version, document
    from payroll.employee_document(${environmentId}, ${key.companyCode}, ${key.employeeNumber}, ${asOf}, ${now.toString()})`;
  return row;
}

/** Employees by id, true on a day, in the order of their keys. */
export async function selectDocuments(
  sql: Database | Tx,
  environmentId: string,
  employmentIds: string[],
  asOf: string | null,
  now: Temporal.Instant,
): Promise<DocumentRow[]> {
  return sql<DocumentRow[]>`
    select employment_id as "employmentId", person_id as "personId", version, document
    from payroll.documents(${environmentId}, ${employmentIds}, ${asOf}, ${now.toString()})`;
}

export interface SummaryRow
  extends Row<
      'payroll.employments',
      'person_id' | 'company_code' | 'employee_number' | 'start_date' | 'version' | 'updated_at'
    >,
    Nullable<
      Row<
        'payroll.employment_details',
        'position_title' | 'department_code' | 'location_code' | 'employment_type'
      >
    >,
    Row<'payroll.endings', 'end_date'> {
  employmentId: string;
  name: string | null;
  status: 'pending' | 'active' | 'terminated';
}
type Nullable<T> = { [K in keyof T]: T[K] | null };

export interface PageQuery {
  after: { companyCode: string; employeeNumber: string } | null;
  limit: number;
  search: string | null;
  status: string | null;
}

/** A page of employees after a key, in one round trip that also sets the environment. */
export async function selectPage(
  sql: Database | Tx,
  environmentId: string,
  query: PageQuery,
  now: Temporal.Instant,
): Promise<SummaryRow[]> {
  return sql<SummaryRow[]>`
    select employment_id as "employmentId", person_id as "personId", company_code as "companyCode",
      employee_number as "employeeNumber", name, position_title as "positionTitle", department_code as "departmentCode",
      location_code as "locationCode", employment_type as "employmentType", start_date as "startDate",
      end_date as "endDate", status, version, updated_at as "updatedAt"
    from payroll.employee_page(${environmentId}, ${query.after?.companyCode ?? null},
      ${query.after?.employeeNumber ?? null}, ${query.limit}, ${query.search}, ${query.status}, ${now.toString()})`;
}

/** How many employments an environment has, ended ones included. */
export async function countEmployments(sql: Tx, environmentId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from payroll.employments where environment_id = ${environmentId}`;
  return row?.count ?? 0;
}

/** What waits for its day, soonest first. */
export async function selectPending(
  sql: Tx,
  environmentId: string,
  employmentId: string,
): Promise<Row<'payroll.pending_changes', 'kind' | 'effective_from'>[]> {
  return sql<Row<'payroll.pending_changes', 'kind' | 'effective_from'>[]>`
    select kind, effective_from as "effectiveFrom" from payroll.pending_changes
    where environment_id = ${environmentId} and employment_id = ${employmentId}
    order by effective_from, kind limit 100`;
}

export interface HistoryRow {
  group: string;
  effectiveFrom: string;
  recordedAt: string;
  supersededAt: string | null;
  source: string;
  values: Record<string, unknown>;
}

/** Every row ever recorded for an employment and its person, newest recording first; values by column. */
export async function selectHistory(
  sql: Tx,
  environmentId: string,
  employmentId: string,
  personId: string,
  limit: number,
): Promise<HistoryRow[]> {
  return sql<HistoryRow[]>`
    select h."group", h.row->>'effective_from' as "effectiveFrom", h.row->>'recorded_at' as "recordedAt",
      h.row->>'superseded_at' as "supersededAt", h.row->>'recorded_by' as source,
      jsonb_strip_nulls(h.row - '{environment_id,customer_id,employment_id,person_id,effective_from,recorded_at,superseded_at,recorded_by,import_id,told_by,name_folded}'::text[]) as values
    from (
      select 'person' as "group", to_jsonb(r) as row from payroll.person_details r
      where r.environment_id = ${environmentId} and r.person_id = ${personId}
      union all select 'employment', to_jsonb(r) from payroll.employment_details r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'taxNz', to_jsonb(r) from payroll.tax_nz r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'taxAu', to_jsonb(r) from payroll.tax_au r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'kiwiSaver', to_jsonb(r) from payroll.kiwisaver r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'bankAccounts', to_jsonb(r) - '{account_1,account_2,account_3,account_4,account_5}'::text[]
      from payroll.bank_account_sets r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'payRates', to_jsonb(r) from payroll.pay_rates r
      where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
      union all select 'ending', to_jsonb(r) || jsonb_build_object('effective_from', coalesce(r.end_date, r.recorded_at::date))
      from payroll.endings r where r.environment_id = ${environmentId} and r.employment_id = ${employmentId}
    ) h
    order by h.row->>'recorded_at' desc, h."group", h.row->>'effective_from' desc
    limit ${limit}`;
}
