import { randomInt } from 'node:crypto';
import { findContact } from '#modules/customers/index.ts';
import { publicUrl } from '#platform/config.ts';
import { keyedHash, randomSecret, sha256 } from '#platform/crypto.ts';
import type { Tx } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { transact, type Work } from '#platform/transact.ts';
import {
  type Acceptance,
  countCodeAttempt,
  findSigningLink,
  insertAcceptance,
  insertSigningLink,
  lockChainEnd,
  type SigningLink,
  setCode,
  signingLink,
  voidSigningLinks,
} from './document-store.ts';
import { problems } from './problems.ts';
import { hashOfAcceptance } from './verify-acceptance.ts';

const codeMinutes = 30;
const mostCodes = 5;
const mostAttempts = 5;

/** Makes a one-time link for one contact to sign one version; the token is only in the returned address. */
export async function createSigningLink(
  work: Work,
  input: {
    customerId: string;
    documentId: string;
    version: number;
    contactId: string;
    expiresAt: Temporal.Instant;
  },
): Promise<string> {
  const token = randomSecret(24);
  await insertSigningLink(work.sql, { ...input, id: uuidv7(), tokenHash: sha256(token), at: work.now });
  return `${publicUrl(work.platform.config)}/sign-off/${token}`;
}

/** Finds the link behind a token, whoever's it is; answers like nothing when there is none. */
export async function openSigningLink(
  platform: Platform,
  token: string,
): Promise<{ id: string; customerId: string }> {
  const found = await findSigningLink(platform.db, sha256(token));
  if (found === undefined) throw notFound();
  return found;
}

/** Mails a code of six digits to the link's contact: the second half of the verified channel. */
export async function sendSigningCode(work: Work, linkId: string): Promise<void> {
  const link = await usableLink(work, linkId);
  if (link.codesSent >= mostCodes) throw problems['code-tries-used-up']();
  const contact = await findContact(work.sql, link.customerId, { id: link.contactId });
  if (contact === undefined) throw notFound();
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
  await setCode(work.sql, linkId, codeHash(work, linkId, code), work.now.add({ minutes: codeMinutes }));
  await work.mail({
    to: [contact.email],
    subject: 'Your code for the sign-off',
    text: `Kia ora ${contact.name},\n\nYour code for the sign-off page is ${code}. It is good for ${codeMinutes} minutes.\n`,
    automatic: true,
    customerId: link.customerId,
    kind: 'sign-off-code',
    confidential: true,
  });
  work.audit({ action: 'sign-off.code-sent', subject: linkId });
}

/**
 * Checks the code for a link and returns the link; a wrong try is counted even though the call fails. Fails with
 * link-used-up, code-wrong or code-tries-used-up.
 */
export async function checkSigningCode(
  platform: Platform,
  found: { id: string; customerId: string },
  code: string,
): Promise<void> {
  const right = await transact(
    platform,
    { customerId: found.customerId },
    { kind: 'system', id: 'sign-off' },
    async (work) => {
      const link = await usableLink(work, found.id);
      if (link.codeAttempts >= mostAttempts) throw problems['code-tries-used-up']();
      const isRight =
        link.codeHash !== null &&
        link.codeExpiresAt !== null &&
        Temporal.Instant.compare(work.now, link.codeExpiresAt) < 0 &&
        codeHash(work, link.id, code).equals(link.codeHash);
      if (!isRight) await countCodeAttempt(work.sql, link.id);
      return isRight;
    },
  );
  if (!right)
    throw problems['code-wrong']({
      errors: [{ pointer: '/code', detail: 'is not the code in the newest mail, or that code is too old' }],
    });
}

/** The link, locked, when it can still be used; fails with link-used-up. */
export async function usableLink(work: Work, linkId: string): Promise<SigningLink> {
  const link = await signingLink(work.sql, linkId, true);
  if (link === undefined) throw notFound();
  if (link.voidedAt !== null || Temporal.Instant.compare(work.now, link.expiresAt) >= 0)
    throw problems['link-used-up']();
  await expectHeld(work.sql, link);
  return link;
}

/**
 * Fails with link-holder-left unless the link's contact is one still, may sign, and has lost no right since it was sent: what
 * comes back later brings no link back.
 */
export async function expectHeld(
  sql: Tx,
  link: Pick<SigningLink, 'customerId' | 'contactId' | 'createdAt'>,
): Promise<void> {
  const contact = await findContact(sql, link.customerId, { id: link.contactId });
  const isHeld =
    contact !== undefined &&
    contact.removedAt === null &&
    contact.hasAuthority &&
    (contact.lostAt === null || Temporal.Instant.compare(contact.lostAt, link.createdAt) < 0);
  if (!isHeld) throw problems['link-holder-left']();
}

/** Writes down what a customer's person decided, chained by hash to the decision before, and voids all open links. */
export async function recordDecision(
  work: Work,
  customerId: string,
  decision: Omit<Acceptance, 'id' | 'sequence' | 'at' | 'previousHash' | 'hash'>,
): Promise<Acceptance> {
  const end = await lockChainEnd(work.sql, customerId);
  const facts = {
    ...decision,
    id: uuidv7(),
    sequence: end.sequence + 1,
    at: work.now,
    previousHash: end.hash,
  };
  const acceptance: Acceptance = { ...facts, hash: hashOfAcceptance(facts) };
  await insertAcceptance(work.sql, customerId, acceptance);
  await voidSigningLinks(work.sql, decision.documentId, work.now);
  work.audit({
    action: `document.${decision.decision}`,
    subject: decision.documentId,
    detail: { version: decision.version },
  });
  return acceptance;
}

function codeHash(work: Work, linkId: string, code: string): Buffer {
  return keyedHash(work.platform.config, 'sign-off-code', `${linkId}:${code}`);
}
