import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { listKeys } from './credential-store.ts';
import { issueApiKey } from './issue-api-key.ts';
import { problems } from './problems.ts';
import { statusOf } from './show-credential.ts';

/**
 * Issues a key that follows another one, with the same rights, by link to whoever asks in the portal, else to the
 * key's contact. The old key works on for `overlapHours` after the new one was shown.
 */
export async function rollApiKey(
  work: Work,
  environmentId: string,
  keyId: string,
  overlapHours: number,
): Promise<{ keyId: string; mailedTo: string }> {
  const [key] = await listKeys(work.sql, environmentId, { id: keyId, lock: true });
  if (key === undefined) throw notFound();
  if (statusOf(key, work.now) !== 'active') throw problems['api-key-not-active']();
  const { actor } = work;
  const contact =
    actor.kind === 'person' && actor.customerId === key.customerId
      ? { name: actor.name, email: actor.email }
      : { name: key.contactName, email: key.contactEmail };
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
