import { z } from 'zod';
import { shownId } from './ids.ts';
import { textLine, textProse } from './text.ts';

/** A remark on one place of one version of a document. */
export const commentView = z.object({
  id: shownId('com'),
  version: z.number().int(),
  place: z.string(),
  text: z.string(),
  author: z.string(),
  at: z.string(),
  answer: z.string().nullable(),
  answeredBy: z.string().nullable(),
  closed: z.boolean(),
});

/** The evidence of what a customer's person decided about a version; the public page checks it. */
export const acceptanceView = z.object({
  id: shownId('doc'),
  decision: z.enum(['accepted', 'declined', 'change-requested']),
  name: z.string(),
  channel: z.enum(['link-and-code', 'portal', 'mail']),
  statement: z.string(),
  at: z.string(),
  version: z.number().int(),
  sha256: z.string(),
  pdfSha256: z.string().nullable(),
});

/** What recomputing a hash showed: it fits, it does not, or there is nothing left to compute it from. */
export const checkResult = z.enum(['fits', 'differs', 'missing']);
export type CheckResult = z.infer<typeof checkResult>;

/**
 * GET /api/verify/:acceptance, public to whoever has the address: no words, no name, no amount. `content` is the frozen
 * version, `pdf` the kept file, `decision` this decision with its name, time and channel, `chain` all decisions of the
 * customer, each with the hash of the one before.
 */
export const verificationView = acceptanceView.omit({ name: true, channel: true, statement: true }).extend({
  signedBy: z.string(),
  checks: z.object({ content: checkResult, pdf: checkResult, decision: checkResult, chain: checkResult }),
});
export type VerificationView = z.infer<typeof verificationView>;

export const commentBody = z.strictObject({
  place: textLine(200).default('estimate'),
  text: textProse(4000),
});
export const answerBody = z.strictObject({ answer: textProse(4000) });
