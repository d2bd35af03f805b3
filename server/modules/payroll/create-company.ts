import type { z } from 'zod';
import type { Company, companyInput } from '#contract/payroll.ts';
import { isZone } from '#platform/clock.ts';
import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { isAbn } from './au-numbers.ts';
import { insertCompany } from './company-store.ts';
import { problems } from './problems.ts';

/** Adds a legal employer to an environment; its zone decides what day a payroll date means. */
export async function createCompany(
  work: Work,
  scope: { customerId: string; environmentId: string },
  input: z.output<typeof companyInput>,
): Promise<Company> {
  const errors = [];
  if (input.abn && !isAbn(input.abn))
    errors.push({ pointer: '/abn', detail: 'is no Australian business number' });
  if (!isZone(input.timeZone))
    errors.push({ pointer: '/timeZone', detail: 'must be a zone such as Pacific/Auckland' });
  if (errors.length > 0)
    throw problems['employee-invalid']({ detail: 'The legal employer is not right yet', errors });
  const company = await insertCompany(work.sql, {
    ...scope,
    ...input,
    abn: input.abn ?? null,
    now: work.now,
  });
  if (company === undefined)
    throw problems['company-exists']({ errors: [{ pointer: '/code', detail: 'is taken' }] });
  work.audit({
    action: 'company.create',
    subject: input.code,
    detail: { timeZone: input.timeZone },
  });
  return { ...company, companyId: showId('cpy', company.companyId) };
}
