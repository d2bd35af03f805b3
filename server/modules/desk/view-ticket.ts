import type { TicketLine, TicketView } from '#contract/desk.ts';
import { personById } from '#modules/access/index.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { findTicket, openRequests, type TicketRow } from './desk-store.ts';
import { customerById } from './mail-store.ts';
import { openTickets } from './merge-store.ts';
import { listParticipants } from './participant-store.ts';
import { proposeRecipients } from './recipients.ts';
import { showThread } from './show-thread.ts';
import { countMails } from './thread-store.ts';
import { replyAddress } from './ticket-token.ts';

/** Parts of a thread that come with the ticket; earlier ones come in pages of their own. */
const threadPageSize = 100;

/** A ticket with the newest part of its thread as the contract shows it; not found for another customer's. */
export async function viewTicket(
  platform: Platform,
  customerId: string,
  ticketId: string,
): Promise<TicketView> {
  return read(platform, { customerId }, async (sql) => {
    const ticket = await findTicket(sql, customerId, ticketId);
    const customer = await customerById(sql, customerId);
    if (ticket === undefined || customer === undefined) throw notFound();
    const thread = await showThread(sql, ticket, { limit: threadPageSize });
    const assignee = ticket.assigneeId === null ? undefined : await personById(sql, ticket.assigneeId);
    const requests = ticket.integrationId === null ? await openRequests(sql, customerId) : [];
    const row: TicketRow = {
      ...ticket,
      customerCode: customer.code,
      customerName: customer.name,
      assigneeName: assignee?.name ?? null,
      mails: await countMails(sql, ticket),
    };
    return {
      ...showTicketRow(row),
      replyAddress: replyAddress(platform.config, ticket),
      mergedInto: await showBrief(sql, customerId, ticket.mergedIntoId),
      similar: (ticket.integrationId === null && ticket.status !== 'closed'
        ? await openTickets(sql, customerId, { unlinked: false, except: ticket.id })
        : []
      ).map(({ id, number, subject, integrationId }) => ({
        id: showId('tkt', id),
        number,
        subject,
        integrationId: integrationId === null ? null : showId('int', integrationId),
      })),
      linkedTicketId: ticket.linkedTicketId === null ? null : showId('tkt', ticket.linkedTicketId),
      participants: (await listParticipants(sql, ticket)).map(({ admittedAt: _, firstSeenAt, ...one }) => ({
        ...one,
        firstSeenAt: firstSeenAt.toString(),
      })),
      recipients: await proposeRecipients(sql, platform.config, ticket),
      thread: thread.items.toReversed(),
      earlier: thread.next,
      candidates: requests.map((one) => ({
        integrationId: showId('int', one.integrationId),
        title: one.title,
        requestedAt: one.requestedAt.toString(),
      })),
    };
  });
}

async function showBrief(sql: Tx, customerId: string, ticketId: string | null) {
  const ticket = ticketId === null ? undefined : await findTicket(sql, customerId, ticketId);
  return ticket === undefined
    ? null
    : { id: showId('tkt', ticket.id), number: ticket.number, subject: ticket.subject };
}

/** A line of the ticket list. */
export function showTicketRow(row: TicketRow): TicketLine {
  return {
    id: showId('tkt', row.id),
    number: row.number,
    subject: row.subject,
    customer: { id: showId('cus', row.customerId), code: row.customerCode, name: row.customerName },
    integrationId: row.integrationId === null ? null : showId('int', row.integrationId),
    status: row.status,
    holdReason: row.holdReason,
    assignee:
      row.assigneeId === null
        ? null
        : { id: showId('per', row.assigneeId), name: row.assigneeName ?? 'Somebody who left' },
    requester: { name: row.requesterName, address: row.requesterAddress },
    verified: row.verified,
    mails: row.mails,
    createdAt: row.createdAt.toString(),
    updatedAt: row.updatedAt.toString(),
  };
}
