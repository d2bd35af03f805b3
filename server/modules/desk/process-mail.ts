import { systemActor } from '#platform/actor.ts';
import { VENDOR_STREAM } from '#platform/events.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { acknowledge } from './acknowledge.ts';
import { appendMail, type MailForTicket } from './append-mail.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { ticketOfIntegration } from './desk-store.ts';
import { type IncomingMail, readMail } from './incoming-mail.ts';
import {
  findInbox,
  insertHeld,
  type MailOutcome,
  markProcessed,
  rememberMessage,
  type StoredMail,
} from './mail-store.ts';
import { openTicket } from './open-ticket.ts';
import { proveSender } from './prove-sender.ts';
import { type Route, routeMail } from './route-mail.ts';
import { replyEffect, type VerifiedBy } from './ticket.ts';
import { bareSubject } from './ticket-token.ts';

/** Puts a stored mail through the rules, once: a mail that has been through them is left alone. */
export async function processMail(platform: Platform, payload: { inboxId: string }): Promise<void> {
  const stored = await platform.db.begin('read only', (sql) => findInbox(sql, payload.inboxId));
  if (stored === undefined || stored.state === 'processed') return;
  const raw = await platform.objects.readBuffer(stored.objectKey, platform.config.smtp.maxSizeBytes);
  const mail = await readMail(raw, stored.envelopeFrom).catch(() => null);
  const route: Route =
    mail === null
      ? { to: 'hold', reason: 'unparseable', suggestedTicketId: null, suggestedFor: null }
      : await routeMail(platform, stored, mail, await proofOf(stored, mail, raw));
  const scope = route.to === 'ticket' || route.to === 'new-ticket' ? { customerId: route.customerId } : {};
  await transact(platform, scope, systemActor('job:process-mail'), async (work) => {
    const locked = await findInbox(work.sql, stored.id, { lock: true });
    if (locked === undefined || locked.state === 'processed') return;
    const outcome = await apply(work, stored, mail, route);
    await markProcessed(work.sql, stored.id, outcome, work.now);
  });
}

/** Our own mail and automatic mail need no proof of their sender: neither goes anywhere because of it. */
async function proofOf(stored: StoredMail, mail: IncomingMail, raw: Buffer) {
  if (mail.kind !== 'person' || mail.signature !== null) return 'none';
  const { envelopeFrom: from, remoteAddress, helo } = stored;
  return proveSender(raw, { from, remoteAddress, helo });
}

async function apply(
  work: Work,
  stored: StoredMail,
  mail: IncomingMail | null,
  route: Route,
): Promise<MailOutcome> {
  if (route.to === 'nowhere') return route.outcome;
  if (mail !== null && mail.contentSha256 !== null) {
    const fresh = await rememberMessage(work.sql, mail.messageId ?? '', mail.contentSha256, stored.id);
    if (!fresh) return 'duplicate';
  }
  if (route.to === 'hold' || mail === null) return hold(work, stored, mail, route);
  if (route.to === 'ticket') return reply(work, stored, mail, route.ticketId, route.verifiedBy);
  const present =
    route.integrationId === null
      ? undefined
      : await ticketOfIntegration(work.sql, route.customerId, route.integrationId);
  if (present !== undefined) return reply(work, stored, mail, present.id, route.verifiedBy);
  const ticketId = await ticketFromMail(work, mail, {
    inboxId: stored.id,
    integrationId: route.integrationId,
    linkedTicketId: null,
    verifiedBy: route.verifiedBy,
  });
  if (!route.staff) await acknowledge(work, ticketId, mail.from.address);
  return 'ticket-created';
}

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

/** Puts a mail on a ticket; a closed one reopens within the grace window, later a new one names it. */
async function reply(
  work: Work,
  stored: StoredMail,
  mail: IncomingMail,
  ticketId: string,
  verifiedBy: VerifiedBy,
): Promise<MailOutcome> {
  const ticket = await lockTicket(work, ticketId);
  const effect = replyEffect(ticket, work.now);
  if (effect === 'new-linked') {
    await ticketFromMail(work, mail, {
      inboxId: stored.id,
      integrationId: null,
      linkedTicketId: ticket.id,
      verifiedBy,
    });
    return 'ticket-created';
  }
  await appendMail(work, ticket, mail, { mailId: uuidv7(), inboxId: stored.id, verifiedBy, first: false });
  if (effect === 'reopen') {
    ticket.status = 'open';
    ticket.closedAt = null;
    await changeTicket(work, ticket, 'reopened', 'A reply came in');
  }
  return 'appended';
}

async function hold(
  work: Work,
  stored: StoredMail,
  mail: IncomingMail | null,
  route: Route,
): Promise<MailOutcome> {
  const why =
    route.to === 'hold'
      ? route
      : { reason: 'unparseable' as const, suggestedTicketId: null, suggestedFor: null };
  const id = uuidv7();
  await insertHeld(work.sql, {
    id,
    inboxId: stored.id,
    reason: why.reason,
    content: mail === null ? unreadable(stored) : contentOf(mail),
    suggestedTicketId: why.suggestedTicketId,
    suggestedFor: why.suggestedFor,
    receivedAt: stored.receivedAt,
  });
  work.emit(VENDOR_STREAM, {
    type: 'mail.held',
    subject: { mailId: id },
    data: { mailId: id, reason: why.reason },
    source: { channel: 'mail' },
  });
  return mail === null ? 'unparseable' : 'held';
}

function contentOf(mail: IncomingMail): MailForTicket {
  const { from, to, subject, text, html, messageId, references, attachments } = mail;
  return { from, to, subject, text, html, messageId, references, attachments };
}

function unreadable(stored: StoredMail): MailForTicket {
  return {
    from: { name: null, address: stored.envelopeFrom || 'unknown' },
    to: stored.envelopeTo,
    subject: '(a mail that could not be read)',
    text: `${stored.sizeBytes} bytes that are not a readable mail. They are kept and can be read again later.`,
    html: null,
    messageId: null,
    references: [],
    attachments: [],
  };
}
