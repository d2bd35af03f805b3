import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { problems } from './problems.ts';

/** Puts a ticket on hold, such as while the customer considers the estimate. Held again with the same reason: no change. */
export async function holdTicket(work: Work, input: { ticketId: string; reason: string }): Promise<void> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'closed') throw problems['ticket-closed']();
  if (ticket.status === 'held' && ticket.holdReason === input.reason) return;
  ticket.status = 'held';
  ticket.holdReason = input.reason;
  await changeTicket(work, ticket, 'held', input.reason);
}
