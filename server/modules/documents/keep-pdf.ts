import { ObjectExpired, storeBytes } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import { setPdf, type Version } from './document-store.ts';

const mostBytes = 20 * 1024 * 1024;

/** Keeps a frozen version's PDF: these bytes are what is sent, signed and shown from now on. */
export async function keepPdf(work: Work, version: Version, bytes: Buffer): Promise<Version> {
  if (version.pdfKey !== null) return version;
  const pdf = await storeBytes(work.platform.objects, { class: 'pdf', ...work.scope }, bytes);
  await setPdf(work.sql, version.documentId, version.number, pdf);
  return { ...version, pdfKey: pdf.key, pdfSha256: pdf.sha256 };
}

/** The kept bytes of a version's PDF; undefined when none were kept, or their time is over. */
export async function readPdf(
  platform: Platform,
  version: Pick<Version, 'pdfKey'>,
): Promise<Buffer | undefined> {
  if (version.pdfKey === null) return undefined;
  return platform.objects.readBuffer(version.pdfKey, mostBytes).catch((error: unknown) => {
    if (error instanceof ObjectExpired) return undefined;
    throw error;
  });
}
