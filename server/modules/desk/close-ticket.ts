import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';

/** Closes a ticket; one that is closed stays as it is. */
export async function closeTicket(
  work: Work,
  input: { ticketId: string; reason?: string | undefined },
): Promise<void> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'closed') return;
  ticket.status = 'closed';
  ticket.holdReason = null;
  ticket.closedAt = work.now;
  await changeTicket(work, ticket, 'closed', input.reason ?? null);
}
