import { roleNames } from '#contract/roles.ts';
import { publicUrl } from '#platform/config.ts';
import type { Work } from '#platform/transact.ts';
import { createPerson } from './create-person.ts';
import type { Person } from './person.ts';

/** Adds one of the vendor's people and tells them by mail where to sign in; fails as createPerson does. */
export async function invitePerson(
  work: Work,
  input: Omit<Parameters<typeof createPerson>[1], 'customerId'>,
): Promise<Person> {
  const person = await createPerson(work, { ...input, customerId: null });
  await mailInvitation(work, person, sayRoles(work, person));
  return person;
}

/** What one of the vendor's people is told they are here. */
export function sayRoles(work: Work, { roles }: Pick<Person, 'roles'>): string {
  const { vendor } = work.platform.config;
  return `${vendor.name} works with its customers' integrations in Fairlead. You are there as ${roles.map((role) => roleNames[role]).join(', ')}.`;
}

/** Tells somebody who may sign in what awaits them, and where: a page that mails a link of its own, for one would expire. */
export async function mailInvitation(
  work: Work,
  person: Pick<Person, 'name' | 'email' | 'customerId'>,
  what: string,
): Promise<void> {
  const { vendor } = work.platform.config;
  await work.mail({
    to: [person.email],
    subject:
      person.customerId === null ? `Fairlead at ${vendor.name}` : `Your integration portal at ${vendor.name}`,
    text: `Kia ora ${person.name},\n\n${what} Sign in with this e-mail address:\n\n${publicUrl(work.platform.config)}/sign-in\n`,
    automatic: true,
    ...(person.customerId === null ? {} : { customerId: person.customerId }),
    kind: 'invitation',
  });
}
