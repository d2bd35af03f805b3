import type { PortalRole } from '#contract/roles.ts';
import { createPerson, mailInvitation } from '#modules/access/index.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { type Contact, insertContact } from './customer-store.ts';
import { problems } from './problems.ts';

/** Adds a contact; with `invite` the contact may sign in to the portal and is told so by mail. Fails with contact-exists. */
export async function addContact(
  work: Work,
  customerId: string,
  input: Pick<Contact, 'name' | 'email' | 'kind' | 'hasAuthority'> & { invite: boolean },
): Promise<Contact> {
  const email = input.email.toLowerCase();
  const id = uuidv7();
  let personId: string | null = null;
  if (input.invite)
    personId = (
      await createPerson(work, { name: input.name, email, roles: portalRolesOf(input), customerId })
    ).id;
  const { name, kind, hasAuthority } = input;
  const contact: Contact = {
    id,
    customerId,
    name,
    email,
    kind,
    hasAuthority,
    personId,
    portal: input.invite,
  };
  if (!(await insertContact(work.sql, contact, work.now))) throw problems['contact-exists']();
  if (personId !== null) await invite(work, contact);
  work.emit(customerId, {
    type: 'contact.added',
    subject: { contactId: id },
    data: { kind: contact.kind, hasAuthority: contact.hasAuthority, personId },
  });
  work.audit({ action: 'contact.add', subject: id, detail: { kind: contact.kind } });
  return contact;
}

/** The roles in the portal of a contact of some kind. */
export function portalRolesOf({ kind, hasAuthority }: Pick<Contact, 'kind' | 'hasAuthority'>): PortalRole[] {
  const role: PortalRole = kind === 'other' ? 'project-owner' : kind;
  return hasAuthority && role !== 'signatory' ? [role, 'signatory'] : [role];
}

/** Tells a contact by mail that they may sign in. */
export async function invite(work: Work, contact: Contact): Promise<void> {
  const { vendor } = work.platform.config;
  await mailInvitation(work, contact, `${vendor.name} runs your integration in a portal.`);
}
