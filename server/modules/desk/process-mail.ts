import { systemActor } from '#platform/actor.ts';
import { VENDOR_STREAM } from '#platform/events.ts';
import { uuidv7 } from '#platform/ids.ts';
import { isPassing } from '#platform/passing-fault.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { acknowledge } from './acknowledge.ts';
import { answerTicket } from './answer-ticket.ts';
import type { MailForTicket } from './append-mail.ts';
import { decodeText } from './decode-text.ts';
import { findTicket, ticketOfIntegration } from './desk-store.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { findInbox, insertHeld, type MailOutcome, markProcessed, type StoredMail } from './mail-store.ts';
import { nameServersOf } from './name-servers.ts';
import { noteCalendarAnswer } from './note-calendar-answer.ts';
import { isPending, proofOrLater } from './pending-proofs.ts';
import { proveSenderApart } from './prove-apart.ts';
import type { SenderProof } from './prove-sender.ts';
import { readMailApart } from './read-apart.ts';
import { processMailJob } from './receive-mail.ts';
import { type Route, routeMail } from './route-mail.ts';
import { isPlaced, rememberMessage } from './seen-mail-store.ts';
import { replyEffect } from './ticket.ts';
import { ticketFromMail } from './ticket-from-mail.ts';

type Hold = Route & { to: 'hold' };
type MailToPlace = Omit<IncomingMail, 'unclear' | 'signature' | 'calendarAnswer'>;

const unreadableRoute: Hold = {
  to: 'hold',
  reason: 'unparseable',
  verifiedBy: 'none',
  suggestedTicketId: null,
  candidates: [],
};
/** The outcome of a mail that went to several places: the first of these. */
const outcomes: MailOutcome[] = ['ticket-created', 'appended', 'held'];
const mostUnreadBytes = 100_000;
const lookAgainAfter = { seconds: 1 };

/**
 * Puts a stored mail through the rules, once: a mail that has been through them is left alone. One on which they fail is
 * held, so that a person sees it and can have it read again; only a fault that passes by itself is thrown. While the name
 * servers are waited for, the job gives its place to other mail.
 */
export async function processMail(platform: Platform, payload: { inboxId: string }): Promise<void> {
  const stored = await platform.db.begin('read only', (sql) => findInbox(sql, payload.inboxId));
  if (stored === undefined || stored.state === 'processed') return;
  try {
    await putThroughRules(platform, stored);
  } catch (error) {
    if (isPassing(error)) throw error;
    platform.log.error({ err: error, mail: stored.id }, 'the rules for mail failed; it is held for a person');
    await settle(platform, stored, unreadMail(stored, ''), [unreadableRoute]);
  }
}

async function putThroughRules(platform: Platform, stored: StoredMail): Promise<void> {
  const { objectKey } = stored;
  if (objectKey === null) return;
  const readRaw = () => platform.objects.readBuffer(objectKey, platform.config.smtp.maxSizeBytes);
  const known = isPending(stored.id) ? await proofOf(platform, stored, readRaw, '') : undefined;
  if (known === 'later') return lookAgain(platform, stored);
  const raw = await readRaw();
  const mail = await readMailApart(raw, stored.envelopeFrom).catch(() => null);
  if (mail === null) return settle(platform, stored, unreadMail(stored, wordsIn(raw)), [unreadableRoute]);
  const proof = known ?? (await proofOf(platform, stored, readRaw, mail.from.address));
  if (proof === 'later') return lookAgain(platform, stored);
  const routes = await routeMail(platform, stored, mail, proof);
  await noteCalendarAnswer(platform, stored, mail, routes[0].verifiedBy);
  await settle(platform, stored, mail, routes);
}

function proofOf(
  platform: Platform,
  stored: StoredMail,
  read: () => Promise<Buffer>,
  sender: string,
): Promise<SenderProof | 'later'> {
  const { envelopeFrom: from, remoteAddress, helo } = stored;
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const source = { read, envelope: { from, remoteAddress, helo }, domain };
  const names = nameServersOf(platform.config);
  return proofOrLater(stored.id, (onSlow) => proveSenderApart(source, names, onSlow));
}

async function lookAgain(platform: Platform, stored: StoredMail): Promise<void> {
  await transact(platform, {}, systemActor('job:process-mail'), async (work) => {
    const runAt = Temporal.Now.instant().add(lookAgainAfter);
    work.enqueue(processMailJob, { inboxId: stored.id }, { key: `${processMailJob}:${stored.id}`, runAt });
  });
}

/** Applies what was decided, unless somebody else has done so meanwhile: each place in its customer's scope. */
async function settle(
  platform: Platform,
  stored: StoredMail,
  mail: MailToPlace,
  routes: Route[],
): Promise<void> {
  const reached: MailOutcome[] = [];
  for (const [index, route] of routes.entries()) {
    const scope = route.to === 'hold' ? {} : { customerId: route.customerId };
    await transact(platform, scope, systemActor('job:process-mail'), async (work) => {
      const locked = await findInbox(work.sql, stored.id, { lock: true });
      if (locked === undefined || locked.state === 'processed') return;
      reached.push(await apply(work, stored, mail, route));
      if (index < routes.length - 1) return;
      const outcome = outcomes.find((one) => reached.includes(one)) ?? reached[0] ?? 'held';
      await markProcessed(work.sql, stored.id, outcome, work.now);
    });
  }
}

/**
 * Puts a mail in one place, unless it, or an equal copy with the same proof, is there already. A copy that leads to another
 * ticket is held: its words are proved, but anybody who has the mail can send it again to where its writer did not.
 */
async function apply(work: Work, stored: StoredMail, mail: MailToPlace, route: Route): Promise<MailOutcome> {
  const first = await rememberMessage(work.sql, mail, route.verifiedBy, stored.id);
  if (await isPlaced(work.sql, first, route)) return first === stored.id ? outcomeOf(route) : 'duplicate';
  if (route.to === 'hold') return hold(work, stored, mail, route);
  if (route.to === 'ticket' && first !== stored.id)
    return hold(work, stored, mail, {
      to: 'hold',
      reason: 'unproved-sender',
      verifiedBy: 'none',
      suggestedTicketId: route.ticketId,
      candidates: [{ customerId: route.customerId, by: 'ticket', found: null, ticketId: route.ticketId }],
    });
  if (route.to === 'ticket' && (await isOverFor(work, mail, route.ticketId)))
    return hold(work, stored, mail, {
      to: 'hold',
      reason: mail.kind === 'bounce' ? 'bounce' : 'automatic',
      verifiedBy: route.verifiedBy,
      suggestedTicketId: route.ticketId,
      candidates: [{ customerId: route.customerId, by: 'ticket', found: null, ticketId: route.ticketId }],
    });
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

/** Automatic mail makes no ticket: not for one that was closed long ago either. */
async function isOverFor(work: Work, mail: MailToPlace, ticketId: string): Promise<boolean> {
  if (mail.kind === 'person') return false;
  const ticket = await findTicket(work.sql, work.scope.customerId ?? '', ticketId);
  return ticket === undefined || replyEffect(ticket, work.now) === 'new-linked';
}

function outcomeOf(route: Route): MailOutcome {
  if (route.to !== 'hold') return route.to === 'ticket' ? 'appended' : 'ticket-created';
  if (route.reason === 'automatic' || route.reason === 'bounce' || route.reason === 'unparseable')
    return route.reason;
  return route.reason === 'own-mail' ? 'own' : 'held';
}

async function hold(work: Work, stored: StoredMail, mail: MailToPlace, route: Hold): Promise<MailOutcome> {
  const id = uuidv7();
  await insertHeld(work.sql, {
    id,
    inboxId: stored.id,
    reason: route.reason,
    verifiedBy: route.verifiedBy,
    content: contentOf(mail),
    suggestedTicketId: route.suggestedTicketId,
    candidates: route.candidates,
    receivedAt: stored.receivedAt,
  });
  const outcome = outcomeOf(route);
  // Automatic mail waits for nobody.
  if (outcome === 'held' || outcome === 'unparseable')
    work.emit(VENDOR_STREAM, {
      type: 'mail.held',
      subject: { mailId: id },
      data: { mailId: id, reason: route.reason },
      source: { channel: 'mail' },
    });
  return outcome;
}

function contentOf(mail: MailToPlace): MailForTicket {
  const { from, to, replyTo, named, subject, text, html, messageId, references, attachments, kind } = mail;
  return { from, to, replyTo, named, subject, text, html, messageId, references, attachments, kind };
}

/** What can be read of bytes that are no mail, without what no screen shows. */
const wordsIn = (raw: Buffer) =>
  decodeText(raw.subarray(0, mostUnreadBytes))
    .replace(/[^\P{C}\t\r\n]/gu, '')
    .trim();

/** What is placed of bytes that could not be read as a mail. They are kept and can be read again later. */
function unreadMail(stored: StoredMail, words: string): MailToPlace {
  return {
    from: { name: null, address: stored.envelopeFrom || 'unknown' },
    to: stored.envelopeTo,
    replyTo: [],
    named: [],
    kind: 'person',
    unanswered: true,
    subject: '(a mail that could not be read)',
    text: words || `${stored.sizeBytes} bytes without any words`,
    html: null,
    messageId: null,
    references: [],
    attachments: [],
    contentSha256: null,
  };
}
