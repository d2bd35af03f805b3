import { z } from 'zod';
import { shownId } from './ids.ts';

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
export type CommentView = z.infer<typeof commentView>;

/** The evidence that a customer accepted a version. Nothing in it is secret; the public page checks it. */
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
  previousEvent: z.string().nullable(),
});
export type AcceptanceView = z.infer<typeof acceptanceView>;

/** GET /api/verify/:acceptance, public: what was signed, by hash. */
export const verificationView = acceptanceView.omit({ name: true }).extend({ signedBy: z.string() });

export const commentBody = z.strictObject({
  place: z.string().trim().min(1).max(200).default('estimate'),
  text: z.string().trim().min(1).max(4000),
});
export const answerBody = z.strictObject({ answer: z.string().trim().min(1).max(4000) });
