import {
  type FairUsePolicyBody,
  type MeterState,
  type UsageMeter,
  usageMeters,
  usageThresholds,
} from '#contract/fair-use.ts';

/** What was used: on one day, and in the month so far. */
export interface Totals {
  day: Record<UsageMeter, number>;
  month: Record<UsageMeter, number>;
}

/** The figures that are proposed until the vendor has set its own (payroll practice, by headcount). */
export const recommendedPolicy: FairUsePolicyBody = {
  burst: { perMinute: 60, burst: 120 },
  meters: [
    { meter: 'calls', period: 'day', base: 20_000, perHead: 20 },
    { meter: 'messages', period: 'day', base: 20_000, perHead: 20 },
    { meter: 'rows', period: 'month', base: 0, perHead: 60 },
  ],
};

/** The protection of the process itself, for each key, where no figure of the vendor is enforced. */
export const protectiveBurst = { perMinute: 60_000, burst: 6_000 };

/** The limit of a meter for a customer of this size; undefined where the policy sets none. */
export function limitOf(
  policy: FairUsePolicyBody | undefined,
  meter: UsageMeter,
  headCount: number | null,
): { limit: number; period: 'day' | 'month' } | undefined {
  const figures = policy?.meters.find((one) => one.meter === meter);
  if (figures === undefined) return undefined;
  return { limit: Math.max(figures.base, figures.perHead * (headCount ?? 0)), period: figures.period };
}

/** Whether a day stayed within every limit; null where no figure is set. */
export function isWithin(
  policy: FairUsePolicyBody | undefined,
  headCount: number | null,
  totals: Totals,
): boolean | null {
  let judged = false;
  for (const meter of usageMeters) {
    const limit = limitOf(policy, meter, headCount);
    if (limit === undefined) continue;
    judged = true;
    if (totals[limit.period][meter] > limit.limit) return false;
  }
  return judged ? true : null;
}

/** The thresholds that a meter has reached, lowest first. */
export function reachedThresholds(used: number, limit: number): number[] {
  return usageThresholds.filter((percent) => used * 100 >= limit * percent && used > 0);
}

/** First day and length in days of the period that a day belongs to. */
export function periodOf(
  period: 'day' | 'month',
  day: Temporal.PlainDate,
): { start: Temporal.PlainDate; days: number } {
  if (period === 'day') return { start: day, days: 1 };
  return { start: day.with({ day: 1 }), days: day.daysInMonth };
}

/** One meter as it stands, with where the period ends at the present pace. */
export function meterState(
  policy: FairUsePolicyBody | undefined,
  headCount: number | null,
  meter: UsageMeter,
  totals: Totals,
  now: Temporal.ZonedDateTime,
): MeterState {
  const figures = limitOf(policy, meter, headCount);
  const period = figures?.period ?? (meter === 'rows' ? 'month' : 'day');
  const used = totals[period][meter];
  if (figures === undefined)
    return { meter, period, used, limit: null, percent: null, forecast: null, reachesLimitAt: null };
  const { limit } = figures;
  const { start, days } = periodOf(period, now.toPlainDate());
  const startMs = start.toZonedDateTime(now.timeZoneId).epochMilliseconds;
  const endMs = start.add({ days }).toZonedDateTime(now.timeZoneId).epochMilliseconds;
  const perMs = used / Math.max(60_000, now.epochMilliseconds - startMs);
  const reachesMs = perMs > 0 && used < limit ? now.epochMilliseconds + (limit - used) / perMs : Number.NaN;
  return {
    meter,
    period,
    used,
    limit,
    percent: limit === 0 ? (used > 0 ? 100 : 0) : Math.round((used / limit) * 1000) / 10,
    forecast: Math.round(used + perMs * (endMs - now.epochMilliseconds)),
    reachesLimitAt:
      reachesMs < endMs ? Temporal.Instant.fromEpochMilliseconds(Math.round(reachesMs)).toString() : null,
  };
}
