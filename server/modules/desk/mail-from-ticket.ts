import { uuidv7 } from '#platform/ids.ts';
import { addressOf, type MailAttachment, mailbox, messageIdOf } from '#platform/mail.ts';
import type { Work } from '#platform/transact.ts';
import { lockTicket } from './change-ticket.ts';
import { addReferences, insertMail } from './desk-store.ts';
import { addParticipants } from './participant-store.ts';
import { newestMessageIds } from './thread-store.ts';
import { customerOf, helpdeskOf, nameOf, type Ticket } from './ticket.ts';
import { replyAddress, subjectWithToken } from './ticket-token.ts';

/**
 * Sends a mail that belongs to a ticket: it shows in the thread, its recipients take part, and an answer to it finds
 * its way back by its address. Written by a person unless `automatic`. Returns the mail's uuid in the outbox.
 */
export async function mailFromTicket(
  work: Work,
  input: {
    ticketId: string;
    to: string[];
    cc?: string[];
    subject?: string;
    text: string;
    html?: string;
    attachments?: MailAttachment[];
    automatic: boolean;
    kind: string;
  },
): Promise<string> {
  const { sql, platform, actor, now } = work;
  const { to, cc = [] } = input;
  const everybody = [...to, ...cc];
  const { config } = platform;
  const customerId = customerOf(work);
  const ticket = await lockTicket(work, input.ticketId);
  const name = actor.kind === 'person' && !input.automatic ? actor.name : config.vendor.name;
  const subject = subjectWithToken(config, input.subject ?? `Re: ${ticket.subject}`, ticket);
  const outboxId = await work.mail({
    from: mailbox(name, helpdeskOf(config)),
    to,
    cc,
    subject,
    text: input.text,
    ...(input.html === undefined ? {} : { html: input.html }),
    replyTo: replyAddress(config, ticket),
    attachments: input.attachments ?? [],
    headers: await threadHeaders(work, ticket),
    automatic: input.automatic,
    customerId,
    ...(ticket.integrationId === null ? {} : { integrationId: ticket.integrationId }),
    kind: input.kind,
  });
  const messageId = messageIdOf(config, outboxId);
  await insertMail(sql, customerId, {
    id: uuidv7(),
    ticketId: ticket.id,
    direction: 'out',
    inboxId: null,
    outboxId,
    fromName: name,
    fromAddress: helpdeskOf(config),
    recipients: everybody,
    copies: cc,
    replyTo: [],
    subject,
    bodyText: input.text,
    bodyHtml: input.html ?? null,
    attachments: (input.attachments ?? []).map((one, index) => ({
      index,
      name: one.name,
      type: one.type,
      sizeBytes: one.sizeBytes ?? Buffer.byteLength(one.content ?? '', 'base64'),
    })),
    messageId,
    verifiedBy: 'own',
    placedBy: null,
    automatic: input.automatic,
    at: now,
  });
  const people = everybody.map((address) => ({ address: addressOf(address) }));
  await addParticipants(sql, ticket, people, now, nameOf(work));
  await addReferences(sql, customerId, ticket.id, [messageId]);
  work.audit({ action: 'ticket.mail-sent', subject: ticket.id, detail: { kind: input.kind } });
  return outboxId;
}

/** In-Reply-To and References of the newest mails, so that mail programs show one thread. */
async function threadHeaders(work: Work, ticket: Ticket): Promise<Record<string, string>> {
  const ids = await newestMessageIds(work.sql, ticket, 20);
  const last = ids.at(-1);
  return last === undefined ? {} : { 'In-Reply-To': last, References: ids.join(' ') };
}
