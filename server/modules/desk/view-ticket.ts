import type { TicketEntry, TicketLine, TicketView } from '#contract/desk.ts';
import { personById } from '#modules/access/index.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import {
  entriesOf,
  findTicket,
  mailsOf,
  openRequests,
  type TicketEntryRow,
  type TicketMail,
  type TicketRow,
} from './desk-store.ts';
import { customerById } from './mail-store.ts';
import { listParticipants } from './participant-store.ts';
import { replyAddress } from './ticket-token.ts';

/** A ticket with its thread as the contract shows it; not found for another customer's. */
export async function viewTicket(
  platform: Platform,
  customerId: string,
  ticketId: string,
): Promise<TicketView> {
  return read(platform, { customerId }, async (sql) => {
    const ticket = await findTicket(sql, customerId, ticketId);
    const customer = await customerById(sql, customerId);
    if (ticket === undefined || customer === undefined) throw notFound();
    const mails = await mailsOf(sql, customerId, ticketId);
    const entries = await entriesOf(sql, customerId, ticketId);
    const assignee = ticket.assigneeId === null ? undefined : await personById(sql, ticket.assigneeId);
    const requests = ticket.integrationId === null ? await openRequests(sql, customerId) : [];
    const row: TicketRow = {
      ...ticket,
      customerCode: customer.code,
      customerName: customer.name,
      assigneeName: assignee?.name ?? null,
      mails: mails.length,
    };
    return {
      ...showTicketRow(row),
      replyAddress: replyAddress(platform.config, ticket),
      linkedTicketId: ticket.linkedTicketId === null ? null : showId('tkt', ticket.linkedTicketId),
      participants: (await listParticipants(sql, ticket)).map(({ admittedAt: _, firstSeenAt, ...one }) => ({
        ...one,
        firstSeenAt: firstSeenAt.toString(),
      })),
      thread: [...mails.map(showMail), ...entries.map(showEntry)].sort((a, b) =>
        a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
      ),
      candidates: requests.map((one) => ({
        integrationId: showId('int', one.integrationId),
        title: one.title,
        requestedAt: one.requestedAt.toString(),
      })),
    };
  });
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

function showMail(mail: TicketMail): TicketEntry {
  return {
    kind: 'mail',
    id: showId('mal', mail.id),
    at: mail.at.toString({ fractionalSecondDigits: 6 }),
    direction: mail.direction,
    from: { name: mail.fromName, address: mail.fromAddress },
    to: mail.recipients,
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
