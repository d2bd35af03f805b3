import type { TicketStatus } from '#contract/desk.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { MailPart } from './incoming-mail.ts';
import type { Ticket, VerifiedBy } from './ticket.ts';

/** A mail of a ticket as it is kept. */
export interface TicketMail
  extends Row<
    'desk.mails',
    | 'id'
    | 'ticket_id'
    | 'direction'
    | 'inbox_id'
    | 'outbox_id'
    | 'from_name'
    | 'from_address'
    | 'recipients'
    | 'copies'
    | 'subject'
    | 'body_text'
    | 'body_html'
    | 'attachments'
    | 'message_id'
    | 'verified_by'
    | 'placed_by'
    | 'automatic'
    | 'reply_to'
    | 'at'
  > {
  direction: 'in' | 'out';
  attachments: MailPart[];
  verifiedBy: VerifiedBy;
}

export type TicketChange =
  | 'created'
  | 'bound'
  | 'assigned'
  | 'held'
  | 'closed'
  | 'reopened'
  | 'subject-changed'
  | 'merged'
  | 'took-over'
  | 'mail-moved'
  | 'mail-came';

export interface TicketEntryRow extends Row<'desk.entries', 'kind' | 'change' | 'body' | 'by_name' | 'at'> {
  kind: 'note' | 'change';
  change: TicketChange | null;
}

const columns = (sql: Tx) => sql`
  customer_id as "customerId", id, number, subject, status, hold_reason as "holdReason",
  integration_id as "integrationId", assignee_id as "assigneeId", requester_name as "requesterName",
  requester_address as "requesterAddress", verified, linked_ticket_id as "linkedTicketId",
  created_at as "createdAt", updated_at as "updatedAt", closed_at as "closedAt",
  merged_into_id as "mergedIntoId"`;

/** Reads one ticket of the customer; with `lock` it stays locked until commit. */
export async function findTicket(
  sql: Tx,
  customerId: string,
  id: string,
  options: { lock?: boolean } = {},
): Promise<Ticket | undefined> {
  const [row] = await sql<Ticket[]>`
    select ${columns(sql)} from desk.tickets
    where customer_id = ${customerId} and id = ${id} ${options.lock ? sql`for update` : sql``}`;
  return row;
}

/** The one ticket of an integration, if it has one. */
export async function ticketOfIntegration(
  sql: Tx,
  customerId: string,
  integrationId: string,
): Promise<Ticket | undefined> {
  const [row] = await sql<Ticket[]>`
    select ${columns(sql)} from desk.tickets
    where customer_id = ${customerId} and integration_id = ${integrationId}`;
  return row;
}

export async function insertTicket(
  sql: Tx,
  ticket: Pick<
    Ticket,
    | 'customerId'
    | 'id'
    | 'subject'
    | 'integrationId'
    | 'requesterName'
    | 'requesterAddress'
    | 'verified'
    | 'linkedTicketId'
    | 'createdAt'
  >,
): Promise<Ticket> {
  const [row] = await sql<Ticket[]>`
    insert into desk.tickets (customer_id, id, subject, integration_id, requester_name, requester_address, verified,
      linked_ticket_id, created_at, updated_at)
    values (${ticket.customerId}, ${ticket.id}, ${ticket.subject}, ${ticket.integrationId}, ${ticket.requesterName},
      ${ticket.requesterAddress}, ${ticket.verified}, ${ticket.linkedTicketId}, ${ticket.createdAt.toString()},
      ${ticket.createdAt.toString()})
    returning ${columns(sql)}`;
  if (row === undefined) throw new Error('a ticket was not stored');
  return row;
}

/** Writes the parts of a ticket that actions change. */
export async function saveTicket(sql: Tx, ticket: Ticket, now: Temporal.Instant): Promise<void> {
  await sql`
    update desk.tickets
    set status = ${ticket.status}, hold_reason = ${ticket.holdReason}, integration_id = ${ticket.integrationId},
        assignee_id = ${ticket.assigneeId}, closed_at = ${ticket.closedAt?.toString() ?? null},
        merged_into_id = ${ticket.mergedIntoId},
        updated_at = ${now.toString()}
    where customer_id = ${ticket.customerId} and id = ${ticket.id}`;
}

export async function insertEntry(
  sql: Tx,
  customerId: string,
  entry: Omit<TicketEntryRow, 'at'> & { ticketId: string; at: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into desk.entries (customer_id, ticket_id, kind, change, body, by_name, at)
    values (${customerId}, ${entry.ticketId}, ${entry.kind}, ${entry.change}, ${entry.body}, ${entry.byName},
            ${entry.at.toString()})`;
}

export async function insertMail(sql: Tx, customerId: string, mail: TicketMail): Promise<void> {
  await sql`
    insert into desk.mails (customer_id, id, ticket_id, direction, inbox_id, outbox_id, from_name, from_address,
      recipients, copies, reply_to, subject, body_text, body_html, attachments, message_id, verified_by, placed_by, automatic, at)
    values (${customerId}, ${mail.id}, ${mail.ticketId}, ${mail.direction}, ${mail.inboxId}, ${mail.outboxId},
      ${mail.fromName}, ${mail.fromAddress}, ${mail.recipients}, ${mail.copies}, ${mail.replyTo}, ${mail.subject}, ${mail.bodyText},
      ${mail.bodyHtml}, ${sql.json(mail.attachments as never)}, ${mail.messageId}, ${mail.verifiedBy},
      ${mail.placedBy}, ${mail.automatic}, ${mail.at.toString()})`;
  await sql`
    update desk.tickets set updated_at = ${mail.at.toString()}
    where customer_id = ${customerId} and id = ${mail.ticketId}`;
}

/** One mail of a customer's tickets by id; undefined when there is none. */
export async function ticketMail(sql: Tx, customerId: string, id: string): Promise<KnownMail | undefined> {
  const [row] = await sql<KnownMail[]>`
    select m.direction, m.from_address as "fromAddress", m.verified_by as "verifiedBy", m.at,
           exists (select from desk.participants p
                   where p.customer_id = m.customer_id and p.ticket_id = m.ticket_id
                     and p.address <> lower(m.from_address)
                     and not exists (select from access.people a
                                     where a.email = p.address and a.customer_id is null)) as "isAddressShared"
    from desk.mails m where m.customer_id = ${customerId} and m.id = ${id}`;
  return row;
}

/** What is known of a mail's writer. */
type KnownMail = Pick<TicketMail, 'direction' | 'fromAddress' | 'verifiedBy' | 'at'> & {
  /** Whether others than the writer and the vendor's people have seen the ticket's own address. */
  isAddressShared: boolean;
};

/** Remembers ids and tokens by which later mail finds the ticket; the first ticket that knew one keeps it. */
export async function addReferences(
  sql: Tx,
  customerId: string,
  ticketId: string,
  references: string[],
): Promise<void> {
  if (references.length === 0) return;
  await sql`
    insert into desk.thread_references (customer_id, ticket_id, reference)
    select ${customerId}, ${ticketId}, reference from unnest(${[...new Set(references)]}::text[]) as reference
    on conflict do nothing`;
}

/** Notes that an integration waits for its ticket from now on. */
export async function saveRequest(
  sql: Tx,
  request: { customerId: string; integrationId: string; title: string; at: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into desk.ticket_requests (customer_id, integration_id, title, requested_at)
    values (${request.customerId}, ${request.integrationId}, ${request.title}, ${request.at.toString()})
    on conflict (customer_id, integration_id) do update
    set title = excluded.title, requested_at = excluded.requested_at, waiting = true`;
}

/** Lets an integration that has asked for a ticket wait for it, or no more. */
export async function updateWaiting(
  sql: Tx,
  customerId: string,
  integrationId: string,
  waiting: boolean,
): Promise<void> {
  await sql`
    update desk.ticket_requests set waiting = ${waiting}
    where customer_id = ${customerId} and integration_id = ${integrationId}`;
}

/** Notes which ticket an integration got; false when it does not wait for one. */
export async function fulfilRequest(
  sql: Tx,
  customerId: string,
  integrationId: string,
  ticketId: string,
): Promise<boolean> {
  const [request] = await sql<{ waiting: boolean }[]>`
    update desk.ticket_requests set ticket_id = ${ticketId}
    where customer_id = ${customerId} and integration_id = ${integrationId} and ticket_id is null
    returning waiting`;
  return request?.waiting === true;
}

/** The integrations of a customer that still wait for a ticket. */
export async function openRequests(sql: Tx, customerId: string) {
  return sql<Row<'desk.ticket_requests', 'integration_id' | 'title' | 'requested_at'>[]>`
    select integration_id as "integrationId", title, requested_at as "requestedAt" from desk.ticket_requests
    where customer_id = ${customerId} and ticket_id is null and waiting order by requested_at limit 50`;
}

export interface TicketRow extends Omit<Ticket, 'linkedTicketId' | 'closedAt' | 'mergedIntoId'> {
  customerCode: string;
  customerName: string;
  assigneeName: string | null;
  mails: number;
}

/** Tickets of all customers, newest first: for staff. */
export async function listTickets(
  sql: Tx | Database,
  filter: {
    status?: TicketStatus | undefined;
    assignee?: string | undefined;
    customer?: string | undefined;
    search?: string | undefined;
    unlinked?: boolean | undefined;
  },
  before: number | null,
  limit: number,
): Promise<TicketRow[]> {
  return sql<TicketRow[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName", number,
           subject, status, hold_reason as "holdReason", integration_id as "integrationId",
           assignee_id as "assigneeId", assignee_name as "assigneeName", requester_name as "requesterName",
           requester_address as "requesterAddress", verified, mails, created_at as "createdAt", updated_at as "updatedAt"
    from desk.tickets_across_customers(${filter.status ?? null}, ${filter.assignee ?? null}, ${filter.customer ?? null},
                                       ${filter.search || null}, ${filter.unlinked ?? null}, ${before}, ${limit})`;
}
