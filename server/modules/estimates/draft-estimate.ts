import {
  type DraftMark,
  type EstimateContent,
  type EstimateStatus,
  estimateContent,
} from '#contract/estimates.ts';
import { insertDocument, putVersion, type Version, versionsOf } from '#modules/documents/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { canonicalJson } from '#platform/json.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type Estimate, emptyContent, totalsOf, withAuthors } from './estimate.ts';
import { getEstimate, hasOpenEstimate, insertEstimate, setTitle, updateEstimate } from './estimate-store.ts';
import { problems } from './problems.ts';

/** Starts an estimate with its first version; emits estimate.created. Fails with estimate-exists. */
export async function createEstimate(
  work: Work,
  input: { customerId: string; integrationId: string | null; title: string; content?: EstimateContent },
): Promise<Estimate> {
  if (
    input.integrationId !== null &&
    (await hasOpenEstimate(work.sql, input.customerId, input.integrationId))
  )
    throw problems['estimate-exists']();
  const { vendor } = work.platform.config;
  const content = input.content ?? emptyContent(input.title, vendor.currency);
  const estimate: Estimate = {
    id: uuidv7(),
    customerId: input.customerId,
    integrationId: input.integrationId,
    title: content.title,
    status: 'estimating',
    reviewer: 'commercial-director',
    round: 1,
    version: 1,
    netCents: totalsOf(content, vendor.gstPercent).netCents,
    changeRequest: null,
    changeNumber: null,
    updatedAt: work.now,
  };
  await insertDocument(work.sql, { ...estimate, kind: 'estimate', at: work.now });
  await insertEstimate(work.sql, estimate);
  await writeVersion(work, estimate, withAuthors(content, [], authorOf(work)));
  emitOf(work, estimate, 'estimate.created');
  return estimate;
}

/**
 * Writes the content of the version that is being worked on; after a frozen one that is a new version. In review the
 * Commercial Director may change figures, which makes a version in their name; else it is the Integrations Manager's.
 * The same content of a draft again changes nothing. Fails with estimate-not-there-yet and draft-changed.
 */
export async function editEstimate(
  work: Work,
  customerId: string,
  id: string,
  draft: { basedOn: DraftMark; content: EstimateContent },
): Promise<Estimate> {
  const estimate = await lockEstimate(work, customerId, id);
  expectEditor(estimate, work.actor);
  const versions = await versionsOf(work.sql, customerId, id);
  const latest = versions.at(-1) as Version;
  const before = estimateContent.parse(latest.content);
  const content = withAuthors(draft.content, before.adjustments, authorOf(work));
  if (latest.frozenAt === null && canonicalJson(content) === canonicalJson(before)) return estimate;
  expectUnchanged(latest, draft.basedOn);
  if (latest.frozenAt !== null) estimate.version = latest.number + 1;
  estimate.title = content.title;
  estimate.netCents = totalsOf(content, work.platform.config.vendor.gstPercent).netCents;
  await setTitle(work.sql, id, content.title);
  await writeVersion(work, estimate, content);
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.version_created');
  return estimate;
}

/** Fails with draft-changed unless a version still is what somebody has before them. */
export function expectUnchanged(latest: Version, seen: DraftMark | undefined): void {
  if (seen !== undefined && (latest.number !== seen.version || latest.revision !== seen.revision))
    throw problems['draft-changed']({
      detail: `It is version ${latest.number}, revision ${latest.revision} now; yours is ${seen.version}, ${seen.revision}.`,
    });
}

function expectEditor(estimate: Estimate, actor: Actor): void {
  if (estimate.status === 'in-review' && isReviewer(estimate, actor)) return;
  expectStatus(estimate, ['estimating', 'refining']);
  if (actor.kind !== 'person' || !actor.roles.includes('integrations-manager'))
    throw commonProblems.forbidden();
}

/** The id of whoever acts, as it is shown; system actors write no estimates. */
function authorOf(work: Work): string {
  return work.actor.kind === 'person' ? showId('per', work.actor.id) : '';
}

/** Whether a person sits in the seat in which this estimate is reviewed, finalised and sent. */
export function isReviewer(estimate: Estimate, actor: Actor): boolean {
  return actor.kind === 'person' && actor.customerId === null && actor.roles.includes(estimate.reviewer);
}

/** The estimate, locked, for an act of its reviewer; fails with forbidden for everybody else. */
export async function lockForReviewer(work: Work, customerId: string, id: string): Promise<Estimate> {
  const estimate = await lockEstimate(work, customerId, id);
  if (!isReviewer(estimate, work.actor)) throw commonProblems.forbidden();
  return estimate;
}

/** The estimate, locked; answers like nothing when it is another customer's. */
export async function lockEstimate(work: Work, customerId: string, id: string): Promise<Estimate> {
  const estimate = await getEstimate(work.sql, customerId, id, true);
  if (estimate === undefined) throw notFound();
  return estimate;
}

/** Fails with estimate-not-there-yet unless the estimate stands at one of the statuses. */
export function expectStatus(estimate: Estimate, statuses: EstimateStatus[]): void {
  if (!statuses.includes(estimate.status))
    throw problems['estimate-not-there-yet']({
      detail: `It is ${estimate.status}; this needs ${statuses.join(' or ')}.`,
    });
}

/** Adds a fact about the estimate to the customer's stream, with the audit entry that goes with it. */
export function emitOf(
  work: Work,
  estimate: Estimate,
  type: string,
  data: Record<string, string | number | boolean | null | string[]> = {},
): void {
  const subject: Record<string, string> = { estimateId: estimate.id };
  if (estimate.integrationId !== null) subject['integrationId'] = estimate.integrationId;
  work.emit(estimate.customerId, {
    type,
    subject,
    data: {
      estimateId: estimate.id,
      integrationId: estimate.integrationId,
      version: estimate.version,
      round: estimate.round,
      netCents: estimate.netCents,
      ...data,
    },
  });
  work.audit({ action: type, subject: estimate.id, detail: { version: estimate.version } });
}

async function writeVersion(work: Work, estimate: Estimate, content: EstimateContent): Promise<void> {
  if (work.actor.kind !== 'person')
    throw commonProblems.forbidden({ internal: 'an estimate needs a person' });
  await putVersion(work.sql, {
    customerId: estimate.customerId,
    documentId: estimate.id,
    number: estimate.version,
    content,
    authorId: work.actor.id,
    at: work.now,
  });
}
