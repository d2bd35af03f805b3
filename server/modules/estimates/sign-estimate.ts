import { estimateContent } from '#contract/estimates.ts';
import { roleNames } from '#contract/roles.ts';
import { contactsOf } from '#modules/customers/index.ts';
import { type Acceptance, recordDecision, signingLink, usableLink } from '#modules/documents/index.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { emitOf, expectStatus, lockEstimate, lockForReviewer } from './draft-estimate.ts';
import type { Estimate } from './estimate.ts';
import { updateEstimate } from './estimate-store.ts';
import { problems } from './problems.ts';
import { expiryOf, expiryTimer, sentVersion } from './send-estimate.ts';

/** What the customer agrees to, word for word; it is kept with the acceptance. */
export function acceptanceStatement(title: string, version: number): string {
  return `I have the authority to accept this estimate for my organisation, and I accept "${title}", version ${version}, as it is shown here.`;
}

/** Where a decision came from. */
export interface Channel {
  ip: string | null;
  userAgent: string | null;
}

/** E11, E11a, E11b on the sign-off page: one decision over a link whose code was checked before. */
export async function decideByLink(
  work: Work,
  linkId: string,
  decision: { kind: Acceptance['decision']; name: string; words: string },
  channel: Channel,
): Promise<{ acceptance: Acceptance; estimate: Estimate }> {
  const found = await signingLink(work.sql, linkId, false);
  if (found === undefined) throw notFound();
  // The estimate before its links, as whoever takes it back locks them: else each would wait for the other.
  const estimate = await lockEstimate(work, found.customerId, found.documentId);
  const link = await usableLink(work, linkId);
  expectStatus(estimate, ['sent']);
  const contact = (await contactsOf(work.sql, link.customerId)).find((one) => one.id === link.contactId);
  if (contact === undefined) throw notFound();
  if (!contact.hasAuthority) throw problems['no-authority']();
  const name = decision.name || contact.name;
  return decide(work, estimate, {
    ...decision,
    name,
    contactId: contact.id,
    channel: 'link-and-code',
    mailId: null,
    ...channel,
  });
}

/**
 * E11 by mail: the customer accepted by mail, and whoever reviewed the estimate confirms it with that mail attached. Whoever
 * calls answers for the mail: that it is that contact's. Fails with no-authority, and with estimate-not-there-yet once the
 * validity has passed.
 */
export async function confirmByMail(
  work: Work,
  customerId: string,
  id: string,
  input: { contactId: string; mailId: string; reference: string },
): Promise<Estimate> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['sent']);
  const contact = (await contactsOf(work.sql, customerId)).find((one) => one.id === input.contactId);
  if (contact === undefined) throw notFound();
  if (!contact.hasAuthority) throw problems['no-authority']();
  const { content } = await sentVersion(work, estimate);
  const expiresAt = expiryOf(estimateContent.parse(content), work.platform.config.vendor.timeZone);
  if (Temporal.Instant.compare(work.now, expiresAt) >= 0)
    throw problems['estimate-not-there-yet']({ detail: 'Its validity has passed; make a new version.' });
  const words = `Accepted by mail${input.reference === '' ? '' : ` (${input.reference})`}; confirmed by the ${roleNames[estimate.reviewer]}.`;
  const { estimate: signed } = await decide(work, estimate, {
    kind: 'accepted',
    name: contact.name,
    words,
    contactId: contact.id,
    channel: 'mail',
    mailId: input.mailId,
    ip: null,
    userAgent: null,
  });
  return signed;
}

const outcome = {
  accepted: { status: 'signed-off', type: 'estimate.signed_off' },
  declined: { status: 'declined', type: 'estimate.declined' },
  'change-requested': { status: 'refining', type: 'estimate.change_requested' },
} as const;

async function decide(
  work: Work,
  estimate: Estimate,
  input: Channel & {
    kind: Acceptance['decision'];
    name: string;
    words: string;
    contactId: string;
    channel: Acceptance['channel'];
    mailId: string | null;
  },
): Promise<{ acceptance: Acceptance; estimate: Estimate }> {
  const version = await sentVersion(work, estimate);
  const acceptance = await recordDecision(work, estimate.customerId, {
    documentId: estimate.id,
    version: estimate.version,
    decision: input.kind,
    name: input.name,
    contactId: input.contactId,
    channel: input.channel,
    statement: input.words,
    ip: input.ip,
    userAgent: input.userAgent,
    sha256: version.sha256 ?? '',
    pdfSha256: version.pdfSha256,
    mailId: input.mailId,
  });
  const { status, type } = outcome[input.kind];
  estimate.status = status;
  estimate.changeRequest = input.kind === 'change-requested' ? input.words : null;
  await updateEstimate(work.sql, estimate, work.now);
  await work.cancelTimer(expiryTimer, estimate.id);
  emitOf(work, estimate, type, {
    by: input.contactId,
    channel: input.channel,
    acceptanceId: acceptance.id,
    sha256: acceptance.sha256,
    hash: acceptance.hash,
    confirmedBy: work.actor.kind === 'person' ? work.actor.id : null,
  });
  return { acceptance, estimate };
}
