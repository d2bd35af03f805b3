import { versionsOf, voidSigningLinks } from '#modules/documents/index.ts';
import type { Work } from '#platform/transact.ts';
import { emitOf } from './draft-estimate.ts';
import type { Estimate } from './estimate.ts';
import { listEstimates, updateEstimate } from './estimate-store.ts';
import { expiryTimer } from './send-estimate.ts';

const over: ReadonlySet<Estimate['status']> = new Set(['signed-off', 'declined', 'expired', 'withdrawn']);

/**
 * Takes the estimate of an integration that has ended, or that needs none any more, out of everybody's hands: its links
 * are void and nothing can be done to it until it is taken up again. Emits estimate.withdrawn. One that was decided
 * stays as it is. Returns whether there was one.
 */
export async function withdrawEstimate(
  work: Work,
  customerId: string,
  integrationId: string,
): Promise<boolean> {
  const open = (await listEstimates(work.sql, customerId, integrationId, true)).filter(
    (one) => !over.has(one.status),
  );
  for (const estimate of open) {
    await voidSigningLinks(work.sql, estimate.id, work.now);
    await work.cancelTimer(expiryTimer, estimate.id);
    estimate.status = 'withdrawn';
    await updateEstimate(work.sql, estimate, work.now);
    emitOf(work, estimate, 'estimate.withdrawn');
  }
  return open.length > 0;
}

/**
 * Takes up the withdrawn estimate of an integration that goes on: in review when it was there (`inReview`), to be
 * refined when a version had been handed in, else where it began. Emits estimate.taken_up, or estimate.reopened when a
 * new version is to come. Without a withdrawn one nothing happens.
 */
export async function takeUpEstimate(
  work: Work,
  customerId: string,
  integrationId: string,
  inReview: boolean,
): Promise<void> {
  const estimates = await listEstimates(work.sql, customerId, integrationId, true);
  const estimate = estimates.find((one) => one.status === 'withdrawn');
  if (estimate === undefined) return;
  const versions = await versionsOf(work.sql, customerId, estimate.id);
  const handedIn = versions.some((one) => one.frozenAt !== null);
  estimate.status = inReview ? 'in-review' : handedIn ? 'refining' : 'estimating';
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, estimate.status === 'refining' ? 'estimate.reopened' : 'estimate.taken_up');
}
