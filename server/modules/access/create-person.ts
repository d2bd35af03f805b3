import type { Role } from '#contract/roles.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { expectMayGrant } from './delegate.ts';
import { isPortalRole, type Person } from './person.ts';
import { insertPerson } from './person-store.ts';
import { problems } from './problems.ts';

/** Adds a person who may sign in; fails with person-exists, role-not-for-customer or auditor-for-ever. */
export async function createPerson(
  work: Work,
  input: {
    name: string;
    email: string;
    roles: Role[];
    customerId: string | null;
    lastDay?: string | null | undefined;
  },
): Promise<Person> {
  if (input.roles.some((role) => isPortalRole(role) !== (input.customerId !== null)))
    throw problems['role-not-for-customer']();
  if (input.customerId === null) await expectMayGrant(work);
  expectLastDay(input.roles, input.lastDay);
  const person = { ...input, lastDay: input.lastDay ?? null, id: uuidv7(), email: input.email.toLowerCase() };
  if (!(await insertPerson(work.sql, person, work.now, work.platform.config.vendor.timeZone)))
    throw problems['person-exists']();
  work.audit({
    action: 'person.create',
    subject: person.id,
    detail: { roles: person.roles, lastDay: person.lastDay },
  });
  return person;
}

/** An auditor reads for a time: fails with auditor-for-ever when the time has no last day. */
export function expectLastDay(roles: readonly Role[], lastDay: string | null | undefined): void {
  if (roles.includes('auditor') && !lastDay)
    throw problems['auditor-for-ever']({
      errors: [{ pointer: '/lastDay', detail: 'is required for an auditor' }],
    });
}
