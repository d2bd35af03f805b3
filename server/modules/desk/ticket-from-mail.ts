import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { appendMail, type MailForTicket, type Placement } from './append-mail.ts';
import { openTicket } from './open-ticket.ts';
import { isProved } from './ticket.ts';
import { bareSubject } from './ticket-token.ts';

/** Makes a ticket whose first mail this is; returns the ticket's uuid. */
export async function ticketFromMail(
  work: Work,
  mail: MailForTicket,
  how: Placement & { integrationId: string | null; linkedTicketId: string | null },
): Promise<string> {
  const mailId = uuidv7();
  const ticket = await openTicket(work, {
    subject: bareSubject(mail.subject) || '(no subject)',
    requester: mail.from,
    verified: isProved(how.verifiedBy),
    integrationId: how.integrationId,
    linkedTicketId: how.linkedTicketId,
    mailId,
  });
  const { inboxId, verifiedBy, placedBy, takesPart } = how;
  await appendMail(work, ticket, mail, { inboxId, verifiedBy, placedBy, takesPart, mailId, first: true });
  return ticket.id;
}
