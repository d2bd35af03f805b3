import { systemActor } from '#platform/actor.ts';
import { VENDOR_STREAM } from '#platform/events.ts';
import { uuidv7 } from '#platform/ids.ts';
import { isPassing } from '#platform/passing-fault.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { acknowledge } from './acknowledge.ts';
import { answerTicket } from './answer-ticket.ts';
import type { MailForTicket } from './append-mail.ts';
import { ticketOfIntegration } from './desk-store.ts';
import type { IncomingMail } from './incoming-mail.ts';
import {
  findInbox,
  insertHeld,
  type MailOutcome,
  markProcessed,
  rememberMessage,
  type StoredMail,
} from './mail-store.ts';
import { proveSenderApart, readMailApart } from './read-apart.ts';
import { type Route, routeMail } from './route-mail.ts';
import { ticketFromMail } from './ticket-from-mail.ts';

const noRoute: Extract<Route, { to: 'hold' }> = {
  to: 'hold',
  reason: 'unparseable',
  verifiedBy: 'none',
  suggestedTicketId: null,
  candidates: [],
};

/**
 * Puts a stored mail through the rules, once: a mail that has been through them is left alone. One on which they fail is
 * held, so that a person sees it and can have it read again; only a fault that passes by itself is thrown.
 */
export async function processMail(platform: Platform, payload: { inboxId: string }): Promise<void> {
  const stored = await platform.db.begin('read only', (sql) => findInbox(sql, payload.inboxId));
  if (stored === undefined || stored.state === 'processed') return;
  try {
    await putThroughRules(platform, stored);
  } catch (error) {
    if (isPassing(error)) throw error;
    platform.log.error({ err: error, mail: stored.id }, 'the rules for mail failed; it is held for a person');
    await settle(platform, stored, null, noRoute);
  }
}

async function putThroughRules(platform: Platform, stored: StoredMail): Promise<void> {
  if (stored.objectKey === null) return;
  const raw = await platform.objects.readBuffer(stored.objectKey, platform.config.smtp.maxSizeBytes);
  const mail = await readMailApart(raw, stored.envelopeFrom).catch(() => null);
  const route =
    mail === null ? noRoute : await routeMail(platform, stored, mail, await proofOf(stored, mail, raw));
  await settle(platform, stored, mail, route);
}

/** Applies what was decided, unless somebody else has done so meanwhile. */
async function settle(
  platform: Platform,
  stored: StoredMail,
  mail: IncomingMail | null,
  route: Route,
): Promise<void> {
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
  return proveSenderApart(raw, { from, remoteAddress, helo });
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
  const placement = {
    inboxId: stored.id,
    verifiedBy: route.verifiedBy,
    placedBy: null,
    takesPart: true,
  };
  const answer = async (ticketId: string): Promise<MailOutcome> => {
    const on = await answerTicket(work, ticketId, mail, placement);
    return on === ticketId ? 'appended' : 'ticket-created';
  };
  if (route.to === 'ticket') return answer(route.ticketId);
  const present =
    route.integrationId === null
      ? undefined
      : await ticketOfIntegration(work.sql, route.customerId, route.integrationId);
  if (present !== undefined) return answer(present.id);
  const ticketId = await ticketFromMail(work, mail, {
    ...placement,
    integrationId: route.integrationId,
    linkedTicketId: null,
  });
  if (!route.staff && !mail.unanswered) await acknowledge(work, ticketId, mail.from.address);
  return 'ticket-created';
}

async function hold(
  work: Work,
  stored: StoredMail,
  mail: IncomingMail | null,
  route: Route,
): Promise<MailOutcome> {
  const why = route.to === 'hold' ? route : noRoute;
  const id = uuidv7();
  await insertHeld(work.sql, {
    id,
    inboxId: stored.id,
    reason: why.reason,
    verifiedBy: why.verifiedBy,
    content: mail === null ? unreadable(stored) : contentOf(mail),
    suggestedTicketId: why.suggestedTicketId,
    candidates: why.candidates,
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
  const { from, to, replyTo, named, subject, text, html, messageId, references, attachments, kind } = mail;
  return { from, to, replyTo, named, subject, text, html, messageId, references, attachments, kind };
}

function unreadable(stored: StoredMail): MailForTicket {
  return {
    from: { name: null, address: stored.envelopeFrom || 'unknown' },
    to: stored.envelopeTo,
    replyTo: [],
    named: [],
    kind: 'person',
    subject: '(a mail that could not be read)',
    text: `${stored.sizeBytes} bytes that are not a readable mail. They are kept and can be read again later.`,
    html: null,
    messageId: null,
    references: [],
    attachments: [],
  };
}
