import type { Work } from '#platform/transact.ts';
import { lockTicket } from './change-ticket.ts';
import { addParticipants } from './participant-store.ts';
import { nameOf } from './ticket.ts';

/** Lets addresses take part in a ticket in the acting person's name. Who takes part already stays as they are. */
export async function admitParticipants(
  work: Work,
  input: { ticketId: string; addresses: string[] },
): Promise<void> {
  const ticket = await lockTicket(work, input.ticketId);
  const people = input.addresses.map((address) => ({ address }));
  await addParticipants(work.sql, ticket, people, work.now, nameOf(work));
  work.audit({
    action: 'ticket.let-in',
    subject: ticket.id,
    detail: { addresses: input.addresses.join(', ') },
  });
}
