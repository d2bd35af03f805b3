import type { Company } from '#contract/payroll.ts';
import type { Tx } from '#platform/database.ts';

interface NewCompany {
  customerId: string;
  environmentId: string;
  code: string;
  name: string;
  timeZone: string;
  country: string;
  abn: string | null;
  now: Temporal.Instant;
}

/** Adds a legal employer; undefined when its code is taken. */
export async function insertCompany(sql: Tx, company: NewCompany): Promise<Company | undefined> {
  const [row] = await sql<Company[]>`
    insert into payroll.companies (environment_id, customer_id, code, name, time_zone, country, abn, created_at)
    values (${company.environmentId}, ${company.customerId}, ${company.code}, ${company.name}, ${company.timeZone},
      ${company.country}, ${company.abn}, ${company.now.toString()})
    on conflict do nothing
    returning id as "companyId", code, name, time_zone as "timeZone", country`;
  return row;
}

/** The legal employers of an environment, by code. */
export async function selectCompanies(sql: Tx, environmentId: string): Promise<Company[]> {
  return sql<Company[]>`
    select id as "companyId", code, name, time_zone as "timeZone", country from payroll.companies
    where environment_id = ${environmentId} order by code limit 200`;
}
