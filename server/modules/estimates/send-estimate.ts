import type { EstimateContent } from '#contract/estimates.ts';
import { type Contact, contactsOf } from '#modules/customers/index.ts';
import { createSigningLink, type Version, versionsOf, voidSigningLinks } from '#modules/documents/index.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { emitOf, expectStatus, lockEstimate, lockForReviewer } from './draft-estimate.ts';
import { type Estimate, gapsOf } from './estimate.ts';
import { updateEstimate } from './estimate-store.ts';
import { problems } from './problems.ts';
import { latestVersion } from './review-estimate.ts';

/** Kind of the timer that lets a sent estimate expire. */
export const expiryTimer = 'estimate-expiry';

/**
 * E10: sends the finalised estimate as a one-time link with its PDF to contacts with authority. Emits estimate.sent;
 * earlier links no longer work. Fails with no-authority and estimate-incomplete (validity in the past).
 */
export async function sendEstimate(
  work: Work,
  customerId: string,
  id: string,
  contactIds: string[],
): Promise<Estimate> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['finalised', 'sent']);
  const { config } = work.platform;
  const { latest, content } = await latestVersion(work, estimate);
  const gaps = gapsOf(content, work.platform.clock.today(config.vendor.timeZone));
  if (gaps.length > 0) throw problems['estimate-incomplete']({ errors: gaps });
  const recipients = (await contactsOf(work.sql, customerId)).filter((one) => contactIds.includes(one.id));
  if (recipients.length !== contactIds.length) throw notFound();
  if (recipients.some((one) => !one.hasAuthority)) throw problems['no-authority']();
  if (latest.pdfKey === null) throw new Error('a finalised version has its PDF');
  const expiresAt = expiryOf(content, config.vendor.timeZone);
  await voidSigningLinks(work.sql, id, work.now);
  for (const contact of recipients) await mailLink(work, estimate, contact, latest.pdfKey, expiresAt);
  estimate.status = 'sent';
  estimate.changeRequest = null;
  await updateEstimate(work.sql, estimate, work.now);
  await work.schedule({ kind: expiryTimer, key: id, dueAt: expiresAt, payload: { customerId } });
  emitOf(work, estimate, 'estimate.sent', {
    recipients: recipients.map((one) => one.id),
    sha256: latest.sha256,
    pdfSha256: latest.pdfSha256,
    validUntil: content.validUntil,
  });
  return estimate;
}

/** The end of the last day of a complete version's validity, where the vendor is. */
export function expiryOf({ validUntil }: EstimateContent, timeZone: string): Temporal.Instant {
  return Temporal.PlainDate.from(validUntil as string)
    .add({ days: 1 })
    .toZonedDateTime(timeZone)
    .toInstant();
}

/** Expiry: a sent estimate whose validity has passed; emits estimate.expired. */
export async function expireEstimate(work: Work, customerId: string, id: string): Promise<void> {
  const estimate = await lockEstimate(work, customerId, id);
  if (estimate.status !== 'sent') return;
  estimate.status = 'expired';
  await voidSigningLinks(work.sql, id, work.now);
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.expired');
}

/** After a change request, an expiry or a decline: back to refining with a new version to come; emits estimate.reopened. */
export async function reviseEstimate(work: Work, customerId: string, id: string): Promise<Estimate> {
  const estimate = await lockForReviewer(work, customerId, id);
  expectStatus(estimate, ['sent', 'expired', 'declined', 'finalised']);
  await voidSigningLinks(work.sql, id, work.now);
  await work.cancelTimer(expiryTimer, id);
  estimate.status = 'refining';
  await updateEstimate(work.sql, estimate, work.now);
  emitOf(work, estimate, 'estimate.reopened');
  return estimate;
}

/** The frozen version that was sent. */
export async function sentVersion(work: Pick<Work, 'sql'>, estimate: Estimate): Promise<Version> {
  const versions = await versionsOf(work.sql, estimate.customerId, estimate.id);
  const version = versions.find((one) => one.number === estimate.version);
  if (version === undefined) throw notFound();
  return version;
}

async function mailLink(
  work: Work,
  estimate: Estimate,
  contact: Contact,
  pdfKey: string,
  expiresAt: Temporal.Instant,
): Promise<void> {
  const { vendor } = work.platform.config;
  const url = await createSigningLink(work, {
    customerId: estimate.customerId,
    documentId: estimate.id,
    version: estimate.version,
    contactId: contact.id,
    expiresAt,
  });
  await work.mail({
    to: [contact.email],
    subject: `Estimate: ${estimate.title}${estimate.changeNumber === null ? '' : ` (${estimate.changeNumber})`}`,
    text: `Kia ora ${contact.name},\n\nOur estimate for "${estimate.title}" is attached. To accept it, ask for a change or decline it, open this page:\n\n${url}\n\n${vendor.name}\n`,
    attachments: [{ name: `estimate-v${estimate.version}.pdf`, type: 'application/pdf', objectKey: pdfKey }],
    automatic: true,
    replyTo: work.platform.config.desk.helpdeskAddress,
    customerId: estimate.customerId,
    ...(estimate.integrationId === null ? {} : { integrationId: estimate.integrationId }),
    kind: 'estimate',
    confidential: true,
  });
}
