import { changePortalPerson } from '#modules/access/index.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type Contact, findContact, markRemoved } from './customer-store.ts';
import { endWhatHangsOnIt } from './rights-lost.ts';
import { portalRolesOf, writeContact } from './write-contact.ts';

/**
 * Changes a contact, and whether they may sign in to the portal. A contact who loses a right is signed out where it was the
 * portal, and what they held by it ends: open links, open requests. One who may sign in now is told by mail.
 */
export async function changeContact(
  work: Work,
  customerId: string,
  contactId: string,
  input: Pick<Contact, 'name' | 'kind' | 'hasAuthority' | 'portal'>,
): Promise<Contact> {
  const before = await contactHere(work, customerId, contactId);
  return writeContact(work, before, { ...before, ...input }, 'contact.change');
}

/**
 * Removes a contact: they lose the portal and the authority to sign, and what they held ends. What they did stays in the
 * history. Adding the address again brings the contact back.
 */
export async function removeContact(work: Work, customerId: string, contactId: string): Promise<void> {
  const before = await contactHere(work, customerId, contactId);
  if (before.personId !== null) {
    const roles = portalRolesOf(before);
    await changePortalPerson(work, before.personId, { name: before.name, roles, active: false });
  }
  await markRemoved(work.sql, before, work.now);
  await endWhatHangsOnIt(work, before);
  work.emit(customerId, { type: 'contact.removed', subject: { contactId }, data: { kind: before.kind } });
  work.audit({ action: 'contact.remove', subject: contactId, detail: { kind: before.kind } });
}

async function contactHere(work: Work, customerId: string, id: string): Promise<Contact> {
  const found = await findContact(work.sql, customerId, { id });
  if (found === undefined || found.removedAt !== null) throw notFound();
  return found;
}
