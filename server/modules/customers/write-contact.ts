import type { PortalRole } from '#contract/roles.ts';
import { changePortalPerson, createPerson, mailInvitation } from '#modules/access/index.ts';
import type { Work } from '#platform/transact.ts';
import { type Contact, updateContact } from './customer-store.ts';
import { endWhatHangsOnIt } from './rights-lost.ts';

/** Writes a contact as it is to be, from how it was: rights, sign-in, invitation, log. */
export async function writeContact(
  work: Work,
  before: Contact,
  wanted: Contact,
  action: 'contact.change' | 'contact.add',
): Promise<Contact> {
  const { customerId } = before;
  const after = { ...wanted };
  const roles = portalRolesOf(after);
  if (after.personId !== null)
    await changePortalPerson(work, after.personId, { name: after.name, roles, active: after.portal });
  else if (after.portal)
    after.personId = (
      await createPerson(work, { name: after.name, email: after.email, roles, customerId })
    ).id;
  const hasLost = losesRights(before, after);
  await updateContact(work.sql, after, hasLost ? work.now : null);
  if (hasLost) await endWhatHangsOnIt(work, after);
  if (after.portal && !before.portal) await invite(work, after);
  const data = { kind: after.kind, hasAuthority: after.hasAuthority, portal: after.portal };
  work.emit(customerId, {
    type: action === 'contact.add' ? 'contact.added' : 'contact.changed',
    subject: { contactId: after.id },
    data: action === 'contact.add' ? { ...data, personId: after.personId } : data,
  });
  work.audit({ action, subject: after.id, detail: data });
  return after;
}

/** Whether a contact loses the portal, the authority to sign, or a role in the portal. */
function losesRights(before: Contact, after: Contact): boolean {
  if (before.hasAuthority && !after.hasAuthority) return true;
  if (!before.portal) return false;
  const roles = portalRolesOf(after);
  return !after.portal || portalRolesOf(before).some((role) => !roles.includes(role));
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
