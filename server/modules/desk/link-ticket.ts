import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { fulfilRequest, ticketOfIntegration } from './desk-store.ts';
import { problems } from './problems.ts';
import { customerOf } from './ticket.ts';

/**
 * Binds a ticket to an integration that waits for one, one to one. Fails with ticket-linked or
 * integration-not-waiting; the same link again changes nothing.
 */
export async function linkTicket(
  work: Work,
  input: { ticketId: string; integrationId: string },
): Promise<void> {
  const customerId = customerOf(work);
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.integrationId === input.integrationId) return;
  if (ticket.integrationId !== null) throw problems['ticket-linked']();
  if ((await ticketOfIntegration(work.sql, customerId, input.integrationId)) !== undefined)
    throw problems['ticket-linked']();
  if (!(await fulfilRequest(work.sql, customerId, input.integrationId, ticket.id)))
    throw problems['integration-not-waiting']();
  ticket.integrationId = input.integrationId;
  await changeTicket(work, ticket, 'bound', null, { assigneeId: ticket.assigneeId });
}
