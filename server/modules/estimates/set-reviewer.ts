import type { Work } from '#platform/transact.ts';
import type { Estimate } from './estimate.ts';
import { getEstimate, updateReviewer } from './estimate-store.ts';

/** Says in whose seat an estimate is reviewed, finalised and sent; nothing when there is no such estimate. */
export async function setReviewer(
  work: Work,
  customerId: string,
  estimateId: string,
  reviewer: Estimate['reviewer'],
): Promise<void> {
  const estimate = await getEstimate(work.sql, customerId, estimateId, true);
  if (estimate === undefined || estimate.reviewer === reviewer) return;
  await updateReviewer(work.sql, customerId, estimateId, reviewer);
  work.audit({ action: 'estimate.reviewer', subject: estimateId, detail: { reviewer } });
}
