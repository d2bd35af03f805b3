import { type Config, publicUrl } from './config.ts';
import { keyedHash, open, seal, timingSafeEqualText } from './crypto.ts';
import { showId, uuidv7 } from './ids.ts';
import type { Work } from './transact.ts';

/** A file that goes along: from the object store, or small and given in base64. */
export interface MailAttachment {
  name: string;
  type: string;
  objectKey?: string;
  content?: string;
  /** Says that it is an invitation: calendar programs read it as a part of the words (RFC 6047). */
  calendarMethod?: 'REQUEST' | 'CANCEL';
  /** Shown beside the name; for a file in the object store only the sender knows it. */
  sizeBytes?: number;
}

/** A mail to send. `automatic` says that no person wrote it; `kind` names what it is for, such as "sign-in". */
export interface OutgoingMail {
  /** "Name <address>"; by default the configured sender. */
  from?: string;
  to: string[];
  /** Receivers who stand in Cc. */
  cc?: string[];
  subject: string;
  text: string;
  html?: string;
  replyTo?: string;
  attachments?: MailAttachment[];
  headers?: Record<string, string>;
  automatic: boolean;
  customerId?: string;
  integrationId?: string;
  kind: string;
  /** Its words are a key (a one-time link, a code): sealed at rest, and in production read by nobody but its receiver. */
  confidential?: boolean;
}

/** Name of the job that sends a mail of the outbox. */
export const sendMailJob = 'send-mail';

/** Puts a mail into the outbox with a Message-ID of our own and queues its sending; returns the mail's uuid. */
export async function storeOutgoing(work: Work, mail: OutgoingMail): Promise<string> {
  const { sql, platform } = work;
  const id = uuidv7();
  const customerId = mail.customerId ?? work.scope.customerId ?? null;
  const confidential = mail.confidential === true;
  const copies = mail.cc ?? [];
  const bare = (address: string) => addressOf(address).toLowerCase();
  if (confidential && mail.html !== undefined) throw new TypeError('a confidential mail is plain text');
  await sql`
    insert into mail.outbox (id, customer_id, integration_id, kind, automatic, sender, recipients, copies, subject,
      body_text, body_html, body_sealed, confidential, reply_to, headers, attachments, message_id, created_at)
    values (${id}, ${customerId}, ${mail.integrationId ?? null}, ${mail.kind}, ${mail.automatic},
      ${mail.from ?? platform.config.mail.from}, ${[...mail.to, ...copies].map(bare)}, ${copies.map(bare)},
      ${oneLine(mail.subject)}, ${confidential ? null : mail.text}, ${mail.html ?? null},
      ${confidential ? seal(platform.config, mail.text) : null}, ${confidential}, ${mail.replyTo ?? null},
      ${sql.json(mail.headers ?? {})}, ${sql.json((mail.attachments ?? []) as never)},
      ${messageIdOf(platform.config, id)}, ${work.now.toString()})`;
  work.enqueue(sendMailJob, { mailId: id, customerId }, { key: `${sendMailJob}:${id}` });
  return id;
}

/** The words of a mail of the outbox; null once they were forgotten. */
export function wordsOf(
  config: Config,
  mail: { bodyText: string | null; bodySealed: Buffer | null },
): string | null {
  return mail.bodySealed === null ? mail.bodyText : open(config, mail.bodySealed);
}

/** The Message-ID of a mail of the outbox; by it our own mail is known when it comes back. */
export function messageIdOf(config: Config, mailId: string): string {
  return `<${showId('mal', mailId)}@${mailDomain(config)}>`;
}

/** The domain that our mail comes from: the helpdesk's, else the server's own name. */
export function mailDomain(config: Config): string {
  return config.desk.helpdeskAddress.split('@')[1] ?? new URL(publicUrl(config)).hostname;
}

/** Proof, carried as a header, that a mail with one of our Message-IDs was really made here. */
export function ownMailSignature(config: Config, messageId: string): string {
  return keyedHash(config, 'own-mail', messageId).toString('base64url');
}

/** Whether the proof that came with a Message-ID is ours. */
export function isOwnMailSignature(config: Config, messageId: string, signature: string): boolean {
  return timingSafeEqualText(signature, ownMailSignature(config, messageId));
}

/** Whether an address is the helpdesk's own, with or without a plus part. */
export function isHelpdeskAddress(config: Config, address: string): boolean {
  return helpdeskPlusPart(config, address) !== undefined;
}

/** Whether an address is one that every mail domain must take: postmaster (RFC 5321, 4.5.1), abuse (RFC 2142). */
export function isPostmasterAddress(config: Config, address: string): boolean {
  const domain = config.desk.helpdeskAddress.toLowerCase().split('@')[1] ?? '';
  const asked = address.trim().toLowerCase();
  return ['postmaster', `postmaster@${domain}`, `abuse@${domain}`].includes(asked);
}

/** The plus part of an address at the helpdesk ('' without one); undefined when the address is another's. */
export function helpdeskPlusPart(config: Config, address: string): string | undefined {
  const [local, domain] = config.desk.helpdeskAddress.toLowerCase().split('@');
  const [itsLocal = '', itsDomain] = address.trim().toLowerCase().split('@');
  if (local === undefined || domain === undefined || itsDomain !== domain) return undefined;
  if (itsLocal === local) return '';
  return itsLocal.startsWith(`${local}+`) ? itsLocal.slice(local.length + 1) : undefined;
}

/** The bare address of "Name <address>". */
export function addressOf(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim();
}

/** "Name" <address>, safe whatever the name holds. */
export function mailbox(name: string, address: string): string {
  return `"${name.replace(/["\\\r\n<>]/g, ' ').trim()}" <${address}>`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
