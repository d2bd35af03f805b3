import { createPerson } from '#modules/access/index.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { type Contact, contactsOf, findContact, insertContact, mostContacts } from './customer-store.ts';
import { problems } from './problems.ts';
import { invite, portalRolesOf, writeContact } from './write-contact.ts';

/**
 * Adds a contact; with `invite` the contact may sign in to the portal and is told so by mail. The address of a contact who
 * was removed brings them back, with nothing of what they held. Fails with contact-exists and too-many-contacts.
 */
export async function addContact(
  work: Work,
  customerId: string,
  input: Pick<Contact, 'name' | 'email' | 'kind' | 'hasAuthority'> & { invite: boolean },
): Promise<Contact> {
  const { name, kind, hasAuthority } = input;
  const email = input.email.toLowerCase();
  if ((await contactsOf(work.sql, customerId)).length >= mostContacts) throw problems['too-many-contacts']();
  const past = await findContact(work.sql, customerId, { email });
  if (past !== undefined && past.removedAt === null) throw problems['contact-exists']();
  if (past !== undefined)
    return writeContact(
      work,
      past,
      { ...past, name, kind, hasAuthority, portal: input.invite },
      'contact.add',
    );
  const id = uuidv7();
  let personId: string | null = null;
  if (input.invite)
    personId = (await createPerson(work, { name, email, roles: portalRolesOf(input), customerId })).id;
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
