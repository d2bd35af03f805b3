import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { appendMail, type MailForTicket, type Placement } from './append-mail.ts';
import { changeTicket, lockSurvivor } from './change-ticket.ts';
import { replyEffect } from './ticket.ts';
import { ticketFromMail } from './ticket-from-mail.ts';

/**
 * Puts a mail on a ticket, or on the one that it was merged into; a closed one reopens within the grace window, later a new one names it. Returns the uuid of
 * the ticket that the mail is on.
 */
export async function answerTicket(
  work: Work,
  ticketId: string,
  mail: MailForTicket,
  how: Placement,
): Promise<string> {
  const ticket = await lockSurvivor(work, ticketId);
  const effect = replyEffect(ticket, work.now);
  if (effect === 'new-linked')
    return ticketFromMail(work, mail, { ...how, integrationId: null, linkedTicketId: ticket.id });
  await appendMail(work, ticket, mail, { ...how, mailId: uuidv7(), first: false });
  if (effect === 'reopen') {
    ticket.status = 'open';
    ticket.closedAt = null;
    await changeTicket(work, ticket, 'reopened', 'A reply came in');
  }
  return ticket.id;
}
