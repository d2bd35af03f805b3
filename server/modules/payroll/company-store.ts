import type { Company } from '#contract/payroll.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

interface NewCompany
  extends Row<
    'payroll.companies',
    'customer_id' | 'environment_id' | 'code' | 'name' | 'time_zone' | 'country' | 'abn'
  > {
  now: Temporal.Instant;
}

/** A legal employer as it is read; companyId is not shown as an id yet. */
type StoredCompany = Row<'payroll.companies', 'code' | 'name' | 'time_zone' | 'country'> &
  Pick<Company, 'companyId'>;

/** Adds a legal employer; undefined when its code is taken. */
export async function insertCompany(sql: Tx, company: NewCompany): Promise<StoredCompany | undefined> {
  const [row] = await sql<StoredCompany[]>`
    insert into payroll.companies (environment_id, customer_id, code, name, time_zone, country, abn, created_at)
    values (${company.environmentId}, ${company.customerId}, ${company.code}, ${company.name}, ${company.timeZone},
      ${company.country}, ${company.abn}, ${company.now.toString()})
    on conflict do nothing
    returning id as "companyId", code, name, time_zone as "timeZone", country`;
  return row;
}

/** Narrows the rest of a customer's transaction to one of its environments. */
export async function enterEnvironment(sql: Tx, environmentId: string): Promise<void> {
  await sql`select set_config('app.environment', ${environmentId}, true)`;
}

/** All legal employers of an environment, by code: only staff add to them. */
export async function selectCompanies(sql: Tx, environmentId: string): Promise<StoredCompany[]> {
  return sql<StoredCompany[]>`
    select id as "companyId", code, name, time_zone as "timeZone", country from payroll.companies
    where environment_id = ${environmentId} order by code`;
}
