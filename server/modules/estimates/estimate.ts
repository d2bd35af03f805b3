import { expectedHundredths, lineCents, shareOf, showHundredths } from '#contract/estimate-price.ts';
import type { EstimateContent, EstimateStatus, EstimateTotals } from '#contract/estimates.ts';
import type { Row } from '#platform/row.ts';

/** An estimate as the module keeps it. */
export interface Estimate
  extends Row<
    'estimates.estimates',
    | 'id'
    | 'customer_id'
    | 'integration_id'
    | 'status'
    | 'reviewer'
    | 'round'
    | 'version'
    | 'net_cents'
    | 'change_request'
    | 'change_number'
    | 'updated_at'
  > {
  title: string;
  status: EstimateStatus;
  /** The role that reviews, finalises and sends it. */
  reviewer: 'commercial-director' | 'lead-consultant';
}

/** z-value of the 80th percentile in the sum of independent estimates (PERT). */
const z80 = 1.282;

/**
 * Adds an estimate up in integer cents, from the hours and rates as they are printed. The upper figure is
 * Σ expected + 1.282·√Σσ² with σ = (P−O)/6, which holds in 80 of 100 cases. Optional lines are apart. Tax goes by the
 * taxable share of the lines, which contingency and adjustments follow.
 */
export function totalsOf(content: EstimateContent, gstPercent: string): EstimateTotals {
  let hundredths = 0;
  let hourVariance = 0;
  let costVariance = 0;
  let linesCents = 0;
  let taxableCents = 0;
  let optionalCents = 0;
  for (const line of content.lines) {
    const cents = lineCents(line);
    if (line.optional) {
      optionalCents += cents;
      continue;
    }
    const deviationHours = (Number(line.pessimisticHours) - Number(line.optimisticHours)) / 6;
    hundredths += expectedHundredths(line);
    hourVariance += deviationHours ** 2;
    costVariance += (deviationHours * line.rateCents) ** 2;
    linesCents += cents;
    if (line.taxable) taxableCents += cents;
  }
  const contingencyCents = shareOf(linesCents, BigInt(content.contingencyPercent), 100n);
  const adjustmentsCents = content.adjustments.reduce((sum, one) => sum + one.amountCents, 0);
  const netCents = linesCents + contingencyCents + adjustmentsCents;
  const [taxable, lines] = linesCents === 0 ? [1, 1] : [taxableCents, linesCents];
  const taxTenThousandths = BigInt(Math.round(Number(gstPercent) * 10_000));
  const gstCents = shareOf(netCents, BigInt(taxable) * taxTenThousandths, BigInt(lines) * 1_000_000n);
  return {
    expectedHours: showHundredths(hundredths),
    p80Hours: showHundredths(hundredths + 100 * z80 * Math.sqrt(hourVariance)),
    linesCents,
    contingencyCents,
    adjustmentsCents,
    netCents,
    gstCents,
    totalCents: netCents + gstCents,
    p80NetCents: netCents + Math.round(z80 * Math.sqrt(costVariance)),
    optionalCents,
  };
}

/** What keeps a version from being submitted, each with where it is; empty when it is complete. */
export function gapsOf(
  content: EstimateContent,
  today: Temporal.PlainDate,
): { pointer: string; detail: string }[] {
  const gaps: { pointer: string; detail: string }[] = [];
  if (content.lines.length === 0) gaps.push({ pointer: '/lines', detail: 'needs at least one line' });
  if (content.assumptions.length === 0)
    gaps.push({ pointer: '/assumptions', detail: 'needs at least one assumption' });
  if (content.validUntil === null)
    gaps.push({ pointer: '/validUntil', detail: 'needs the last day of validity' });
  else if (Temporal.PlainDate.compare(content.validUntil, today) < 0)
    gaps.push({ pointer: '/validUntil', detail: 'lies in the past' });
  if (totalsOf(content, '0').netCents < 0)
    gaps.push({ pointer: '/adjustments', detail: 'take off more than the whole price' });
  content.lines.forEach((line, index) => {
    const [low, likely, high] = [line.optimisticHours, line.likelyHours, line.pessimisticHours].map(
      Number,
    ) as [number, number, number];
    if (low > likely || likely > high)
      gaps.push({
        pointer: `/lines/${index}`,
        detail: 'hours must rise from optimistic over likely to pessimistic',
      });
  });
  return gaps;
}

/** By how many percent `netCents` is below a price; 0 when it is not below. */
export function percentBelow(netCents: number, priceCents: number): number {
  return priceCents <= 0 ? 0 : Math.max(0, ((priceCents - netCents) / priceCents) * 100);
}

/**
 * Content in which each adjustment names who set it: one that stands in the content before as it is keeps its author, any
 * other is the present author's, whatever was sent.
 */
export function withAuthors(
  content: EstimateContent,
  before: EstimateContent['adjustments'],
  author: string,
): EstimateContent {
  const left = [...before];
  const adjustments = content.adjustments.map(({ reasonCode, reason, amountCents }) => {
    const at = left.findIndex(
      (one) => one.reasonCode === reasonCode && one.reason === reason && one.amountCents === amountCents,
    );
    const [kept] = at < 0 ? [] : left.splice(at, 1);
    return { reasonCode, reason, amountCents, author: kept?.author ?? author };
  });
  return { ...content, adjustments };
}

/** The differences from one version to the next, by place. */
export function changesBetween(
  before: EstimateContent,
  after: EstimateContent,
): { place: string; before: string; after: string }[] {
  const changes: { place: string; before: string; after: string }[] = [];
  const compare = (place: string, a: unknown, b: unknown) => {
    const [textBefore, textAfter] = [a, b].map((value) => (value === undefined ? '' : describe(value))) as [
      string,
      string,
    ];
    if (textBefore !== textAfter) changes.push({ place, before: textBefore, after: textAfter });
  };
  for (const field of [
    'title',
    'contingencyPercent',
    'validUntil',
    'termsVersion',
    'currency',
    'environments',
    'pricing',
  ] as const)
    compare(field, before[field], after[field]);
  for (const list of ['lines', 'assumptions', 'exclusions', 'customerTasks', 'adjustments'] as const)
    for (let i = 0; i < Math.max(before[list].length, after[list].length); i++)
      compare(`${list}/${i + 1}`, before[list][i], after[list][i]);
  return changes;
}

function describe(value: unknown): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  const { author: _, ...shown } = value as Record<string, unknown>;
  return Object.values(shown).join(' · ');
}

/** The content of a first version, ready to be filled. */
export function emptyContent(title: string, currency: string): EstimateContent {
  return {
    title,
    lines: [],
    assumptions: [],
    exclusions: [],
    customerTasks: [],
    environments: ['sandbox', 'production'],
    contingencyPercent: 0,
    adjustments: [],
    pricing: 'itemised',
    currency,
    validUntil: null,
    termsVersion: '1',
  };
}
