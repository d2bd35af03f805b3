import { isHelpdeskAddress } from '#platform/mail.ts';
import type { Work } from '#platform/transact.ts';
import { addParticipants, addReferences, insertMail } from './desk-store.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { customerOf, type Ticket, ticketSubject, type VerifiedBy } from './ticket.ts';
import { outsideTokens } from './ticket-token.ts';

/** The parts of a mail that a ticket keeps. */
export type MailForTicket = Pick<
  IncomingMail,
  'from' | 'to' | 'subject' | 'text' | 'html' | 'messageId' | 'references' | 'attachments'
>;

/** Puts a mail that came in on its ticket; those it names take part from now on. */
export async function appendMail(
  work: Work,
  ticket: Ticket,
  mail: MailForTicket,
  how: { mailId: string; inboxId: string; verifiedBy: VerifiedBy; first: boolean },
): Promise<void> {
  const { sql, now } = work;
  const customerId = customerOf(work);
  await insertMail(sql, customerId, {
    id: how.mailId,
    ticketId: ticket.id,
    direction: 'in',
    inboxId: how.inboxId,
    outboxId: null,
    fromName: mail.from.name,
    fromAddress: mail.from.address,
    recipients: mail.to,
    subject: mail.subject,
    bodyText: mail.text,
    bodyHtml: mail.html,
    attachments: mail.attachments,
    messageId: mail.messageId,
    verifiedBy: how.verifiedBy,
    at: now,
  });
  const people = [mail.from.address, ...mail.to].filter(
    (address) => !isHelpdeskAddress(work.platform.config, address),
  );
  await addParticipants(sql, customerId, ticket.id, people);
  await addReferences(sql, customerId, ticket.id, [
    ...(mail.messageId === null ? [] : [mail.messageId]),
    ...mail.references,
    ...outsideTokens(mail.subject),
  ]);
  if (how.first) return;
  work.emit(customerId, {
    type: 'mail.appended',
    subject: { ...ticketSubject(ticket), mailId: how.mailId },
    data: {
      ticketId: ticket.id,
      integrationId: ticket.integrationId,
      mailId: how.mailId,
      verifiedBy: how.verifiedBy,
    },
    source: { channel: 'mail' },
  });
}
