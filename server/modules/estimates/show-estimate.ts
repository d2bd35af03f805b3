import { type EstimateContent, type EstimateView, estimateContent } from '#contract/estimates.ts';
import { personById } from '#modules/access/index.ts';
import { contactsOf } from '#modules/customers/index.ts';
import {
  acceptancesOf,
  commentsOf,
  recipientsOf,
  showAcceptance,
  versionsOf,
} from '#modules/documents/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { type CustomerView, customerViewOf } from './customer-view.ts';
import { isReviewer } from './draft-estimate.ts';
import { changesBetween, type Estimate } from './estimate.ts';
import { figuresOf } from './estimate-facts.ts';
import { getEstimate } from './estimate-store.ts';

type Act = EstimateView['may'][number];

/** What a person may do with an estimate as it stands: the order of the process, by role. */
export function allowedActs(estimate: Estimate, actor: Actor): Act[] {
  if (actor.kind !== 'person' || actor.customerId !== null) return [];
  const isManager = actor.roles.includes('integrations-manager');
  const isDirector = isReviewer(estimate, actor);
  const acts: Record<Estimate['status'], [boolean, Act[]][]> = {
    estimating: [[isManager, ['edit', 'submit']]],
    'in-review': [
      [isDirector, ['edit', 'comment', 'close-comment', 'return', 'finalise']],
      [isManager, ['answer']],
    ],
    refining: [
      [isManager, ['edit', 'submit', 'answer']],
      [isDirector, ['comment', 'close-comment']],
    ],
    finalised: [[isDirector, ['send', 'revise']]],
    sent: [[isDirector, ['send', 'confirm', 'revise']]],
    'signed-off': [],
    declined: [[isDirector, ['revise']]],
    expired: [[isDirector, ['revise']]],
    withdrawn: [],
  };
  return acts[estimate.status].flatMap(([may, names]) => (may ? names : []));
}

/** One estimate with its versions, differences, comments and decisions; a customer's person sees what was sent. */
export async function viewEstimate(
  platform: Platform,
  sql: Tx,
  customerId: string,
  id: string,
  actor: Actor,
): Promise<EstimateView> {
  const estimate = await getEstimate(sql, customerId, id);
  const isVendor = actor.kind === 'person' && actor.customerId === null;
  if (estimate === undefined) throw notFound();
  if (!isVendor && !['sent', 'signed-off', 'declined', 'expired'].includes(estimate.status)) throw notFound();
  const [all, comments, acceptances, contacts, recipients] = await Promise.all([
    versionsOf(sql, customerId, id),
    commentsOf(sql, customerId, id),
    acceptancesOf(sql, customerId, id),
    contactsOf(sql, customerId),
    recipientsOf(sql, id, estimate.version),
  ]);
  const versions = isVendor ? all : all.filter((one) => one.number === estimate.version);
  const contents = versions.map((version) => estimateContent.parse(version.content));
  const [before, after] = contents.slice(-2);
  const names = await namesOf(sql, [
    ...versions.map((one) => one.authorId),
    ...contents.flatMap(adjustersOf),
    ...comments.flatMap((one) => [one.authorId, one.answeredBy ?? one.authorId]),
  ]);
  const name = (personId: string) => names.get(personId) ?? 'Somebody who has left';
  return {
    id: showId('est', estimate.id),
    integration: estimate.integrationId === null ? null : showId('int', estimate.integrationId),
    title: estimate.title,
    status: estimate.status,
    round: estimate.round,
    versions: versions.map((version, index) => {
      const content = contents[index] as (typeof contents)[number];
      const { gstPercent, totals } = figuresOf(version, platform.config.vendor.gstPercent);
      return {
        number: version.number,
        revision: version.revision,
        gstPercent,
        ...(isVendor ? { content, totals } : withoutAdjustments(customerViewOf(content, totals))),
        frozen: version.frozenAt !== null,
        author: name(version.authorId),
        adjusters: isVendor ? adjustersOf(content).map(name) : [],
        at: version.at.toString(),
        sha256: version.sha256,
      };
    }),
    changes: isVendor && before !== undefined && after !== undefined ? changesBetween(before, after) : [],
    comments: isVendor
      ? comments.map((comment) => ({
          id: showId('com', comment.id),
          version: comment.version,
          place: comment.place,
          text: comment.text,
          author: name(comment.authorId),
          at: comment.at.toString(),
          answer: comment.answer,
          answeredBy: comment.answeredBy === null ? null : name(comment.answeredBy),
          closed: comment.closedAt !== null,
        }))
      : [],
    acceptances: acceptances.map(showAcceptance),
    sentTo: contacts
      .filter((one) => (recipients.length === 0 ? one.hasAuthority : recipients.includes(one.id)))
      .map((one) => one.name),
    changeRequest: estimate.changeRequest,
    changeNumber: estimate.changeNumber,
    may: allowedActs(estimate, actor),
  };
}

const withoutAdjustments = ({ content, totals }: CustomerView) => ({
  content: { ...content, adjustments: [] },
  totals,
});

/** The ids of those who set the adjustments, in their order. */
function adjustersOf(content: EstimateContent): string[] {
  return content.adjustments.map((one) => parseId('per', one.author ?? '') ?? '');
}

async function namesOf(sql: Tx, ids: string[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter((id) => id !== '');
  const people = await Promise.all(known.map((id) => personById(sql, id)));
  return new Map(people.flatMap((person) => (person === undefined ? [] : [[person.id, person.name]])));
}
