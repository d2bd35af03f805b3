import { usageMeters } from '#contract/fair-use.ts';
import { getCustomer } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { type BatchTotals, insertThreshold } from './fair-use-store.ts';
import { rememberHeadCount } from './head-counts.ts';
import { limitOf, periodOf, reachedThresholds, type Totals } from './policy.ts';
import { policyInForce } from './policy-in-force.ts';

/** Looks, after a batch, which thresholds were reached; each fires once per environment, meter and period. */
export async function noteThresholds(platform: Platform, all: BatchTotals[]): Promise<void> {
  if (all.length === 0 || (await policyInForce(platform)) === undefined) return;
  for (const totals of all) {
    const scope = { customerId: totals.customerId, environmentId: totals.environmentId };
    await transact(platform, scope, systemActor('fair-use'), (work) =>
      noteThresholdsOf(work, { ...scope, day: totals.dayOf }, totals),
    );
  }
}

/** The same within a transaction that has the environment's scope. */
export async function noteThresholdsOf(
  work: Work,
  of: { customerId: string; environmentId: string; day: string },
  totals: Totals,
): Promise<void> {
  const policy = await policyInForce(work.platform, work.sql);
  if (policy === undefined) return;
  const customer = await getCustomer(work.sql, of.customerId);
  const headCount = customer?.headCount ?? null;
  rememberHeadCount(work.platform, of.customerId, headCount);
  for (const meter of usageMeters) {
    const figures = limitOf(policy, meter, headCount);
    if (figures === undefined) continue;
    const { start } = periodOf(figures.period, Temporal.PlainDate.from(of.day));
    for (const percent of reachedThresholds(totals[figures.period][meter], figures.limit)) {
      const first = await insertThreshold(work.sql, {
        customerId: of.customerId,
        environmentId: of.environmentId,
        meter,
        periodStart: start.toString(),
        percent,
        now: work.now,
      });
      if (!first) continue;
      work.emit(of.environmentId, {
        type: 'fair_use.threshold_reached',
        subject: { meter },
        data: {
          meter,
          percent,
          period: figures.period,
          periodStart: start.toString(),
          used: totals[figures.period][meter],
          limit: figures.limit,
        },
      });
    }
  }
}
