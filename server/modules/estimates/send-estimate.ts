import { type Contact, contactsOf, getCustomer } from '#modules/customers/index.ts';
import {
  createSigningLink,
  setPdf,
  type Version,
  versionsOf,
  voidSigningLinks,
} from '#modules/documents/index.ts';
import { sha256 } from '#platform/crypto.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { emitOf, expectStatus, lockEstimate, lockForReviewer } from './draft-estimate.ts';
import { type Estimate, gapsOf, totalsOf } from './estimate.ts';
import { renderEstimatePdf } from './estimate-pdf.ts';
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
  const pdf = await ensurePdf(work, estimate, latest);
  const expiresAt = Temporal.PlainDate.from(content.validUntil as string)
    .add({ days: 1 })
    .toZonedDateTime(config.vendor.timeZone)
    .toInstant();
  await voidSigningLinks(work.sql, id, work.now);
  for (const contact of recipients) await mailLink(work, estimate, contact, pdf.key, expiresAt);
  estimate.status = 'sent';
  estimate.changeRequest = null;
  await updateEstimate(work.sql, estimate, work.now);
  await work.schedule({ kind: expiryTimer, key: id, dueAt: expiresAt, payload: { customerId } });
  emitOf(work, estimate, 'estimate.sent', {
    recipients: recipients.map((one) => one.id),
    sha256: latest.sha256,
    pdfSha256: pdf.sha256,
    validUntil: content.validUntil,
  });
  return estimate;
}

/** The version's PDF in the object store; it is rendered once, and the same facts give the same bytes again. */
async function ensurePdf(
  work: Work,
  estimate: Estimate,
  version: Version,
): Promise<{ key: string; sha256: string }> {
  if (version.pdfKey !== null && version.pdfSha256 !== null)
    return { key: version.pdfKey, sha256: version.pdfSha256 };
  const bytes = await renderVersion(work, estimate, version);
  const writer = await work.platform.objects.create();
  await writer.write(bytes);
  const { key } = await writer.finish();
  const pdf = { key, sha256: sha256(bytes).toString('hex') };
  await setPdf(work.sql, estimate.id, version.number, pdf);
  return pdf;
}

/** Renders a frozen version from its facts alone. */
export async function renderVersion(
  work: Pick<Work, 'sql' | 'platform'>,
  estimate: Estimate,
  version: Version,
): Promise<Buffer> {
  const { vendor } = work.platform.config;
  const customer = await getCustomer(work.sql, estimate.customerId);
  const content = version.content as never;
  return renderEstimatePdf({
    vendor: vendor.name,
    customer: customer?.name ?? '',
    version: version.number,
    content,
    totals: totalsOf(content, vendor.gstPercent),
    sha256: version.sha256 ?? '',
    at: version.frozenAt ?? version.at,
  });
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
    subject: `Estimate: ${estimate.title}`,
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
