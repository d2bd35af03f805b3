import type { ServiceModel } from '#contract/customers.ts';
import type { Role } from '#contract/roles.ts';
import { actorOf, createPerson } from '#modules/access/index.ts';
import { createCustomer } from '#modules/customers/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';

let serial = 0;

/** A new customer with both environments. */
export async function makeCustomer(
  platform: Platform,
  input: { serviceModel?: ServiceModel; teamLeadId?: string; domains?: string[] } = {},
): Promise<{ customerId: string; code: string; sandboxId: string; productionId: string }> {
  serial += 1;
  const code = `CUST${serial}`;
  const made = await transact(platform, {}, systemActor('test'), (work) =>
    createCustomer(work, { code, name: `Customer ${serial}`, serviceModel: 'saas', ...input }),
  );
  return {
    customerId: made.customer.id,
    code,
    sandboxId: made.sandbox.id,
    productionId: made.production.id,
  };
}

/** A new person as an actor; with customerId one of that customer's people. */
export async function makePerson(
  platform: Platform,
  input: { roles: Role[]; customerId?: string; name?: string; email?: string },
): Promise<Actor & { kind: 'person' }> {
  serial += 1;
  const customerId = input.customerId ?? null;
  const person = await transact(
    platform,
    customerId === null ? {} : { customerId },
    systemActor('test'),
    (work) =>
      createPerson(work, {
        name: input.name ?? `Person ${serial}`,
        email: input.email ?? `person-${serial}@people.example`,
        roles: input.roles,
        customerId,
        lastDay: input.roles.includes('auditor') ? '2999-12-31' : null,
      }),
  );
  return actorOf(person);
}
