import type { Role } from '#contract/roles.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { expectMayGrant } from './delegate.ts';
import { isPortalRole, type Person } from './person.ts';
import { insertPerson } from './person-store.ts';
import { problems } from './problems.ts';

/** Adds a person who may sign in; fails with person-exists or role-not-for-customer. */
export async function createPerson(
  work: Work,
  input: { name: string; email: string; roles: Role[]; customerId: string | null },
): Promise<Person> {
  if (input.roles.some((role) => isPortalRole(role) !== (input.customerId !== null)))
    throw problems['role-not-for-customer']();
  await expectMayGrant(work, input.roles);
  const person = { ...input, id: uuidv7(), email: input.email.toLowerCase() };
  if (!(await insertPerson(work.sql, person, work.now))) throw problems['person-exists']();
  work.audit({ action: 'person.create', subject: person.id, detail: { roles: person.roles } });
  return person;
}
