import { isHelpdeskAddress } from '#platform/mail.ts';
import type { Work } from '#platform/transact.ts';
import { addReferences, insertMail } from './desk-store.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { addParticipants } from './participant-store.ts';
import { customerOf, isProved, ruleName, type Ticket, ticketSubject, type VerifiedBy } from './ticket.ts';
import { outsideTokens } from './ticket-token.ts';

/** The parts of a mail that a ticket keeps. */
export type MailForTicket = Pick<
  IncomingMail,
  'from' | 'to' | 'subject' | 'text' | 'html' | 'messageId' | 'references' | 'attachments'
> &
  // Mail held by an older version has none of these.
  Partial<Pick<IncomingMail, 'replyTo' | 'named' | 'kind'>>;

/** Who wrote a mail, as far as that is proved; who placed it; and who lets its people take part. */
export interface Placement {
  inboxId: string;
  verifiedBy: VerifiedBy;
  /** The person who put the mail there; null when the rules did. */
  placedBy: string | null;
  /** Whether the writer takes part: people whom a proved mail of theirs names take part as well. */
  takesPart: boolean;
}

/** Puts a mail that came in on its ticket. */
export async function appendMail(
  work: Work,
  ticket: Ticket,
  mail: MailForTicket,
  how: Placement & { mailId: string; first: boolean },
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
    copies: [],
    replyTo: mail.replyTo ?? [],
    subject: mail.subject,
    bodyText: mail.text,
    bodyHtml: mail.html,
    attachments: mail.attachments,
    messageId: mail.messageId,
    verifiedBy: how.verifiedBy,
    placedBy: how.placedBy,
    automatic: isAutomatic(mail),
    at: now,
  });
  await addPeople(work, ticket, mail, how);
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
      automatic: isAutomatic(mail),
    },
    source: { channel: 'mail' },
  });
}

const isAutomatic = (mail: MailForTicket) => (mail.kind ?? 'person') !== 'person';

/** Whom a mail names is noted; they take part when the mail is proved, a person wrote it, and its writer takes part. */
async function addPeople(work: Work, ticket: Ticket, mail: MailForTicket, how: Placement): Promise<void> {
  const { config } = work.platform;
  const outside = (people: { address: string; name?: string | null }[]) =>
    people.filter(({ address }) => !isHelpdeskAddress(config, address));
  const letsIn = how.takesPart && isProved(how.verifiedBy) && !isAutomatic(mail);
  await addParticipants(work.sql, ticket, outside([mail.from]), work.now, how.takesPart ? ruleName : null);
  const named = mail.named ?? mail.to.map((address) => ({ address }));
  await addParticipants(work.sql, ticket, outside(named), work.now, letsIn ? mail.from.address : null);
}
