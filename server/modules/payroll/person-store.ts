import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { AppliedFact } from './employee-store.ts';

type MoveOutcome = { alone: true } | { same: true } | { facts: AppliedFact[] };

/** Gives an employment to a person, or to a new one of its own when `to` is null; see payroll.move_employment. */
export async function moveEmployment(
  sql: Tx,
  place: { customerId: string; environmentId: string; employmentId: string },
  to: string | null,
  by: string,
  now: Temporal.Instant,
): Promise<MoveOutcome> {
  const [row] = await sql<{ outcome: MoveOutcome }[]>`
    select payroll.move_employment(${place.customerId}, ${place.environmentId}, ${place.employmentId}, ${to},
      ${now.toString()}, ${by}) as outcome`;
  if (row === undefined) throw new Error('move_employment returned no row');
  return row.outcome;
}

/** The person of an employment; undefined when there is no such employment. */
export async function findPersonOf(
  sql: Tx,
  environmentId: string,
  employmentId: string,
): Promise<string | undefined> {
  const [row] = await sql<Row<'payroll.employments', 'person_id'>[]>`
    select person_id as "personId" from payroll.employments
    where environment_id = ${environmentId} and id = ${employmentId}`;
  return row?.personId;
}

/** Other employments of the person of an employment, by key; at most 50. */
export async function listEmploymentsBeside(
  sql: Tx,
  environmentId: string,
  of: { employmentId: string; personId: string },
): Promise<Row<'payroll.employments', 'id' | 'company_code' | 'employee_number'>[]> {
  return sql<Row<'payroll.employments', 'id' | 'company_code' | 'employee_number'>[]>`
    select id, company_code as "companyCode", employee_number as "employeeNumber" from payroll.employments
    where environment_id = ${environmentId} and person_id = ${of.personId} and id <> ${of.employmentId}
    order by company_code, employee_number limit 50`;
}

/** A confirmation as it is kept; `subject` and `value` in the folded form. */
export type ConfirmationRow = Row<
  'payroll.confirmations',
  'id' | 'kind' | 'subject' | 'value' | 'reason' | 'confirmed_at' | 'confirmed_by'
>;

/** Keeps what a person confirmed, `subject` and `value` in the folded form; the same again changes nothing. */
export async function insertConfirmation(
  sql: Tx,
  place: { customerId: string; environmentId: string },
  given: { kind: string; subject: string; value: string; reason: string; by: string },
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into payroll.confirmations (environment_id, customer_id, kind, subject, value, reason, confirmed_at, confirmed_by)
    values (${place.environmentId}, ${place.customerId}, ${given.kind}, ${given.subject}, ${given.value},
      ${given.reason}, ${now.toString()}, ${given.by})
    on conflict do nothing`;
}

/** Confirmations of an environment, the newest first, older than `before`. */
export async function listConfirmations(
  sql: Tx,
  environmentId: string,
  page: { before: string | null; limit: number },
): Promise<ConfirmationRow[]> {
  return sql<ConfirmationRow[]>`
    select id, kind, subject, value, reason, confirmed_at as "confirmedAt", confirmed_by as "confirmedBy"
    from payroll.confirmations
    where environment_id = ${environmentId} and (${page.before}::uuid is null or id < ${page.before})
    order by id desc limit ${page.limit}`;
}
