import type { ServiceModel } from '#contract/customers.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import type { AccountPeople } from './account-people.ts';
import {
  type Customer,
  type Environment,
  enterScope,
  insertCustomer,
  insertEnvironments,
  insertStream,
} from './customer-store.ts';
import { problems } from './problems.ts';

/** Adds a customer with a sandbox and a production environment, and the streams of all three; fails with customer-exists. */
export async function createCustomer(
  work: Work,
  input: {
    code: string;
    name: string;
    serviceModel: ServiceModel;
    headCount?: number | undefined;
    domains?: string[] | undefined;
  } & Partial<AccountPeople>,
): Promise<{ customer: Customer; sandbox: Environment; production: Environment }> {
  const id = uuidv7();
  const sandbox: Environment = { id: uuidv7(), customerId: id, kind: 'sandbox' };
  const production: Environment = { id: uuidv7(), customerId: id, kind: 'production' };
  const customer: Customer = {
    id,
    code: input.code,
    name: input.name,
    serviceModel: input.serviceModel,
    headCount: input.headCount ?? null,
    directorId: input.directorId ?? null,
    consultantId: input.consultantId ?? null,
    teamLeadId: input.teamLeadId ?? null,
    domains: input.domains ?? [],
    createdAt: work.now,
  };
  await enterScope(work.sql, id, sandbox.id);
  if (!(await insertCustomer(work.sql, customer))) throw problems['customer-exists']();
  await insertEnvironments(work.sql, id, [sandbox, production], work.now);
  await insertStream(work.sql, {
    id: sandbox.id,
    kind: 'environment',
    customerId: id,
    environmentId: sandbox.id,
  });
  await enterScope(work.sql, id, production.id);
  await insertStream(work.sql, {
    id: production.id,
    kind: 'environment',
    customerId: id,
    environmentId: production.id,
  });
  await insertStream(work.sql, { id, kind: 'customer', customerId: id, environmentId: null });
  work.scope.customerId = id;
  work.emit(id, {
    type: 'customer.created',
    subject: { customerId: id },
    data: { code: customer.code, serviceModel: customer.serviceModel },
  });
  work.audit({ action: 'customer.create', subject: id, detail: { code: customer.code } });
  return { customer, sandbox, production };
}
