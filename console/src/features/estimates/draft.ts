import { expectedHundredths, lineCents, showHundredths } from '#contract/estimate-price.ts';
import type { EstimateContent, EstimateLine, ShownEstimateContent } from '#contract/estimates.ts';

/** A line as somebody sees it, perhaps without its rate. */
export type ShownLine = ShownEstimateContent['lines'][number];

export const lineTrackNames = {
  'web-api': 'Web API',
  'file-transfer': 'File transfer',
  both: 'Both',
} as const;
export const reasonNames = {
  relationship: 'Relationship',
  strategic: 'Strategic',
  goodwill: 'Goodwill',
  precedent: 'Precedent',
  other: 'Other',
} as const;
export const statusNames = {
  estimating: 'Estimating',
  'in-review': 'In review',
  refining: 'Refining',
  finalised: 'Finalised',
  sent: 'Sent',
  'signed-off': 'Signed off',
  declined: 'Declined',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
} as const;
export const statusTones = {
  estimating: 'accent',
  'in-review': 'info',
  refining: 'accent',
  finalised: 'positive',
  sent: 'info',
  'signed-off': 'positive',
  declined: 'critical',
  expired: 'caution',
  withdrawn: 'caution',
} as const;

/** A line with nothing in it but the defaults. */
export function emptyLine(): EstimateLine {
  return {
    phase: 'build',
    deliverable: '',
    track: 'web-api',
    role: 'Integration consultant',
    optimisticHours: '2',
    likelyHours: '4',
    pessimisticHours: '8',
    rateCents: 18_000,
    optional: false,
    taxable: true,
  };
}

/** Expected hours of a line as they are printed; 0.00 while a figure is missing. */
export const hoursOf = (line: ShownLine) => showHundredths(expectedHundredths(line) || 0);

/** The amount of a line in cents; null without its rate, 0 while a figure is missing. */
export const amountOf = (line: ShownLine) =>
  line.rateCents === null ? null : lineCents({ ...line, rateCents: line.rateCents }) || 0;

/** A list of sentences as text, one on each line, and back. */
export const toText = (lines: string[]): string => lines.join('\n');
export const toLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** What still hinders this content from being saved, in words. */
export function faultsIn(content: EstimateContent): { field: string; text: string }[] {
  const faults: { field: string; text: string }[] = [];
  content.lines.forEach((line, index) => {
    if (!line.deliverable.trim())
      faults.push({ field: `deliverable-${index}`, text: `Line ${index + 1} has no deliverable.` });
    const [low, likely, high] = [line.optimisticHours, line.likelyHours, line.pessimisticHours].map(Number);
    if ([low, likely, high].some((hours) => hours === undefined || !Number.isFinite(hours)))
      faults.push({ field: `hours-${index}`, text: `Line ${index + 1} needs hours such as 7.5.` });
    else if (Number(low) > Number(likely) || Number(likely) > Number(high))
      faults.push({
        field: `hours-${index}`,
        text: `Line ${index + 1}: optimistic, likely and pessimistic hours must rise.`,
      });
  });
  content.adjustments.forEach((one, index) => {
    if (!one.reason.trim())
      faults.push({ field: `reason-${index}`, text: `Adjustment ${index + 1} has no reason.` });
  });
  return faults;
}

/** What each part of an estimate is called where two people changed it. */
const partNames: Record<keyof EstimateContent, string> = {
  title: 'title',
  lines: 'lines',
  assumptions: 'assumptions',
  exclusions: 'exclusions',
  customerTasks: 'what the customer must do',
  environments: 'environments',
  contingencyPercent: 'contingency',
  adjustments: 'adjustments',
  pricing: 'what the customer sees of the price',
  currency: 'currency',
  validUntil: 'validity',
  termsVersion: 'terms',
};

/**
 * Puts what somebody wrote into what was saved meanwhile: parts that they left alone become the saved ones, parts that they
 * changed stay theirs. `both` names the parts that both changed, in which the saved words would be replaced.
 */
export function mergeDraft(
  before: EstimateContent,
  mine: EstimateContent,
  saved: EstimateContent,
): { content: EstimateContent; both: string[] } {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const parts = Object.keys(partNames) as (keyof EstimateContent)[];
  const changed = parts.filter((part) => !same(mine[part], before[part]));
  const both = changed.filter((part) => !same(saved[part], before[part]) && !same(saved[part], mine[part]));
  const kept = Object.fromEntries(changed.map((part) => [part, mine[part]])) as Partial<EstimateContent>;
  return { content: { ...saved, ...kept }, both: both.map((part) => partNames[part]) };
}

/** Takes out the empty lines that are left while somebody writes. */
export function tidy(content: EstimateContent): EstimateContent {
  return {
    ...content,
    assumptions: toLines(content.assumptions.join('\n')),
    exclusions: toLines(content.exclusions.join('\n')),
    customerTasks: toLines(content.customerTasks.join('\n')),
  };
}
