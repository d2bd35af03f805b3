import type { ServiceModel } from '#contract/customers.ts';
import type { Role } from '#contract/roles.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import type { AccountPeople } from './account-people.ts';
import { type Customer, getCustomer, updateCustomer } from './customer-store.ts';

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
  expectMayName(work, before, after);
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  if (changed.length === 0) return;
  await updateCustomer(work.sql, after);
  work.emit(customerId, {
    type: 'customer.changed',
    subject: { customerId },
    data: { fields: changed, serviceModel: after.serviceModel },
  });
  work.audit({ action: 'customer.change', subject: customerId, detail: { fields: changed } });
}

/** Roles that change customers. */
export const customerChangers = [
  'commercial-director',
  'lead-consultant',
  'customer-team-lead',
  'administrator',
] as const satisfies Role[];

/** Who looks after a customer, and whose mail counts as theirs, are rights: a stand-in changes neither. */
function expectMayName({ actor }: Work, before: Customer, after: Customer): void {
  if (actor.kind !== 'person') return;
  const own = actor.ownRoles ?? actor.roles;
  if (customerChangers.some((role) => own.includes(role))) return;
  const rightsOf = ({ directorId, consultantId, teamLeadId, domains }: Customer) =>
    JSON.stringify([directorId, consultantId, teamLeadId, domains]);
  if (rightsOf(before) !== rightsOf(after)) throw commonProblems.forbidden();
}
