import { z } from 'zod';
import { shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';

const moment = z.string().describe('An instant, ISO 8601 in UTC');
const day = z.iso.date().describe("A day in the vendor's time zone");

/** calls: API calls answered · messages: webhook messages delivered · rows: rows of files applied. */
export const usageMeters = ['calls', 'messages', 'rows'] as const;
export const usageMeter = z.enum(usageMeters);
export type UsageMeter = z.output<typeof usageMeter>;
export const usageMeterNames: Record<UsageMeter, string> = {
  calls: 'API calls',
  messages: 'Webhook messages',
  rows: 'File rows',
};
export const usagePeriod = z.enum(['day', 'month']);

/** Percentages of a limit at which something happens, each once per period. */
export const usageThresholds = [70, 90, 100, 150] as const;

/** A limit is the larger of `base` and `perHead` × the customer's headcount. */
export const meterPolicy = z.strictObject({
  meter: usageMeter,
  period: usagePeriod,
  base: z.number().int().min(0).max(1_000_000_000),
  perHead: z.number().int().min(0).max(1_000_000),
});
export const burstPolicy = z.strictObject({
  perMinute: z.number().int().min(1).max(10_000_000).describe('Sustained calls a minute for each key'),
  burst: z.number().int().min(1).max(1_000_000).describe('Calls at once above that'),
});
/** PUT /api/fair-use/policy: the vendor's figures. */
export const fairUsePolicyBody = z.strictObject({
  burst: burstPolicy,
  meters: z
    .array(meterPolicy)
    .max(3)
    .refine(
      (meters) => new Set(meters.map((one) => one.meter)).size === meters.length,
      'names a meter twice',
    ),
});
export type FairUsePolicyBody = z.output<typeof fairUsePolicyBody>;

/** GET /api/fair-use/policy: null until the vendor has set figures; until then the meter only observes. */
export const fairUsePolicyView = z.object({
  policy: fairUsePolicyBody
    .extend({ version: z.number().int(), setAt: moment, setBy: z.string() })
    .nullable(),
  recommended: fairUsePolicyBody,
  mode: z.enum(['observe', 'enforce']),
});

export const usageDay = z.object({
  day,
  calls: z.number().int(),
  messages: z.number().int(),
  rows: z.number().int(),
  countedAt: moment.nullable().describe('When the day was closed; null while it still counts'),
  within: z.boolean().nullable().describe('Within the policy; null where no figure applies'),
});

/** One meter as it stands now; limit, percent and forecast are null while no figure is set. */
export const meterState = z.object({
  meter: usageMeter,
  period: usagePeriod,
  used: z.number().int(),
  limit: z.number().int().nullable(),
  percent: z.number().nullable(),
  forecast: z.number().int().nullable().describe('Where the period ends at the present pace'),
  reachesLimitAt: moment.nullable(),
});
export type MeterState = z.output<typeof meterState>;

/** GET /api/customers/:customer/environments/:environment/usage?from&to: at most 400 days. */
export const usageView = z.object({
  environment: z.enum(['sandbox', 'production']),
  timeZone: z.string(),
  from: day,
  to: day,
  policyVersion: z.number().int().nullable(),
  sentence: z.string().describe('The state in one sentence'),
  meters: z.array(meterState),
  days: z.array(usageDay).describe('Oldest first; days without usage are there with zeros'),
  thresholds: z.array(
    z.object({ meter: usageMeter, percent: z.number().int(), periodStart: day, reachedAt: moment }),
  ),
});
export type UsageView = z.output<typeof usageView>;
export const usageParams = z.object({ customer: z.string(), environment: z.string() });
export const usageQuery = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });

/** GET /api/fair-use?day=: every environment with usage on a day, heaviest first. Staff. */
export const usageOverview = z.object({
  day,
  items: z.array(
    z.object({
      customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
      environment: z.enum(['sandbox', 'production']),
      calls: z.number().int(),
      messages: z.number().int(),
      rows: z.number().int(),
      percent: z.number().nullable().describe('Of the tightest limit'),
    }),
  ),
  next: z.null(),
});
export type UsageOverview = z.output<typeof usageOverview>;
export const usageOverviewQuery = z.object({
  day: z.iso.date().optional(),
  limit: pageLimit(100),
});
