import { type DraftMark, type EstimateContent, estimateContent } from '#contract/estimates.ts';
import {
  answerComment,
  type Comment,
  closeComment,
  commentsOf,
  insertComment,
  type Version,
  versionsOf,
} from '#modules/documents/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { emitOf, expectStatus, expectUnchanged, lockEstimate, lockForReviewer } from './draft-estimate.ts';
import { type Estimate, gapsOf, percentBelow, totalsOf } from './estimate.ts';
import { updateEstimate } from './estimate-store.ts';
import { freezeEstimate, keepEstimatePdf } from './freeze-estimate.ts';
import { problems } from './problems.ts';

/**
 * E6 and E8: freezes the version and puts it before the Commercial Director. It needs a line, assumptions, a validity
 * date, and every comment answered. Emits estimate.submitted with its version.
 */
export async function submitEstimate(
  work: Work,
  customerId: string,
  id: string,
  seen?: DraftMark,
): Promise<Estimate> {
  const estimate = await lockEstimate(work, customerId, id);
  expectStatus(estimate, ['estimating', 'refining']);
  const { latest, content } = await latestVersion(work, estimate);
  expectUnchanged(latest, seen);
  const gaps = gapsOf(content, work.platform.clock.today(work.platform.config.vendor.timeZone));
  if (gaps.length > 0) throw problems['estimate-incomplete']({ errors: gaps });
  if (estimate.status === 'refining') {
    if (latest.frozenAt !== null)
      throw problems['estimate-incomplete']({
        detail: 'Refining needs a new version: nothing was changed yet.',
      });
    const open = await openComments(work, estimate);
    if (open.some((comment) => comment.answer === null)) throw problems['comments-open']();
    estimate.round += 1;
  }
  const { sha256 } = await freezeEstimate(work, estimate, latest);
  estimate.status = 'in-review';
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.submitted', { sha256 });
  return estimate;
}

/** Writes a comment on a place of the present version; emits estimate.commented. */
export async function commentOnEstimate(
  work: Work,
  customerId: string,
  id: string,
  comment: { place: string; text: string },
): Promise<string> {
  const estimate = await lockEstimate(work, customerId, id);
  expectStatus(estimate, ['in-review', 'refining']);
  const commentId = uuidv7();
  await insertComment(work.sql, {
    ...comment,
    id: commentId,
    customerId,
    documentId: id,
    version: estimate.version,
    authorId: personOf(work),
    at: work.now,
  });
  emitOf(work, estimate, 'estimate.commented', { commentId });
  return commentId;
}

/** Answers a comment that is not closed. */
export async function answerEstimateComment(
  work: Work,
  customerId: string,
  id: string,
  commentId: string,
  answer: string,
): Promise<void> {
  const estimate = await lockEstimate(work, customerId, id);
  expectStatus(estimate, ['in-review', 'refining']);
  const written = await answerComment(work.sql, id, commentId, {
    text: answer,
    by: personOf(work),
    at: work.now,
  });
  if (!written) throw notFound();
  emitOf(work, estimate, 'estimate.comment_answered', { commentId });
}

/** The Commercial Director closes a comment. */
export async function closeEstimateComment(
  work: Work,
  customerId: string,
  id: string,
  commentId: string,
): Promise<void> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['in-review', 'refining']);
  if (!(await closeComment(work.sql, id, commentId, personOf(work), work.now))) throw notFound();
  emitOf(work, estimate, 'estimate.comment_closed', { commentId });
}

/**
 * E7: the Commercial Director gives the version back to be refined; at least one comment says why. What the Director
 * changed in it is frozen in their name: refining makes another version. Emits estimate.returned.
 */
export async function returnEstimate(
  work: Work,
  customerId: string,
  id: string,
  seen?: DraftMark,
): Promise<Estimate> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['in-review']);
  const open = await openComments(work, estimate);
  if (!open.some((comment) => comment.answer === null)) throw problems['comment-needed']();
  const { latest } = await latestVersion(work, estimate);
  expectUnchanged(latest, seen);
  await freezeEstimate(work, estimate, latest);
  estimate.status = 'refining';
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.returned', { comments: open.length });
  return estimate;
}

/**
 * E9: the Commercial Director finalises: no comment is open, the version is locked and hashed, its PDF made and kept. What
 * was answered counts as closed by this. Emits estimate.finalised. Fails with comments-open, second-approver-needed.
 */
export async function finaliseEstimate(
  work: Work,
  customerId: string,
  id: string,
  seen?: DraftMark,
): Promise<Estimate> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['in-review']);
  const open = await openComments(work, estimate);
  if (open.some((comment) => comment.answer === null)) throw problems['comments-open']();
  for (const comment of open) await closeComment(work.sql, id, comment.id, personOf(work), work.now);
  const { latest, content, versions } = await latestVersion(work, estimate);
  expectUnchanged(latest, seen);
  const gaps = gapsOf(content, work.platform.clock.today(work.platform.config.vendor.timeZone));
  if (gaps.length > 0) throw problems['estimate-incomplete']({ errors: gaps });
  expectSecondApprover(work, versions, content);
  const frozen = await freezeEstimate(work, estimate, latest);
  const { sha256, pdfSha256 } = await keepEstimatePdf(work, estimate, frozen);
  estimate.status = 'finalised';
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.finalised', { sha256, pdfSha256 });
  return estimate;
}

/** All versions, and the newest with its content read by its schema. */
export async function latestVersion(
  work: Work,
  estimate: Estimate,
): Promise<{ latest: Version; content: EstimateContent; versions: Version[] }> {
  const versions = await versionsOf(work.sql, estimate.customerId, estimate.id);
  const latest = versions.at(-1);
  if (latest === undefined) throw new Error('an estimate has a version');
  return { latest, content: estimateContent.parse(latest.content), versions };
}

/** The id of the person who acts; estimates are people's work. */
export function personOf(work: Work): string {
  if (work.actor.kind !== 'person') throw commonProblems.forbidden();
  return work.actor.id;
}

async function openComments(work: Work, estimate: Estimate): Promise<Comment[]> {
  const all = await commentsOf(work.sql, estimate.customerId, estimate.id);
  return all.filter((comment) => comment.closedAt === null);
}

/**
 * A price that fell by more than the configured percentage is finalised by somebody who did not lower it. What counts is
 * the effect: the net price against the newest version that another person wrote, whatever field was changed; and
 * adjustments that the approver set keep counting, whoever wrote the version last.
 */
function expectSecondApprover(work: Work, versions: Version[], content: EstimateContent): void {
  const { vendor, estimates } = work.platform.config;
  const approver = personOf(work);
  const totals = totalsOf(content, vendor.gstPercent);
  const tooLow = (netCents: number, priceCents: number) =>
    percentBelow(netCents, priceCents) > estimates.discountFloorPercent;
  const setAdjustment = content.adjustments.some((each) => each.author === showId('per', approver));
  if (setAdjustment && tooLow(totals.netCents, totals.linesCents + totals.contingencyCents))
    throw problems['second-approver-needed']();
  const reviewed = versions.findLast(
    (each, index) => each.authorId !== approver && (each.frozenAt !== null || index === versions.length - 1),
  );
  if (reviewed === undefined) return;
  const { netCents } = totalsOf(estimateContent.parse(reviewed.content), vendor.gstPercent);
  if (tooLow(totals.netCents, netCents)) throw problems['second-approver-needed']();
}
