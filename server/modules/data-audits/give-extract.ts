import { createLink, type OneTimeLink, type Revealed } from '#modules/credentials/index.ts';
import { contactsOf } from '#modules/customers/index.ts';
import { placeOutgoing } from '#modules/file-exchange/index.ts';
import { publicUrl } from '#platform/config.ts';
import type { Consumer } from '#platform/consume.ts';
import { randomSecret, sha256 } from '#platform/crypto.ts';
import { parseId, showId, showIdOrNull, uuidv7 } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import {
  type Extract,
  getPlacement,
  insertPlacement,
  listExtracts,
  markDelivered,
  openSftpPlacement,
  setDownload,
} from './extract-store.ts';
import type { InEnvironment } from './make-extract.ts';
import { problems } from './problems.ts';

/** Kind of the one-time links behind which an extract is downloaded. */
export const extractLinkKind = 'extract';
const linkDays = 7;
const downloadMinutes = 60;

type Ready = Extract & { objectKey: string; sha256: string; sizeBytes: number };

async function readyExtract(work: Work, of: InEnvironment, id: string): Promise<Ready> {
  const [extract] = await listExtracts(work.sql, of.environmentId, id);
  if (extract === undefined) throw notFound();
  const { objectKey, sha256: digest, sizeBytes } = extract;
  if (extract.state !== 'ready' || objectKey === null || digest === null || sizeBytes === null)
    throw problems['extract-not-ready']();
  return { ...extract, objectKey, sha256: digest, sizeBytes };
}

/**
 * Gives an extract by one-time link, which a contact of the customer gets by mail and nobody else sees: its download is
 * a delivery to the customer.
 */
export async function linkExtract(
  work: Work,
  of: InEnvironment,
  extractId: string,
  sendLinkTo: string,
): Promise<{ expiresAt: string; mailedTo: string }> {
  const extract = await readyExtract(work, of, extractId);
  const contacts = await contactsOf(work.sql, of.customerId);
  const contact = contacts.find((one) => one.email.toLowerCase() === sendLinkTo.toLowerCase());
  if (contact === undefined) throw problems['unknown-recipient']();
  const placementId = uuidv7();
  const expiresAt = work.now.add({ hours: 24 * linkDays });
  const link = await createLink(work, {
    ...of,
    kind: extractLinkKind,
    title: `Data extract ${extract.fileName}`,
    subject: { placementId },
    holder: { email: contact.email },
    expiresAt,
  });
  await insertPlacement(work.sql, {
    ...of,
    id: placementId,
    extractId,
    via: 'link',
    path: null,
    linkId: link.linkId,
    now: work.now,
  });
  work.audit({
    action: 'extract.link',
    subject: showId('ext', extractId),
    detail: { contactId: showId('con', contact.id) },
  });
  await work.mail({
    to: [contact.email],
    subject: `Data extract ${extract.fileName}`,
    text: [
      `Kia ora ${contact.name}`,
      `The data extract ${extract.fileName} (${extract.rows} employees) is ready.`,
      'Open this page and press the button to download it. Opening alone uses nothing up.',
      link.url,
      `SHA-256: ${extract.sha256}`,
    ].join('\n\n'),
    automatic: true,
    kind: 'extract-link',
    confidential: true,
    customerId: of.customerId,
  });
  return { expiresAt: expiresAt.toString(), mailedTo: contact.email };
}

/** Makes the download behind an extract's link, now that its button was pressed. */
export async function revealExtract(work: Work, link: OneTimeLink): Promise<Revealed> {
  const { environmentId, customerId } = link;
  const placementId = String(link.subject['placementId']);
  if (environmentId === null) throw notFound();
  const placement = await getPlacement(work.sql, environmentId, placementId);
  if (placement === undefined) throw notFound();
  const extract = await readyExtract(work, { customerId, environmentId }, placement.extractId);
  const token = randomSecret(32);
  await setDownload(
    work.sql,
    environmentId,
    placementId,
    sha256(token),
    work.now.add({ minutes: downloadMinutes }),
  );
  return {
    items: [],
    download: {
      url: `${publicUrl(work.platform.config)}/api/downloads/extracts/${token}`,
      name: extract.fileName,
      sizeBytes: extract.sizeBytes,
      sha256: extract.sha256,
    },
    note: `Download it within ${downloadMinutes} minutes, and compare the SHA-256 before you use it.`,
  };
}

/** Puts an extract where the customer collects files over SFTP. */
export async function placeExtract(work: Work, of: InEnvironment, extractId: string): Promise<string> {
  const extract = await readyExtract(work, of, extractId);
  const { path } = await placeOutgoing(work, {
    name: extract.fileName,
    stored: { key: extract.objectKey, sha256: extract.sha256, sizeBytes: extract.sizeBytes },
    reference: showId('ext', extractId),
  });
  await insertPlacement(work.sql, {
    ...of,
    id: uuidv7(),
    extractId,
    via: 'sftp',
    path,
    linkId: null,
    now: work.now,
  });
  work.audit({ action: 'extract.place', subject: showId('ext', extractId), detail: { path } });
  return path;
}

/** Notes that an extract has arrived and says so in the log, once for each way it was given. */
export async function deliverExtract(
  work: Work,
  of: InEnvironment,
  placementId: string,
  extractId: string,
  via: 'link' | 'sftp',
): Promise<void> {
  if (!(await markDelivered(work.sql, of.environmentId, placementId, work.now))) return;
  const extract = await readyExtract(work, of, extractId);
  const id = showId('ext', extractId);
  work.emit(of.environmentId, {
    type: 'extract.delivered',
    subject: { extractId: id },
    data: {
      extractId: id,
      sha256: extract.sha256,
      rows: extract.rows,
      via,
      integrationId: showIdOrNull('int', extract.integrationId),
    },
  });
}

/** Learns from the log that an extract was collected over SFTP. */
export const extractCollections: Consumer = {
  name: 'data-audits.collections',
  kinds: ['environment'],
  handle: async (work, events, stream) => {
    const { customerId, environmentId } = stream;
    if (customerId === null || environmentId === null) return;
    for (const event of events) {
      const extractId =
        event.type === 'file.collected' ? parseId('ext', event.subject['reference'] ?? '') : undefined;
      if (extractId === undefined) continue;
      const placementId = await openSftpPlacement(work.sql, environmentId, extractId);
      if (placementId !== undefined)
        await deliverExtract(work, { customerId, environmentId }, placementId, extractId, 'sftp');
    }
  },
};
