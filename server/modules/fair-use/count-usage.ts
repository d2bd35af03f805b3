import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import { addToDay, totalsOf } from './fair-use-store.ts';
import { policyInForce } from './policy-in-force.ts';
import { noteThresholdsOf } from './thresholds.ts';
import { type Usage, usageMeter } from './usage-meter.ts';

/** The day of the vendor on which something happened. */
export function dayOf(platform: Platform, at: Temporal.Instant): string {
  return at.toZonedDateTimeISO(platform.config.vendor.timeZone).toPlainDate().toString();
}

/** Counts something that was used, without waiting: for what happens outside a transaction, such as an API call. */
export function countUsage(platform: Platform, usage: Usage): void {
  usageMeter(platform).count(usage);
}

/**
 * Counts something within the transaction that made it happen, or that heard of it later: both commit or neither. It
 * counts on the day on which it happened. The transaction's scope is the environment.
 */
export async function countUsageIn(work: Work, usage: Usage, happenedAt = work.now): Promise<void> {
  const day = dayOf(work.platform, happenedAt);
  await addToDay(work.sql, { ...usage, day });
  if ((await policyInForce(work.platform, work.sql)) === undefined) return;
  const of = { customerId: usage.customerId, environmentId: usage.environmentId, day };
  await noteThresholdsOf(work, of, await totalsOf(work.sql, usage.environmentId, day));
}
