import type { TicketStatus } from '#contract/desk.ts';
import type { Config } from '#platform/config.ts';
import type { Row } from '#platform/row.ts';
import type { Work } from '#platform/transact.ts';

/** How long a reply reopens a closed ticket; later it makes a new one that names the old. */
export const graceDays = 14;

/** A ticket as the desk keeps it. */
export interface Ticket
  extends Row<
    'desk.tickets',
    | 'customer_id'
    | 'id'
    | 'number'
    | 'subject'
    | 'status'
    | 'hold_reason'
    | 'integration_id'
    | 'assignee_id'
    | 'requester_name'
    | 'requester_address'
    | 'verified'
    | 'linked_ticket_id'
    | 'created_at'
    | 'updated_at'
    | 'closed_at'
    | 'merged_into_id'
  > {
  status: TicketStatus;
}

/** How we know that a mail is from whom it says; `none` makes a ticket but never goes on one by itself. */
export type VerifiedBy = 'own' | 'submission' | 'token' | 'dmarc' | 'none';

/** Whether the address that a mail shows as its sender was proved to be its sender. */
export const isProved = (verifiedBy: VerifiedBy): boolean => verifiedBy !== 'none';

/** How what the rules did is signed. */
export const ruleName = 'Fairlead';

/** What the desk may do with a mail for a ticket. */
export type ForTicket = 'append' | 'reopen' | 'new-linked';

/** What a reply does to a ticket: closed ones reopen within the grace window, else a new ticket names the old one. */
export function replyEffect(ticket: Pick<Ticket, 'status' | 'closedAt'>, now: Temporal.Instant): ForTicket {
  if (ticket.status !== 'closed' || ticket.closedAt === null) return 'append';
  const ended = ticket.closedAt.add({ hours: 24 * graceDays });
  return Temporal.Instant.compare(now, ended) <= 0 ? 'reopen' : 'new-linked';
}

/** The customer a transaction of the desk works for; a missing scope is a bug. */
export function customerOf(work: Work): string {
  if (work.scope.customerId === undefined) throw new Error('the desk needs a customer scope');
  return work.scope.customerId;
}

/** How an actor is named in a thread. */
export function nameOf(work: Work): string {
  return work.actor.kind === 'person' ? work.actor.name : ruleName;
}

/** The address that mail of the desk comes from and goes to. */
export function helpdeskOf(config: Config): string {
  return config.desk.helpdeskAddress;
}

/** Ids of a ticket event: all of them, leaving out what the ticket does not have. */
export function ticketSubject(ticket: Pick<Ticket, 'id' | 'integrationId'>): Record<string, string> {
  return {
    ticketId: ticket.id,
    ...(ticket.integrationId === null ? {} : { integrationId: ticket.integrationId }),
  };
}
