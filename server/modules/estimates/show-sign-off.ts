import { type EstimateContent, estimateContent, type SignOffView } from '#contract/estimates.ts';
import { contactsOf } from '#modules/customers/index.ts';
import {
  acceptancesOf,
  expectHeld,
  signingLink,
  type Version,
  versionsOf,
} from '#modules/documents/index.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { customerViewOf } from './customer-view.ts';
import type { Estimate } from './estimate.ts';
import { factsOf } from './estimate-facts.ts';
import { getEstimate } from './estimate-store.ts';
import { expiryOf } from './send-estimate.ts';
import { acceptanceStatement } from './sign-estimate.ts';

/** What the sign-off page shows behind its link: the version that was sent, and its status now. */
export async function viewSignOff(platform: Platform, sql: Tx, linkId: string): Promise<SignOffView> {
  const link = await signingLink(sql, linkId, false);
  if (link === undefined) throw notFound();
  await expectHeld(sql, link);
  const [estimate, contacts, acceptances, versions] = await Promise.all([
    getEstimate(sql, link.customerId, link.documentId),
    contactsOf(sql, link.customerId),
    acceptancesOf(sql, link.customerId, link.documentId),
    versionsOf(sql, link.customerId, link.documentId),
  ]);
  const version = versions.find((each) => each.number === link.version);
  if (estimate === undefined || version === undefined) throw notFound();
  const decision = acceptances.filter((each) => each.version === link.version).at(-1);
  return {
    ...(await pageOf(platform, sql, estimate, version)),
    recipient: contacts.find((each) => each.id === link.contactId)?.name ?? '',
    status: statusOf(decision?.decision, link, platform.clock.now()),
    codeSent: link.codeHash !== null,
    expiresAt: link.expiresAt.toString(),
    decidedAt: decision?.at.toString() ?? null,
    verification: decision === undefined ? null : showId('doc', decision.id),
  };
}

/** The sign-off page as the customer would see it if the present version were sent now. */
export async function previewEstimate(
  platform: Platform,
  sql: Tx,
  customerId: string,
  id: string,
): Promise<SignOffView> {
  const [estimate, versions] = await Promise.all([
    getEstimate(sql, customerId, id),
    versionsOf(sql, customerId, id),
  ]);
  const version = versions.at(-1);
  if (estimate === undefined || version === undefined) throw notFound();
  return pageOf(platform, sql, estimate, version);
}

async function pageOf(
  platform: Platform,
  sql: Tx,
  estimate: Estimate,
  version: Version,
): Promise<SignOffView> {
  const facts = await factsOf({ sql, platform }, estimate, version);
  const full: EstimateContent = estimateContent.parse(version.content);
  const { timeZone } = platform.config.vendor;
  return {
    vendor: facts.vendor,
    customer: facts.customer,
    recipient: '',
    title: full.title,
    changeNumber: facts.changeNumber ?? null,
    status: 'open',
    version: version.number,
    ...customerViewOf(full, facts.totals),
    gstPercent: facts.gstPercent,
    sha256: version.sha256 ?? '',
    statement: acceptanceStatement(full.title, version.number),
    codeSent: false,
    expiresAt: full.validUntil === null ? null : expiryOf(full, timeZone).toString(),
    timeZone,
    decidedAt: null,
    verification: null,
  };
}

function statusOf(
  decision: string | undefined,
  link: { voidedAt: Temporal.Instant | null; expiresAt: Temporal.Instant },
  now: Temporal.Instant,
): SignOffView['status'] {
  if (decision === 'accepted') return 'signed-off';
  if (decision === 'declined' || decision === 'change-requested') return decision;
  if (link.voidedAt !== null) return 'void';
  return Temporal.Instant.compare(now, link.expiresAt) >= 0 ? 'expired' : 'open';
}
