import { type UsageView, usageMeterNames, usageMeters } from '#contract/fair-use.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { daysBetween, newestPolicy, thresholdsSince, totalsOf } from './fair-use-store.ts';
import { meterState } from './policy.ts';
import { problems } from './problems.ts';
import { usageMeter } from './usage-meter.ts';

const mostDays = 400;
const usualDays = 30;

/** What an environment used between two days, and where its meters stand now. The customer sees the same figures. */
export async function viewUsage(
  platform: Platform,
  scope: { customerId: string; environmentId: string },
  range: { from?: string | undefined; to?: string | undefined },
): Promise<UsageView> {
  await usageMeter(platform).flush();
  const zone = platform.config.vendor.timeZone;
  const now = platform.clock.now().toZonedDateTimeISO(zone);
  const to = range.to === undefined ? now.toPlainDate() : Temporal.PlainDate.from(range.to);
  const from =
    range.from === undefined ? to.subtract({ days: usualDays - 1 }) : Temporal.PlainDate.from(range.from);
  const length = from.until(to, { largestUnit: 'days' }).days + 1;
  if (length < 1 || length > mostDays) throw problems['usage-range']();
  return read(platform, scope, async (sql) => {
    const { customerId, environmentId } = scope;
    const environment = await getEnvironment(sql, environmentId);
    const customer = await getCustomer(sql, customerId);
    if (environment === undefined || customer === undefined) throw notFound();
    const policy = await newestPolicy(sql);
    const totals = await totalsOf(sql, environmentId, now.toPlainDate().toString());
    const found = new Map(
      (await daysBetween(sql, environmentId, `${from}`, `${to}`)).map((row) => [row.day, row]),
    );
    const meters = usageMeters.map((meter) => meterState(policy, customer.headCount, meter, totals, now));
    return {
      environment: environment.kind,
      timeZone: zone,
      from: from.toString(),
      to: to.toString(),
      policyVersion: policy?.version ?? null,
      sentence: sentenceOf(meters),
      meters,
      days: Array.from({ length }, (_, n) => {
        const day = from.add({ days: n }).toString();
        const row = found.get(day);
        return {
          day,
          calls: row?.calls ?? 0,
          messages: row?.messages ?? 0,
          rows: row?.rows ?? 0,
          countedAt: row?.countedAt?.toString() ?? null,
          within: row?.within ?? null,
        };
      }),
      thresholds: (await thresholdsSince(sql, environmentId, `${from}`)).map((one) => ({
        ...one,
        reachedAt: one.reachedAt.toString(),
      })),
    };
  });
}

function sentenceOf(meters: UsageView['meters']): string {
  const limited = meters.filter((meter) => meter.percent !== null);
  if (limited.length === 0) return 'No fair-use figures are set; usage is only observed.';
  const over = limited.filter((meter) => meter.used > (meter.limit ?? 0));
  if (over.length > 0)
    return `Above the fair-use policy: ${over.map((meter) => usageMeterNames[meter.meter]).join(', ')}.`;
  const tightest = limited.reduce((a, b) => ((b.percent ?? 0) > (a.percent ?? 0) ? b : a));
  const period = tightest.period === 'day' ? 'today' : 'this month';
  return `Within the fair-use policy: at most ${tightest.percent} % used ${period} (${usageMeterNames[tightest.meter]}).`;
}
