import type { Tx } from '#platform/database.ts';
import type { TicketEntryRow, TicketMail } from './desk-store.ts';

/** Where a page of a thread ends: the time and id of its oldest part; the next page begins before it. */
export interface ThreadCursor {
  at: string;
  id: string;
}

/** Mails of a ticket before a cursor, the newest first. */
export async function threadMails(
  sql: Tx,
  ticket: { customerId: string; id: string },
  page: { before: ThreadCursor | null; limit: number; onlyIncoming: boolean },
): Promise<TicketMail[]> {
  return sql<TicketMail[]>`
    select id, ticket_id as "ticketId", direction, inbox_id as "inboxId", outbox_id as "outboxId",
           from_name as "fromName", from_address as "fromAddress", recipients, copies, subject, body_text as "bodyText",
           body_html as "bodyHtml", attachments, message_id as "messageId", verified_by as "verifiedBy",
           placed_by as "placedBy", automatic, reply_to as "replyTo", at
    from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id} ${isBefore(sql, page.before)}
      and (not ${page.onlyIncoming} or direction = 'in')
    order by at desc, id desc limit ${page.limit}`;
}

/** Notes and changes of a ticket, and of those that were merged into it, before a cursor, the newest first. */
export async function threadEntries(
  sql: Tx,
  ticket: { customerId: string; id: string },
  page: { before: ThreadCursor | null; limit: number },
): Promise<(TicketEntryRow & { id: string })[]> {
  return sql<(TicketEntryRow & { id: string })[]>`
    select id, kind, change, body, by_name as "byName", at from desk.entries
    where customer_id = ${ticket.customerId} ${isBefore(sql, page.before)}
      and ticket_id in (select ${ticket.id}::uuid union all
                        select t.id from desk.tickets t
                        where t.customer_id = ${ticket.customerId} and t.merged_into_id = ${ticket.id})
    order by at desc, id desc limit ${page.limit}`;
}

function isBefore(sql: Tx, before: ThreadCursor | null) {
  return before === null ? sql`` : sql`and (at, id) < (${before.at}::timestamptz, ${before.id}::uuid)`;
}

/** How many mails a ticket has. */
export async function countMails(sql: Tx, ticket: { customerId: string; id: string }): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id}`;
  return row?.count ?? 0;
}

/** The newest Message-IDs of a ticket's mails, oldest first. */
export async function newestMessageIds(
  sql: Tx,
  ticket: { customerId: string; id: string },
  atMost: number,
): Promise<string[]> {
  const rows = await sql<{ messageId: string }[]>`
    select message_id as "messageId" from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id} and message_id is not null
    order by at desc, id desc limit ${atMost}`;
  return rows.map((row) => row.messageId).reverse();
}

/** A mail that stands on a ticket; undefined when it stands on another, or nowhere. */
export async function mailOnTicket(
  sql: Tx,
  ticket: { customerId: string; id: string },
  mailId: string,
): Promise<
  | Pick<
      TicketMail,
      'inboxId' | 'attachments' | 'subject' | 'fromAddress' | 'recipients' | 'messageId' | 'direction'
    >
  | undefined
> {
  const [row] = await sql<
    Pick<
      TicketMail,
      'inboxId' | 'attachments' | 'subject' | 'fromAddress' | 'recipients' | 'messageId' | 'direction'
    >[]
  >`
    select inbox_id as "inboxId", attachments, subject, from_address as "fromAddress", recipients,
           message_id as "messageId", direction
    from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id} and id = ${mailId}`;
  return row;
}

/** Where the newest proved mail that a person wrote from this address asks for answers; empty when it asks for nothing. */
export async function replyToOf(
  sql: Tx,
  ticket: { customerId: string; id: string },
  address: string,
): Promise<string[]> {
  const [row] = await sql<{ replyTo: string[] }[]>`
    select reply_to as "replyTo" from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id} and direction = 'in' and not automatic
      and verified_by <> 'none' and lower(from_address) = lower(${address})
    order by at desc, id desc limit 1`;
  return row?.replyTo ?? [];
}
