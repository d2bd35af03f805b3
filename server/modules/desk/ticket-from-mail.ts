import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { appendMail, type MailForTicket } from './append-mail.ts';
import { openTicket } from './open-ticket.ts';
import type { VerifiedBy } from './ticket.ts';
import { bareSubject } from './ticket-token.ts';

/** Makes a ticket whose first mail this is; returns the ticket's uuid. */
export async function ticketFromMail(
  work: Work,
  mail: MailForTicket,
  how: {
    inboxId: string;
    integrationId: string | null;
    linkedTicketId: string | null;
    verifiedBy: VerifiedBy;
  },
): Promise<string> {
  const mailId = uuidv7();
  const ticket = await openTicket(work, {
    subject: bareSubject(mail.subject) || '(no subject)',
    requester: mail.from,
    participants: mail.to,
    verified: how.verifiedBy !== 'none',
    integrationId: how.integrationId,
    linkedTicketId: how.linkedTicketId,
    mailId,
  });
  await appendMail(work, ticket, mail, {
    mailId,
    inboxId: how.inboxId,
    verifiedBy: how.verifiedBy,
    first: true,
  });
  return ticket.id;
}
