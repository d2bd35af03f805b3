import type { LinkReveal, LinkView } from '#contract/credentials.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { randomSecret, sha256 } from '#platform/crypto.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { revealerOf } from './one-time-link.ts';
import { findLink, getLink, markRevealed, type OneTimeLink } from './one-time-link-store.ts';
import { problems } from './problems.ts';

const rollAgainMinutes = 10;

/** What a link is, without using it: opening the page, by a person or by a mail scanner, burns nothing. */
export async function describeLink(
  platform: Platform,
  token: string,
  browser: string | undefined,
): Promise<LinkView> {
  const found = await findLink(platform.db, sha256(token));
  if (found === undefined) throw notFound();
  return read(platform, scopeOf(found), async (sql) => {
    const link = await getLink(sql, found.customerId, found.id, false);
    if (link === undefined) throw notFound();
    const customer = await getCustomer(sql, found.customerId);
    const environment =
      found.environmentId === null ? undefined : await getEnvironment(sql, found.environmentId);
    const now = platform.clock.now();
    return {
      id: showId('lnk', link.id),
      kind: link.kind,
      title: link.title,
      customer: customer?.name ?? '',
      environment: environment?.kind ?? null,
      state: stateOf(link, now),
      expiresAt: link.expiresAt.toString(),
      usedAt: link.revealedAt?.toString() ?? null,
      canRollAgain: link.voidedAt === null && link.held && mayRollAgain(link, browser, now),
    };
  });
}

/**
 * Presses the button: makes the secret and shows it. The same browser may press again for ten minutes and gets a new
 * secret, so that an answer lost on its way loses nothing. Returns the browser's token to keep in a cookie.
 */
export async function revealLink(
  platform: Platform,
  token: string,
  browser: string | undefined,
): Promise<{ linkId: string; browser: string; reveal: LinkReveal }> {
  const found = await findLink(platform.db, sha256(token));
  if (found === undefined) throw notFound();
  const actor = systemActor(`link:${showId('lnk', found.id)}`);
  return transact(platform, scopeOf(found), actor, async (work) => {
    const link = await getLink(work.sql, found.customerId, found.id, true);
    if (link === undefined) throw notFound();
    if (link.voidedAt !== null || !link.held) throw problems['link-void']();
    const again = link.revealedAt !== null;
    if (again && !mayRollAgain(link, browser, work.now)) throw problems['link-used']();
    if (!again && isPast(link.expiresAt, work.now)) throw problems['link-expired']();
    const kept = browser ?? randomSecret(32);
    const revealed = await revealerOf(link.kind)(work, link, again);
    await markRevealed(work.sql, link.customerId, link.id, sha256(kept), work.now);
    work.audit({
      action: again ? 'link.revealed-again' : 'link.revealed',
      subject: showId('lnk', link.id),
      detail: { kind: link.kind },
    });
    const rollableUntil = (link.revealedAt ?? work.now).add({ minutes: rollAgainMinutes });
    return {
      linkId: link.id,
      browser: kept,
      reveal: {
        kind: link.kind,
        title: link.title,
        items: revealed.items,
        download: revealed.download ?? null,
        note: revealed.note,
        rollableUntil: rollableUntil.toString(),
      },
    };
  });
}

function stateOf(link: OneTimeLink, now: Temporal.Instant): LinkView['state'] {
  if (link.voidedAt !== null || !link.held) return 'void';
  if (link.revealedAt !== null) return 'used';
  return isPast(link.expiresAt, now) ? 'expired' : 'ready';
}

function mayRollAgain(link: OneTimeLink, browser: string | undefined, now: Temporal.Instant): boolean {
  if (link.revealedAt === null || link.browserHash === null || browser === undefined) return false;
  if (isPast(link.revealedAt.add({ minutes: rollAgainMinutes }), now)) return false;
  return sha256(browser).equals(link.browserHash);
}

function isPast(moment: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(moment, now) <= 0;
}

function scopeOf(link: { customerId: string; environmentId: string | null }) {
  return { customerId: link.customerId, environmentId: link.environmentId ?? undefined };
}
