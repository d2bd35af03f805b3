import { z } from 'zod';
import { acceptanceView, commentView } from './documents.ts';
import { idOf, shownId } from './ids.ts';
import { textLine, textProse } from './text.ts';

/** Where an estimate stands. */
export const estimateStatus = z.enum([
  'estimating',
  'in-review',
  'refining',
  'finalised',
  'sent',
  'signed-off',
  'declined',
  'expired',
  'withdrawn',
]);
export type EstimateStatus = z.infer<typeof estimateStatus>;

export const estimatePhase = z.enum(['discovery', 'design', 'build', 'test', 'go-live', 'support']);
/** How phases are written on screens and in PDFs. */
export const phaseNames: Record<z.infer<typeof estimatePhase>, string> = {
  discovery: 'Discovery',
  design: 'Design',
  build: 'Build',
  test: 'Test',
  'go-live': 'Go-live',
  support: 'Support',
};
export const adjustmentReason = z.enum(['relationship', 'strategic', 'goodwill', 'precedent', 'other']);

/** Hours with at most two decimals, as text. */
const hours = z.string().regex(/^\d{1,4}(\.\d{1,2})?$/, 'must be hours such as 7.5');
const cents = z.number().int().min(-100_000_000_00).max(100_000_000_00);
const line = z.string().trim().min(1).max(500);
const title = z.string().trim().min(1).max(200);
const role = z.string().trim().min(1).max(100);

export const estimateLine = z.strictObject({
  phase: estimatePhase,
  deliverable: line,
  track: z.enum(['web-api', 'file-transfer', 'both']),
  role,
  optimisticHours: hours,
  likelyHours: hours,
  pessimisticHours: hours,
  rateCents: cents.min(0).max(1_000_000_00),
  optional: z.boolean().default(false),
  taxable: z.boolean().default(true),
});
export type EstimateLine = z.infer<typeof estimateLine>;

/** A signed change of the price; the customer sees at most the sum of all, never a reason. Who set it is the server's word, not the sender's. */
export const estimateAdjustment = z.strictObject({
  reasonCode: adjustmentReason,
  reason: line,
  amountCents: cents,
  author: shownId('per').optional(),
});

/**
 * What the customer sees of the price, on the page and in the PDF alike: every line with its rate and amount and the sum of
 * the adjustments, or the totals alone.
 */
export const estimatePricing = z.enum(['itemised', 'totals-only']);

/** What an estimate says: the truth of it is this JSON in canonical form. */
export const estimateContent = z.strictObject({
  title,
  lines: z.array(estimateLine).max(200),
  assumptions: z.array(line).max(50),
  exclusions: z.array(line).max(50),
  customerTasks: z.array(line).max(50),
  environments: z.array(z.enum(['sandbox', 'production'])).max(2),
  contingencyPercent: z.number().int().min(0).max(50),
  adjustments: z.array(estimateAdjustment).max(20),
  pricing: estimatePricing.default('itemised'),
  currency: z.string().length(3),
  validUntil: z.iso
    .date()
    .refine((date) => date < '2200', 'must lie before the year 2200')
    .nullable(),
  termsVersion: z.string().trim().max(50),
});
export type EstimateContent = z.infer<typeof estimateContent>;

/** The content as it is sent in. What was stored before this rule, and signed by its bytes, is still read as it is. */
const sentContent = estimateContent.extend({
  title: textLine(200),
  lines: z.array(estimateLine.extend({ deliverable: textProse(500), role: textLine(100) })).max(200),
  assumptions: z.array(textProse(500)).max(50),
  exclusions: z.array(textProse(500)).max(50),
  customerTasks: z.array(textProse(500)).max(50),
  adjustments: z.array(estimateAdjustment.extend({ reason: textProse(500) })).max(20),
  termsVersion: textLine(50, 0),
});
export type EstimateContentInput = z.input<typeof sentContent>;

/** Content as somebody sees it: a customer who is shown totals alone sees no rate and no contingency (null). */
export const shownEstimateContent = estimateContent.extend({
  lines: z.array(estimateLine.extend({ rateCents: z.number().int().nullable() })),
  contingencyPercent: z.number().int().nullable(),
});
export type ShownEstimateContent = z.infer<typeof shownEstimateContent>;

/** Figures in cents and hours. expected = Σ(O+4M+P)/6; the upper figure holds in 80 of 100 cases: Σ + 1.282·√Σσ². */
export const estimateTotals = z.object({
  expectedHours: z.string(),
  p80Hours: z.string(),
  linesCents: z.number().int(),
  contingencyCents: z.number().int(),
  adjustmentsCents: z.number().int(),
  netCents: z.number().int(),
  gstCents: z.number().int(),
  totalCents: z.number().int(),
  p80NetCents: z.number().int(),
  optionalCents: z.number().int(),
});
export type EstimateTotals = z.infer<typeof estimateTotals>;

/** Totals as somebody sees them: what would tell the rates is null where totals alone are shown. */
export const shownEstimateTotals = estimateTotals.extend({
  linesCents: z.number().int().nullable(),
  contingencyCents: z.number().int().nullable(),
  adjustmentsCents: z.number().int().nullable(),
  optionalCents: z.number().int().nullable(),
});
export type ShownEstimateTotals = z.infer<typeof shownEstimateTotals>;

/** Which saving of a version somebody has before them. */
export const draftMark = z.strictObject({
  version: z.number().int().min(1),
  revision: z.number().int().min(1),
});
export type DraftMark = z.infer<typeof draftMark>;
/** PUT …/estimates/:estimate/draft; fails with draft-changed when somebody saved since `basedOn`. */
export const saveDraftBody = z.strictObject({ basedOn: draftMark, content: sentContent });
/** POST …/estimates/:estimate/submit, return and finalise; with `basedOn` only what the person has seen. */
export const stepBody = z.strictObject({ basedOn: draftMark.optional() }).nullish();

export const estimateVersionView = z.object({
  number: z.number().int(),
  revision: z.number().int(),
  content: shownEstimateContent,
  gstPercent: z.string(),
  totals: shownEstimateTotals,
  frozen: z.boolean(),
  author: z.string(),
  /** Who set each adjustment, by name. */
  adjusters: z.array(z.string()),
  at: z.string(),
  sha256: z.string().nullable(),
});
export type EstimateVersionView = z.infer<typeof estimateVersionView>;

/** One difference between two versions, in words. */
export const estimateChange = z.object({ place: z.string(), before: z.string(), after: z.string() });

/** GET /api/customers/:customer/estimates/:estimate */
export const estimateView = z.object({
  id: shownId('est'),
  integration: shownId('int').nullable(),
  title: z.string(),
  status: estimateStatus,
  round: z.number().int(),
  versions: z.array(estimateVersionView),
  changes: z.array(estimateChange),
  comments: z.array(commentView),
  acceptances: z.array(acceptanceView),
  sentTo: z.array(z.string()),
  changeRequest: z.string().nullable(),
  changeNumber: z.string().nullable().describe('Of the change it is for, such as CR-00012'),
  may: z.array(
    z.enum([
      'edit',
      'submit',
      'comment',
      'answer',
      'close-comment',
      'return',
      'finalise',
      'send',
      'confirm',
      'revise',
    ]),
  ),
});
export type EstimateView = z.infer<typeof estimateView>;

export const estimateRow = z.object({
  id: shownId('est'),
  integration: shownId('int').nullable(),
  title: z.string(),
  status: estimateStatus,
  version: z.number().int(),
  netCents: z.number().int(),
  updatedAt: z.string(),
});
export const estimateList = z.object({ items: z.array(estimateRow) });

/** POST /api/customers/:customer/estimates */
export const createEstimateBody = z.strictObject({
  integration: idOf('int').optional(),
  content: sentContent.partial({ validUntil: true }).optional(),
  title: textLine(200).optional(),
});
/** POST …/estimates/:estimate/send: contacts of the customer with authority. */
export const sendEstimateBody = z.strictObject({ contacts: z.array(idOf('con')).min(1).max(10) });
/** POST …/estimates/:estimate/confirm: the customer accepted by mail; that mail is attached. */
export const confirmAcceptanceBody = z.strictObject({
  contact: idOf('con'),
  mail: idOf('mal'),
  reference: textLine(200, 0).default(''),
});

/**
 * GET /api/sign-off/:token, public behind the one-time link: what the customer is asked to sign. No adjustments' reasons.
 * GET …/estimates/:estimate/preview shows staff the same of the present version.
 */
export const signOffView = z.object({
  vendor: z.string(),
  customer: z.string(),
  recipient: z.string(),
  title: z.string(),
  changeNumber: z.string().nullable(),
  status: z.enum(['open', 'signed-off', 'declined', 'change-requested', 'void', 'expired']),
  version: z.number().int(),
  content: shownEstimateContent.omit({ adjustments: true }),
  gstPercent: z.string(),
  totals: shownEstimateTotals,
  sha256: z.string(),
  statement: z.string(),
  codeSent: z.boolean(),
  /** From this moment on it can't be signed any more: the day of validity ends where the vendor is. */
  expiresAt: z.string().nullable().describe('Null in the preview of a version without a validity'),
  /** The vendor's time zone. */
  timeZone: z.string(),
  decidedAt: z.string().nullable(),
  verification: z.string().nullable(),
});
export type SignOffView = z.infer<typeof signOffView>;

/** POST /api/sign-off/:token/code mails a code of 6 digits to the recipient; the other calls carry it. */
const code = z.string().regex(/^\d{6}$/, 'must be the 6 digits from the mail');
export const acceptBody = z.strictObject({
  code,
  name: textLine(200),
  agreed: z.literal(true, 'must be true: tick that you agree'),
});
export const declineBody = z.strictObject({ code, reason: textProse(2000) });
export const requestChangeBody = z.strictObject({ code, text: textProse(4000) });
