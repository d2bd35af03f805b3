import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { problems } from './problems.ts';

/** Opens a closed or held ticket again. Fails with ticket-not-closed when it is open. */
export async function reopenTicket(
  work: Work,
  input: { ticketId: string; reason?: string | undefined },
): Promise<void> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'open') throw problems['ticket-not-closed']();
  ticket.status = 'open';
  ticket.holdReason = null;
  ticket.closedAt = null;
  await changeTicket(work, ticket, 'reopened', input.reason ?? null);
}
