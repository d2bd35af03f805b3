import { environmentsOf, getCustomer } from '#modules/customers/index.ts';
import type { Consumer } from '#platform/consume.ts';
import type { Work } from '#platform/transact.ts';
import { enterEnvironment, selectCompanies } from './company-store.ts';
import { createCompany } from './create-company.ts';

/** Gives a new customer's sandbox a legal employer, so that its first employee can be written at once. */
export const firstCompany: Consumer = {
  name: 'payroll.first-company',
  kinds: ['customer'],
  handle: async (work, events, { customerId }) => {
    if (customerId !== null && events.some(({ type }) => type === 'customer.created'))
      await addFirstCompany(work, customerId);
  },
};

async function addFirstCompany(work: Work, customerId: string): Promise<void> {
  const customer = await getCustomer(work.sql, customerId);
  const sandbox = (await environmentsOf(work.sql, customerId)).find(({ kind }) => kind === 'sandbox');
  if (customer === undefined || sandbox === undefined) return;
  await enterEnvironment(work.sql, sandbox.id);
  if ((await selectCompanies(work.sql, sandbox.id)).length > 0) return;
  const { timeZone } = work.platform.config.vendor;
  await createCompany(
    work,
    { customerId, environmentId: sandbox.id },
    {
      code: customer.code.slice(0, 12),
      name: customer.name.slice(0, 120),
      timeZone,
      country: timeZone.startsWith('Australia/') ? 'AU' : 'NZ',
    },
  );
}
