import { changePortalPerson, createPerson } from '#modules/access/index.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { invite, portalRolesOf } from './add-contact.ts';
import { type Contact, contactsOf, updateContact } from './customer-store.ts';

/**
 * Changes a contact, and whether they may sign in to the portal. Who may no longer is signed out at once; who may now is told
 * by mail. Whoever loses the authority to sign can't sign over links they have already.
 */
export async function changeContact(
  work: Work,
  customerId: string,
  contactId: string,
  input: Pick<Contact, 'name' | 'kind' | 'hasAuthority' | 'portal'>,
): Promise<Contact> {
  const before = (await contactsOf(work.sql, customerId)).find((one) => one.id === contactId);
  if (before === undefined) throw notFound();
  const after: Contact = { ...before, ...input };
  const roles = portalRolesOf(after);
  if (after.personId !== null)
    await changePortalPerson(work, after.personId, { name: after.name, roles, active: after.portal });
  else if (after.portal)
    after.personId = (
      await createPerson(work, { name: after.name, email: after.email, roles, customerId })
    ).id;
  await updateContact(work.sql, after);
  if (after.portal && !before.portal) await invite(work, after);
  work.emit(customerId, {
    type: 'contact.changed',
    subject: { contactId },
    data: { kind: after.kind, hasAuthority: after.hasAuthority, portal: after.portal },
  });
  work.audit({
    action: 'contact.change',
    subject: contactId,
    detail: { kind: after.kind, hasAuthority: after.hasAuthority, portal: after.portal },
  });
  return after;
}
