import type { Work } from '#platform/transact.ts';
import { lockTicket } from './change-ticket.ts';
import { insertEntry } from './desk-store.ts';
import { customerOf, nameOf, ticketSubject } from './ticket.ts';

/** Adds a note to a ticket that only staff see; closed tickets take notes too. */
export async function noteTicket(work: Work, input: { ticketId: string; text: string }): Promise<void> {
  const customerId = customerOf(work);
  const ticket = await lockTicket(work, input.ticketId);
  await insertEntry(work.sql, customerId, {
    ticketId: ticket.id,
    kind: 'note',
    change: null,
    body: input.text,
    byName: nameOf(work),
    at: work.now,
  });
  work.emit(customerId, {
    type: 'ticket.noted',
    subject: ticketSubject(ticket),
    data: { ticketId: ticket.id, integrationId: ticket.integrationId },
  });
  work.audit({ action: 'ticket.noted', subject: ticket.id });
}
