import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type OfferedSecret, offerSecret } from './offer-secret.ts';
import { lockSecrets, type SecretOwner } from './secret-store.ts';

/** Offers a new secret by one-time link; the present one works on for the overlap after the new one was made. */
export async function rollSecret(
  work: Work,
  of: {
    customerId: string;
    environmentId: string;
    owner: SecretOwner;
    id: string;
    overlapHours: number;
    sendLinkTo?: string | undefined;
  },
): Promise<OfferedSecret> {
  const found = await lockSecrets(work.sql, of.owner, of.environmentId, of.id);
  if (found === undefined) throw notFound();
  work.audit({
    action: `${of.owner}.roll-secret`,
    subject: showId(of.owner === 'endpoint' ? 'whe' : 'whr', of.id),
    detail: { overlapHours: of.overlapHours },
  });
  return offerSecret(work, { ...of, label: found.label });
}
