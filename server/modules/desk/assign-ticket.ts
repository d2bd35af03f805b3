import { personById } from '#modules/access/index.ts';
import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { problems } from './problems.ts';

/** Gives a ticket to one of the staff, or to nobody (null). The same person again changes nothing. */
export async function assignTicket(
  work: Work,
  input: { ticketId: string; assigneeId: string | null },
): Promise<void> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'closed') throw problems['ticket-closed']();
  if (ticket.assigneeId === input.assigneeId) return;
  const person = input.assigneeId === null ? undefined : await personById(work.sql, input.assigneeId);
  if (input.assigneeId !== null && person?.customerId !== null) throw problems['assignee-not-staff']();
  ticket.assigneeId = input.assigneeId;
  await changeTicket(work, ticket, 'assigned', person?.name ?? null, { assigneeId: input.assigneeId });
}
