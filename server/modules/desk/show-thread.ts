import type { TicketEntry } from '#contract/desk.ts';
import type { Tx } from '#platform/database.ts';
import { parseId, showId } from '#platform/ids.ts';
import { commonProblems } from '#platform/problem.ts';
import type { TicketEntryRow, TicketMail } from './desk-store.ts';
import { type ThreadCursor, threadEntries, threadMails } from './thread-store.ts';

/** A page of a ticket's thread, the newest part first; `next` is the cursor of earlier parts, null when there are none. */
export async function showThread(
  sql: Tx,
  ticket: { customerId: string; id: string },
  wish: { cursor?: string | undefined; limit: number; onlyIncoming?: boolean },
): Promise<{ items: TicketEntry[]; next: string | null }> {
  const { limit, onlyIncoming = false } = wish;
  const page = { before: wish.cursor === undefined ? null : readCursor(wish.cursor), limit: limit + 1 };
  const mails = await threadMails(sql, ticket, { ...page, onlyIncoming });
  const entries = onlyIncoming ? [] : await threadEntries(sql, ticket, page);
  const parts = [
    ...mails.map((one) => ({ at: one.at, id: one.id, shown: showMail(one) })),
    ...entries.map((one) => ({ at: one.at, id: one.id, shown: showEntry(one) })),
  ].sort((a, b) => Temporal.Instant.compare(b.at, a.at) || (a.id < b.id ? 1 : -1));
  const shown = parts.slice(0, limit);
  const oldest = shown.at(-1);
  return {
    items: shown.map((one) => one.shown),
    next: parts.length > limit && oldest !== undefined ? showCursor(oldest) : null,
  };
}

function showCursor({ at, id }: { at: Temporal.Instant; id: string }): string {
  return `${at.epochNanoseconds / 1000n}.${showId('mal', id)}`;
}

function readCursor(text: string): ThreadCursor {
  const [, microseconds, shown] = /^(\d{1,17})\.(mal_[0-9a-z]{26})$/.exec(text) ?? [];
  const id = parseId('mal', shown ?? '');
  if (microseconds === undefined || id === undefined)
    throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
  return { at: Temporal.Instant.fromEpochNanoseconds(BigInt(microseconds) * 1000n).toString(), id };
}

function showMail(mail: TicketMail): TicketEntry {
  return {
    kind: 'mail',
    id: showId('mal', mail.id),
    at: mail.at.toString({ fractionalSecondDigits: 6 }),
    direction: mail.direction,
    from: { name: mail.fromName, address: mail.fromAddress },
    to: mail.recipients.filter((address) => !mail.copies.includes(address)),
    cc: mail.copies,
    replyTo: mail.replyTo,
    subject: mail.subject,
    text: mail.bodyText,
    html: mail.bodyHtml,
    verifiedBy: mail.verifiedBy,
    placedBy: mail.placedBy,
    automatic: mail.automatic,
    attachments: mail.attachments,
  };
}

function showEntry(entry: TicketEntryRow): TicketEntry {
  const at = entry.at.toString({ fractionalSecondDigits: 6 });
  if (entry.change === null) return { kind: 'note', at, by: entry.byName, text: entry.body ?? '' };
  return { kind: 'change', at, by: entry.byName, change: entry.change, detail: entry.body };
}
