import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { moveEverything } from './merge-store.ts';
import { problems } from './problems.ts';

/**
 * Merges a ticket into another one of the same customer, for good: mails, people and references move, and its number and
 * reply address lead to the surviving ticket from now on. Fails with ticket-merged, ticket-itself and ticket-has-integration.
 */
export async function mergeTicket(work: Work, input: { ticketId: string; intoId: string }): Promise<void> {
  if (input.ticketId === input.intoId) throw problems['ticket-itself']();
  // Always in the same order, so that two merges never wait for each other.
  for (const id of [input.ticketId, input.intoId].sort()) await lockTicket(work, id);
  const ticket = await lockTicket(work, input.ticketId);
  const into = await lockTicket(work, input.intoId);
  if (ticket.integrationId !== null) throw problems['ticket-has-integration']();
  const wasOpen = ticket.status !== 'closed';
  await moveEverything(work.sql, ticket, into);
  Object.assign(ticket, { status: 'closed', holdReason: null, closedAt: work.now, mergedIntoId: into.id });
  const named = (one: typeof ticket) => `#${one.number} ${one.subject}`;
  await changeTicket(work, ticket, 'merged', named(into), { intoTicketId: into.id });
  if (into.status === 'closed' && wasOpen) Object.assign(into, { status: 'open', closedAt: null });
  await changeTicket(work, into, 'took-over', named(ticket), { fromTicketId: ticket.id });
}
