import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { systemActor } from './actor.ts';
import type { Config } from './config.ts';
import type { Tx } from './database.ts';
import { addressOf, isHelpdeskAddress, type MailAttachment, ownMailSignature, wordsOf } from './mail.ts';
import type { Platform } from './platform.ts';
import type { Row } from './row.ts';
import { read, transact } from './transact.ts';

interface StoredMail
  extends Row<
    'mail.outbox',
    | 'id'
    | 'kind'
    | 'automatic'
    | 'sender'
    | 'recipients'
    | 'copies'
    | 'subject'
    | 'body_text'
    | 'body_html'
    | 'body_sealed'
    | 'confidential'
    | 'reply_to'
    | 'message_id'
    | 'status'
    | 'attempts'
    | 'created_at'
  > {
  headers: Record<string, string>;
  attachments: MailAttachment[];
  status: 'waiting' | 'sent' | 'kept' | 'failed';
}

/** Where a mail server listens. */
export interface MailServerAddress {
  host: string;
  port: number;
}

const maxAttachmentBytes = 20 * 1024 * 1024;
/** As mail servers do (RFC 5321, 4.5.4.1): a relay may be away for days. */
const giveUpAfterHours = 5 * 24;
/** RFC 3834, and Exchange's own word for it: absence notes and rules of a mailbox stay silent, bounces still come. */
const automaticHeaders = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' };
const timeouts = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 60_000,
  dnsTimeout: 10_000,
};
const ownDoors = new WeakMap<Config, MailServerAddress>();

/** Tells where this process's own SMTP door listens when that is not the configured port. */
export function announceSmtpDoor(config: Config, address: MailServerAddress): void {
  ownDoors.set(config, address);
}

/**
 * Sends one mail of the outbox, once unless the process dies between sending and noting it (then the receiver knows
 * the Message-ID again). The helpdesk's own address gets it through our own SMTP door; everybody else through the
 * configured relay, or nobody when mail is kept here. Throws to be tried again later, for five days.
 */
export async function sendOutgoing(
  platform: Platform,
  payload: { mailId: string; customerId: string | null },
): Promise<void> {
  const scope = { customerId: payload.customerId ?? undefined };
  const mail = await read(platform, scope, (sql) => findOutgoing(sql, payload.mailId));
  if (mail === undefined || mail.status === 'sent' || mail.status === 'kept') return;
  const note = (status: StoredMail['status'], detail: string | null) =>
    transact(platform, scope, systemActor('job:send-mail'), (work) =>
      noteSending(work.sql, mail, status, detail, work.now, platform.config),
    );
  try {
    const { status, detail } = await deliver(platform, mail);
    await note(status, detail);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown';
    const waitedHours = mail.createdAt.until(platform.clock.now()).total('hours');
    const permanent = isPermanent(error) || waitedHours >= giveUpAfterHours;
    await note(permanent ? 'failed' : 'waiting', reason);
    if (!permanent) throw error;
    platform.log.warn({ mail: mail.id, kind: mail.kind }, 'a mail could not be sent and was given up');
  }
}

async function deliver(
  platform: Platform,
  mail: StoredMail,
): Promise<{ status: 'sent' | 'kept'; detail: string | null }> {
  const { config } = platform;
  const raw = await renderMail(platform, mail);
  const own = mail.recipients.filter((address) => isHelpdeskAddress(config, address));
  const others = mail.recipients.filter((address) => !isHelpdeskAddress(config, address));
  const from = addressOf(mail.sender);
  if (own.length > 0) {
    const door = ownDoors.get(config) ?? { host: '127.0.0.1', port: config.smtp.port };
    await send({ host: door.host, port: door.port, secure: false, ignoreTLS: true }, from, own, raw);
  }
  if (others.length === 0) return { status: 'sent', detail: null };
  if (config.mail.transport === 'kept' || config.mail.relayUrl.reveal() === '')
    return {
      status: 'kept',
      detail: 'Mail stays on this machine: it is shown here and sent to nobody outside.',
    };
  const refused = await send(
    { url: config.mail.relayUrl.reveal() },
    mail.automatic ? addressOf(config.mail.from) : from,
    others,
    raw,
  );
  const detail = `The relay refused ${refused} of ${others.length} receivers; the others have it.`;
  return { status: 'sent', detail: refused === 0 ? null : detail };
}

/** Sends to all receivers at once; returns how many of them were refused, and throws when all were. */
async function send(server: object, from: string, to: string[], raw: Buffer): Promise<number> {
  const transport = createTransport({ ...server, ...timeouts });
  try {
    const { rejected } = await transport.sendMail({ envelope: { from, to }, raw });
    return rejected.length;
  } finally {
    transport.close();
  }
}

/** The mail as RFC 5322 bytes, the same at each try. */
async function renderMail(platform: Platform, mail: StoredMail): Promise<Buffer> {
  const calendar = mail.attachments.find((one) => one.calendarMethod !== undefined);
  const attachments = await Promise.all(
    mail.attachments
      .filter((one) => one !== calendar)
      .map(async (one) => ({
        filename: one.name,
        contentType: one.type,
        content:
          one.objectKey === undefined
            ? Buffer.from(one.content ?? '', 'base64')
            : await platform.objects.readBuffer(one.objectKey, maxAttachmentBytes),
      })),
  );
  const composer = new MailComposer({
    from: mail.sender,
    to: mail.recipients.filter((address) => !mail.copies.includes(address)),
    ...(mail.copies.length === 0 ? {} : { cc: mail.copies }),
    subject: mail.subject,
    text: wordsOf(platform.config, mail) ?? '',
    ...(mail.bodyHtml === null ? {} : { html: mail.bodyHtml }),
    ...(mail.replyTo === null ? {} : { replyTo: mail.replyTo }),
    messageId: mail.messageId,
    date: new Date(mail.createdAt.epochMilliseconds),
    headers: {
      ...mail.headers,
      'X-Fairlead-Signature': ownMailSignature(platform.config, mail.messageId),
      ...(mail.automatic ? automaticHeaders : {}),
    },
    attachments,
    ...(calendar === undefined ? {} : { icalEvent: calendarPart(calendar) }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** An alternative to the words, with its method, and the same as a file for programs that want one. */
function calendarPart({ name, content, calendarMethod }: MailAttachment) {
  return {
    filename: name,
    method: calendarMethod ?? 'REQUEST',
    content: Buffer.from(content ?? '', 'base64').toString(),
  };
}

async function findOutgoing(sql: Tx, id: string): Promise<StoredMail | undefined> {
  const [mail] = await sql<StoredMail[]>`
    select id, kind, automatic, sender, recipients, copies, subject, body_text as "bodyText", body_html as "bodyHtml",
           body_sealed as "bodySealed", confidential, reply_to as "replyTo", headers, attachments, message_id as "messageId", status, attempts,
           created_at as "createdAt"
    from mail.outbox where id = ${id}`;
  return mail;
}

/** The words of a confidential mail are forgotten in production once it is gone. */
async function noteSending(
  sql: Tx,
  mail: StoredMail,
  status: StoredMail['status'],
  detail: string | null,
  now: Temporal.Instant,
  config: Config,
): Promise<void> {
  const forget = config.server.mode === 'production' && mail.confidential && status !== 'waiting';
  await sql`
    update mail.outbox
    set status = ${status}, status_detail = ${detail}, attempts = attempts + 1,
        sent_at = case when ${status} = 'sent' then ${now.toString()}::timestamptz end,
        body_sealed = case when ${forget} then null else body_sealed end
    where id = ${mail.id}`;
}

function isPermanent(error: unknown): boolean {
  const code = (error as { responseCode?: unknown }).responseCode;
  return typeof code === 'number' && code >= 500;
}
