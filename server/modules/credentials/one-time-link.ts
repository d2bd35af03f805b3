import { personByEmail } from '#modules/access/index.ts';
import { publicUrl } from '#platform/config.ts';
import { randomSecret, sha256 } from '#platform/crypto.ts';
import type { Tx } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';
import type { Work } from '#platform/transact.ts';
import { getLink, insertLink, type LinkHolder, markVoid, type OneTimeLink } from './one-time-link-store.ts';

/** What a link is for. The token goes into the address once and is kept only as its hash. */
export interface NewLink {
  kind: string;
  customerId: string;
  environmentId?: string | undefined;
  /** What the page says it is, such as "API key for Kōwhai HR". */
  title?: string;
  /** What the revealer needs to find it again; no secret. */
  subject: { [key: string]: Json };
  /** Who gets it: the address of a contact, else the person who acts. It works while they have the rights they have now. */
  holder: { email: string } | undefined;
  expiresAt: Temporal.Instant;
}

/** What the button shows. `items` and the download are handed out this once and kept nowhere. */
export interface Revealed {
  items: { label: string; value: string }[];
  download?: { url: string; name: string; sizeBytes: number; sha256: string };
  note: string;
}

/**
 * Makes the secret behind a link of one kind, in the transaction that uses the link up. `again` says that the same
 * browser presses a second time: what was shown before must stop working.
 */
export type Revealer = (work: Work, link: OneTimeLink, again: boolean) => Promise<Revealed>;

const revealers = new Map<string, Revealer>();

/** Says who makes the secret for links of a kind; a later registration of the same kind replaces it. */
export function registerRevealer(kind: string, revealer: Revealer): void {
  revealers.set(kind, revealer);
}

/** Who makes the secret for links of a kind; throws when nobody was registered, which is a bug. */
export function revealerOf(kind: string): Revealer {
  const revealer = revealers.get(kind);
  if (revealer === undefined) throw new Error(`no revealer is registered for links of the kind ${kind}`);
  return revealer;
}

/** Makes a one-time link; its page shows on opening what it is, and the secret only when its button is pressed. */
export async function createLink(
  work: Work,
  link: NewLink,
): Promise<{ linkId: string; token: string; url: string }> {
  const linkId = uuidv7();
  const token = randomSecret(32);
  await insertLink(work.sql, {
    id: linkId,
    customerId: link.customerId,
    environmentId: link.environmentId ?? null,
    kind: link.kind,
    title: link.title ?? link.kind,
    subject: link.subject,
    expiresAt: link.expiresAt,
    tokenHash: sha256(token),
    holder: await holderOf(work, link),
    now: work.now,
  });
  return { linkId, token, url: `${publicUrl(work.platform.config)}/links/${token}` };
}

async function holderOf(work: Work, { customerId, holder }: NewLink): Promise<LinkHolder> {
  const { actor } = work;
  if (holder !== undefined) {
    const person = await personByEmail(work.sql, holder.email);
    const roles = person?.customerId === customerId ? person.roles : [];
    return { email: holder.email.toLowerCase(), personId: null, roles };
  }
  if (actor.kind !== 'person')
    throw new TypeError('a link that nobody is mailed goes to the person who asks');
  if (actor.customerId !== null) return { email: actor.email, personId: null, roles: actor.roles };
  return { email: null, personId: actor.id, roles: actor.roles };
}

/** Whether a link was not withdrawn and its holder still has the rights with which they got it. */
export async function isLinkHeld(sql: Tx, customerId: string, linkId: string): Promise<boolean> {
  const link = await getLink(sql, customerId, linkId, false);
  return link !== undefined && link.voidedAt === null && link.held;
}

/** Withdraws a link; who opens it is told so. */
export async function voidLink(work: Work, customerId: string, linkId: string): Promise<void> {
  await markVoid(work.sql, customerId, linkId, work.now);
}
