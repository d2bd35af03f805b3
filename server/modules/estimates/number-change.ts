import type { Work } from '#platform/transact.ts';
import { updateChangeNumber } from './estimate-store.ts';

/** Puts the number of a new customer's change on the estimate of its integration; what is frozen stays as it is. */
export async function numberChange(
  work: Work,
  customerId: string,
  integrationId: string,
  number: string,
): Promise<void> {
  await updateChangeNumber(work.sql, customerId, integrationId, number);
  work.audit({ action: 'estimate.change-numbered', subject: integrationId, detail: { number } });
}
