import type { ServiceModel } from '#contract/customers.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import type { AccountPeople } from './account-people.ts';
import { getCustomer, updateCustomer } from './customer-store.ts';

/**
 * Changes a customer; what is left out becomes empty. Integrations that are under way keep the service model and the
 * people they were opened with.
 */
export async function changeCustomer(
  work: Work,
  customerId: string,
  input: {
    name: string;
    serviceModel: ServiceModel;
    headCount?: number | undefined;
    domains?: string[] | undefined;
  } & AccountPeople,
): Promise<void> {
  const before = await getCustomer(work.sql, customerId);
  if (before === undefined) throw notFound();
  const after = {
    ...before,
    name: input.name,
    serviceModel: input.serviceModel,
    headCount: input.headCount ?? null,
    directorId: input.directorId,
    consultantId: input.consultantId,
    teamLeadId: input.teamLeadId,
    domains: input.domains ?? [],
  };
  await updateCustomer(work.sql, after);
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  if (changed.length === 0) return;
  work.emit(customerId, {
    type: 'customer.changed',
    subject: { customerId },
    data: { fields: changed, serviceModel: after.serviceModel },
  });
  work.audit({ action: 'customer.change', subject: customerId, detail: { fields: changed } });
}
