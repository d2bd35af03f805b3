import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { fulfilRequest, insertEntry, insertTicket } from './desk-store.ts';
import { customerOf, nameOf, type Ticket, ticketSubject } from './ticket.ts';

/** Makes a ticket and says so in the log; with an integration it is bound to that from the start. */
export async function openTicket(
  work: Work,
  input: {
    subject: string;
    requester: { name: string | null; address: string };
    verified: boolean;
    integrationId: string | null;
    linkedTicketId: string | null;
    mailId: string;
  },
): Promise<Ticket> {
  const { sql, now } = work;
  const customerId = customerOf(work);
  const ticket = await insertTicket(sql, {
    customerId,
    id: uuidv7(),
    subject: input.subject,
    integrationId: input.integrationId,
    requesterName: input.requester.name,
    requesterAddress: input.requester.address,
    verified: input.verified,
    linkedTicketId: input.linkedTicketId,
    createdAt: now,
  });
  await insertEntry(sql, customerId, {
    ticketId: ticket.id,
    kind: 'change',
    change: 'created',
    body: input.linkedTicketId === null ? null : 'A reply to a ticket that was closed long ago',
    byName: nameOf(work),
    at: now,
  });
  if (input.integrationId !== null) await fulfilRequest(sql, customerId, input.integrationId, ticket.id);
  work.emit(customerId, {
    type: 'ticket.created',
    subject: ticketSubject(ticket),
    data: {
      ticketId: ticket.id,
      number: ticket.number,
      integrationId: ticket.integrationId,
      mailId: input.mailId,
      verified: ticket.verified,
    },
    source: { channel: 'mail' },
  });
  work.audit({ action: 'ticket.create', subject: ticket.id, detail: { number: ticket.number } });
  return ticket;
}
