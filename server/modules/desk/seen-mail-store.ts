import { createHash } from 'node:crypto';
import type { Tx } from '#platform/database.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { Route } from './route-mail.ts';
import type { VerifiedBy } from './ticket.ts';

/**
 * Notes a mail's id, content and proof; returns which mail that came in had all three first: itself, unless it is a copy. An
 * unproved mail with the same words is no copy of a proved one.
 */
export async function rememberMessage(
  sql: Tx,
  mail: Pick<IncomingMail, 'messageId' | 'contentSha256'>,
  verifiedBy: VerifiedBy,
  inboxId: string,
): Promise<string> {
  if (mail.contentSha256 === null) return inboxId;
  const messageId = mail.messageId ?? '';
  const content = createHash('sha256').update(mail.contentSha256).update(verifiedBy).digest();
  const added = await sql`
    insert into desk.seen_messages (message_id, content_sha256, inbox_id)
    values (${messageId}, ${content}, ${inboxId}) on conflict do nothing returning inbox_id`;
  if (added.length > 0) return inboxId;
  const [row] = await sql<{ inboxId: string }[]>`
    select inbox_id as "inboxId" from desk.seen_messages
    where message_id = ${messageId} and content_sha256 = ${content}`;
  return row?.inboxId ?? inboxId;
}

/** Whether a mail that came in stands already where a route leads; one that a person discarded stands nowhere. */
export async function isPlaced(sql: Tx, inboxId: string, route: Route): Promise<boolean> {
  if (route.to === 'hold') {
    const found = await sql`
      select 1 from desk.held_mails
      where inbox_id = ${inboxId} and suggested_ticket_id is not distinct from ${route.suggestedTicketId}::uuid
        and decision is distinct from 'discard' and decision is distinct from 'replay' limit 1`;
    return found.length > 0;
  }
  const onTicket =
    route.to === 'ticket'
      ? sql`and (t.id = ${route.ticketId} or t.linked_ticket_id = ${route.ticketId})`
      : sql``;
  const found = await sql`
    select 1 from desk.mails m join desk.tickets t on t.customer_id = m.customer_id and t.id = m.ticket_id
    where m.customer_id = ${route.customerId} and m.inbox_id = ${inboxId} ${onTicket} limit 1`;
  return found.length > 0;
}
