import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { forgetKeys } from './authenticate-key.ts';
import { listKeys, markRevoked } from './credential-store.ts';
import { voidLink } from './one-time-link.ts';

/** Ends a key at once and withdraws its link; every node refuses it within a second. Doing it twice is no fault. */
export async function revokeApiKey(
  work: Work,
  environmentId: string,
  keyId: string,
  reason: string,
): Promise<void> {
  const [key] = await listKeys(work.sql, environmentId, { id: keyId, lock: true });
  if (key === undefined) throw notFound();
  if (key.revokedAt !== null) return;
  await markRevoked(work.sql, environmentId, keyId, reason, work.now);
  if (key.linkId !== null) await voidLink(work, key.customerId, key.linkId);
  forgetKeys(work.platform);
  work.emit(environmentId, {
    type: 'api_key.revoked',
    subject: { keyId: showId('key', keyId) },
    data: { keyId: showId('key', keyId), prefix: key.prefix },
  });
  work.audit({ action: 'api-key.revoked', subject: showId('key', keyId), detail: { reason } });
}
