import { z } from 'zod';
import { type EstimateTotals, estimateContent, estimateTotals } from '#contract/estimates.ts';
import { getCustomer } from '#modules/customers/index.ts';
import type { Version } from '#modules/documents/index.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { type Estimate, totalsOf } from './estimate.ts';

/** What an estimate says besides its content; frozen with it, so that no later setting or name changes what was signed. */
const estimateFacts = z.strictObject({
  estimate: z.string(),
  version: z.number().int(),
  vendor: z.string(),
  customer: z.string(),
  changeNumber: z.string().optional(),
  gstPercent: z.string(),
  totals: estimateTotals,
});
export type EstimateFacts = z.infer<typeof estimateFacts>;

/** The facts of a version: as they were frozen, or as they are now while it is not. */
export async function factsOf(
  { sql, platform }: { sql: Tx; platform: Platform },
  estimate: Pick<Estimate, 'id' | 'customerId' | 'changeNumber'>,
  version: Version,
): Promise<EstimateFacts> {
  if (version.facts !== null) return estimateFacts.parse(version.facts);
  const { vendor } = platform.config;
  const customer = await getCustomer(sql, estimate.customerId);
  return {
    estimate: showId('est', estimate.id),
    version: version.number,
    vendor: vendor.name,
    customer: customer?.name ?? '',
    ...(estimate.changeNumber === null ? {} : { changeNumber: estimate.changeNumber }),
    ...figuresOf(version, vendor.gstPercent),
  };
}

/** The tax and the figures of a version: as they were frozen, or by the vendor's present tax. */
export function figuresOf(
  version: Version,
  presentPercent: string,
): { gstPercent: string; totals: EstimateTotals } {
  if (version.facts !== null) {
    const { gstPercent, totals } = estimateFacts.parse(version.facts);
    return { gstPercent, totals };
  }
  const totals = totalsOf(estimateContent.parse(version.content), presentPercent);
  return { gstPercent: presentPercent, totals };
}
