import { contactsOf } from '#modules/customers/index.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { listKeys, type StoredKey } from './credential-store.ts';
import { issueApiKey } from './issue-api-key.ts';
import { problems } from './problems.ts';
import { statusOf } from './show-credential.ts';

/**
 * Issues a key that follows another one, with the same rights, by link: to whoever asks in the portal, else to the contact
 * whom staff name, else to the key's own. The old key works on for `overlapHours` after the new one was shown. Fails with
 * api-key-holder-left when the key's own contact has left and nobody is named.
 */
export async function rollApiKey(
  work: Work,
  environmentId: string,
  keyId: string,
  { overlapHours, sendLinkTo }: { overlapHours: number; sendLinkTo?: string | undefined },
): Promise<{ keyId: string; mailedTo: string }> {
  const [key] = await listKeys(work.sql, environmentId, { id: keyId, lock: true });
  if (key === undefined) throw notFound();
  if (statusOf(key, work.now) !== 'active') throw problems['api-key-not-active']();
  const contact = await nextHolder(work, key, sendLinkTo);
  const issued = await issueApiKey(work, {
    customerId: key.customerId,
    environmentId,
    environment: key.environmentKind,
    label: key.label,
    scopes: key.scopes,
    allowedAddresses: key.allowedAddresses,
    integrationId: key.integrationId,
    contact,
    replaces: { keyId, overlapHours },
  });
  return { keyId: issued.keyId, mailedTo: contact.email };
}

async function nextHolder(
  { actor, sql }: Work,
  key: StoredKey,
  sendLinkTo: string | undefined,
): Promise<{ name: string; email: string }> {
  if (actor.kind === 'person' && actor.customerId === key.customerId) {
    if (sendLinkTo !== undefined && sendLinkTo.toLowerCase() !== actor.email)
      throw commonProblems.forbidden({
        detail: 'A key that you roll goes to you; another person rolls it themselves.',
      });
    return { name: actor.name, email: actor.email };
  }
  if (sendLinkTo === undefined) {
    if (key.holderLeft)
      throw problems['api-key-holder-left']({
        errors: [{ pointer: '/sendLinkTo', detail: 'must name the contact who gets the new key' }],
      });
    return { name: key.contactName, email: key.contactEmail };
  }
  const contact = (await contactsOf(sql, key.customerId)).find(
    (one) => one.email === sendLinkTo.toLowerCase(),
  );
  if (contact === undefined)
    throw problems['not-a-contact']({
      errors: [{ pointer: '/sendLinkTo', detail: 'is nobody among the contacts of this customer' }],
    });
  // The link would come to the very person who is not to hold it; back in the portal they may.
  if (key.holderLeft && !contact.portal && contact.email === key.contactEmail.toLowerCase())
    throw problems['api-key-holder-left']({
      errors: [{ pointer: '/sendLinkTo', detail: 'is the person who has left' }],
    });
  return { name: contact.name, email: contact.email };
}
