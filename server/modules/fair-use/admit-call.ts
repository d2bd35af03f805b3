import type { Platform } from '#platform/platform.ts';
import { type BurstLimiter, createBurstLimiter } from './burst.ts';
import { lastKnownHeadCount } from './head-counts.ts';
import { limitOf, protectiveBurst } from './policy.ts';
import { lastKnownPolicy, policyInForce } from './policy-in-force.ts';
import { problems } from './problems.ts';
import { usageMeter } from './usage-meter.ts';

const limiters = new WeakMap<Platform, BurstLimiter>();

/**
 * Admits an API call of a key or throws a 429 with Retry-After, and gives the headers that say where the caller
 * stands (draft-ietf-httpapi-ratelimit-headers-11). Works from memory alone. Only "enforce" takes the vendor's own
 * burst figures; otherwise a wide limit protects the process.
 */
export function admitCall(
  platform: Platform,
  caller: { id: string; customerId: string; environmentId: string },
): Record<string, string> {
  let limiter = limiters.get(platform);
  if (limiter === undefined) {
    limiter = createBurstLimiter();
    limiters.set(platform, limiter);
    void policyInForce(platform).catch(() => {});
  }
  const policy = lastKnownPolicy(platform);
  const burst =
    platform.config.fairUse.policy === 'enforce' && policy !== undefined ? policy.burst : protectiveBurst;
  const { admitted, remaining, waitMs } = limiter.admit(caller.id, burst);
  const policies = [`"burst";q=${burst.burst};w=${Math.ceil((burst.burst / burst.perMinute) * 60)}`];
  const states = [`"burst";r=${remaining};t=${Math.ceil(waitMs / 1000)}`];
  const headCount = lastKnownHeadCount(platform, caller.customerId);
  const daily = headCount === undefined ? undefined : limitOf(policy, 'calls', headCount);
  if (daily !== undefined && daily.period === 'day') {
    const meter = usageMeter(platform);
    const used = meter.totals(caller.environmentId, meter.today())?.day.calls ?? 0;
    policies.push(`"daily";q=${daily.limit};w=86400`);
    states.push(`"daily";r=${Math.max(0, daily.limit - used)};t=${secondsToMidnight(platform)}`);
  }
  const headers = { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') };
  if (admitted) return headers;
  throw problems['quota-exceeded']({
    detail: 'This key sent too many calls at once (policy "burst").',
    headers: { ...headers, 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });
}

function secondsToMidnight(platform: Platform): number {
  const now = platform.clock.now().toZonedDateTimeISO(platform.config.vendor.timeZone);
  return Math.ceil((now.startOfDay().add({ days: 1 }).epochMilliseconds - now.epochMilliseconds) / 1000);
}
