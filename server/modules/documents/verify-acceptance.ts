import type { CheckResult, VerificationView } from '#contract/documents.ts';
import { sha256 } from '#platform/crypto.ts';
import { showId } from '#platform/ids.ts';
import { canonicalJson } from '#platform/json.ts';
import { ObjectFault } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import {
  type Acceptance,
  acceptanceChain,
  findAcceptance,
  type Version,
  versionsOf,
} from './document-store.ts';
import { digestOf } from './freeze-version.ts';
import { readPdf } from './keep-pdf.ts';

/** SHA-256, in hex, of everything that is known of a decision, the hash of the one before it included. */
export function hashOfAcceptance(one: Omit<Acceptance, 'hash'>): string {
  const { hash: _, at, ...rest } = one as Acceptance;
  return sha256(canonicalJson({ ...rest, at: at.toString() })).toString('hex');
}

/** What the public page says of a decision: whose, when, and whether everything still is what was signed. */
export async function verifyAcceptance(platform: Platform, id: string): Promise<VerificationView> {
  const found = await findAcceptance(platform.db, id);
  if (found === undefined) throw notFound();
  const { chain, one, version } = await read(platform, found, async (sql) => {
    const all = await acceptanceChain(sql, found.customerId);
    const wanted = all.find((each) => each.id === id);
    const versions = wanted === undefined ? [] : await versionsOf(sql, found.customerId, wanted.documentId);
    return { chain: all, one: wanted, version: versions.find((each) => each.number === wanted?.version) };
  });
  if (one === undefined || version === undefined) throw notFound();
  return {
    id: showId('doc', one.id),
    decision: one.decision,
    signedBy: initials(one.name),
    at: one.at.toString(),
    version: one.version,
    sha256: one.sha256,
    pdfSha256: one.pdfSha256,
    checks: {
      content: checkContent(one, version),
      pdf: await checkPdf(platform, one, version),
      decision: hashOfAcceptance(one) === one.hash ? 'fits' : 'differs',
      chain: isWhole(chain) ? 'fits' : 'differs',
    },
  };
}

function checkContent(one: Acceptance, { content, facts }: Version): CheckResult {
  if (facts === null) return 'missing';
  return digestOf({ content, facts }) === one.sha256 ? 'fits' : 'differs';
}

async function checkPdf(platform: Platform, one: Acceptance, version: Version): Promise<CheckResult> {
  const bytes = await readPdf(platform, version).catch((error: unknown) => {
    if (error instanceof ObjectFault && error.kind !== 'away') return error;
    throw error;
  });
  if (bytes instanceof ObjectFault) return bytes.kind === 'missing' ? 'missing' : 'differs';
  if (bytes === undefined || one.pdfSha256 === null) return 'missing';
  return sha256(bytes).toString('hex') === one.pdfSha256 ? 'fits' : 'differs';
}

/** Whether every decision is as it was written and follows the one before it, none left out. */
function isWhole(chain: Acceptance[]): boolean {
  return chain.every(
    (one, index) =>
      one.sequence === index + 1 &&
      one.previousHash === (chain[index - 1]?.hash ?? '') &&
      one.hash === hashOfAcceptance(one),
  );
}

/** Whoever holds the address of the page need not learn a full name. */
function initials(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => `${[...part][0]}.`)
    .join(' ');
}
