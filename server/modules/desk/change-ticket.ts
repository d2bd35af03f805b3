import type { Json } from '#platform/json.ts';
import { notFound, type Problem } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { findTicket, insertEntry, saveTicket, type TicketChange } from './desk-store.ts';
import { problems } from './problems.ts';
import { customerOf, nameOf, type Ticket, ticketSubject } from './ticket.ts';

/** Locks a ticket of the scope's customer. Fails with not-found, and with ticket-merged when another ticket took it over. */
export async function lockTicket(work: Work, ticketId: string): Promise<Ticket> {
  const ticket = await findTicket(work.sql, customerOf(work), ticketId, { lock: true });
  if (ticket === undefined) throw notFound();
  if (ticket.mergedIntoId !== null) throw await mergedAway(work, ticket);
  return ticket;
}

/** As lockTicket; a merged ticket stands for the one that took it over. */
export async function lockSurvivor(work: Work, ticketId: string): Promise<Ticket> {
  const ticket = await findTicket(work.sql, customerOf(work), ticketId, { lock: true });
  return lockTicket(work, ticket?.mergedIntoId ?? ticketId);
}

async function mergedAway(work: Work, ticket: Ticket): Promise<Problem> {
  const into = await findTicket(work.sql, ticket.customerId, ticket.mergedIntoId ?? '');
  return problems['ticket-merged']({ detail: `Ticket #${ticket.number} is part of #${into?.number} now.` });
}

/** Stores a changed ticket with its line in the thread, its event and its audit entry. */
export async function changeTicket(
  work: Work,
  ticket: Ticket,
  change: TicketChange,
  detail: string | null,
  data: { [key: string]: Json } = {},
): Promise<void> {
  const customerId = customerOf(work);
  await saveTicket(work.sql, ticket, work.now);
  await insertEntry(work.sql, customerId, {
    ticketId: ticket.id,
    kind: 'change',
    change,
    body: detail,
    byName: nameOf(work),
    at: work.now,
  });
  work.emit(customerId, {
    type: `ticket.${change}`,
    subject: ticketSubject(ticket),
    data: { ticketId: ticket.id, number: ticket.number, integrationId: ticket.integrationId, ...data },
  });
  work.audit({ action: `ticket.${change}`, subject: ticket.id });
}
