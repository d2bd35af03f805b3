import { createHash } from 'node:crypto';
import { type Address, decodeWords, type Email } from 'postal-mime';
import { type CalendarAnswer, readCalendarAnswer } from './calendar-answer.ts';
import { decodeText } from './decode-text.ts';
import { type MailHeaders, readHeaders } from './mail-headers.ts';
import { cleanHtml } from './mail-html.ts';
import { bouncedIds, isUnanswered, kindOf, type MailKind } from './mail-kind.ts';
import { compareReaders, type Unclear } from './read-addresses.ts';
import { readParts } from './read-parts.ts';

/** One mailbox as the mail names it. */
export interface Mailbox {
  name: string | null;
  address: string;
}

/** A file in a mail; `index` counts the parts as the parser gives them. */
export interface MailPart {
  index: number;
  name: string;
  type: string;
  sizeBytes: number;
}

/** A mail that was read: addresses in lower case, HTML sanitised, ids with their angle brackets. */
export interface IncomingMail {
  /** The one address that is shown and used. When it is unclear, the address of the envelope, and the From field as its name. */
  from: Mailbox;
  /** What two readers of its addresses disagree about: nothing of such a mail is proved. */
  unclear: Unclear | null;
  /** To and Cc. */
  to: string[];
  replyTo: string[];
  /** Everybody whom To, Cc and Reply-To name. */
  named: Mailbox[];
  subject: string;
  text: string;
  html: string | null;
  messageId: string | null;
  /** In-Reply-To first, then References from the newest to the oldest. */
  references: string[];
  signature: string | null;
  kind: MailKind;
  /** Asked not to be answered by a machine; says nothing of who wrote it. */
  unanswered: boolean;
  attachments: MailPart[];
  /** What a calendar program answers to an invitation. */
  calendarAnswer: CalendarAnswer | null;
  /** Hash of what a person sees; null when neither an id nor a date tells two equal mails apart. */
  contentSha256: Buffer | null;
}

/** RFC 5321, 4.5.3.1.3: what is longer is nobody's address. */
const longestAddress = 254;
/** Marks that show letters in another order than they were written. */
const reversing = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const maxTextLength = 500_000;
const maxReferences = 100;
const mostReceivers = 100;

/** Reads a mail whose size is already bounded. Rejects when it can't be read as a mail at all. */
export async function readMail(raw: Buffer, envelopeFrom: string): Promise<IncomingMail> {
  const headers = readHeaders(raw);
  const email = await readParts(raw, headers);
  if (headers.fields.length === 0) throw new Error('a mail without any header');
  const from = flatten(email.from ? [email.from] : [])[0];
  const receivers = [...flatten(email.to), ...flatten(email.cc)].slice(0, mostReceivers);
  const answersTo = flatten(email.replyTo).slice(0, mostReceivers);
  const unclear = compareReaders(headers, {
    from: from?.address ?? null,
    to: [...flatten(email.to), ...flatten(email.cc)].map(({ address }) => address),
    replyTo: flatten(email.replyTo).map(({ address }) => address),
  });
  const html = email.html === undefined ? null : cleanHtml(clean(email.html.slice(0, maxTextLength)));
  const kind = kindOf(headers, email, envelopeFrom);
  const references = [
    ...ids(email.inReplyTo),
    ...ids(email.references).reverse(),
    ...(kind === 'bounce' ? ids(bouncedIds(email)) : []),
  ];
  return {
    from: unclear !== 'sender' && from !== undefined ? from : asWritten(headers, envelopeFrom),
    unclear,
    to: receivers.map((mailbox) => mailbox.address),
    replyTo: answersTo.map((mailbox) => mailbox.address),
    named: [...receivers, ...answersTo],
    subject:
      clean(email.subject ?? '')
        .replace(reversing, '')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 500)
        .toWellFormed() || '(no subject)',
    text: cut(wordsOf(raw, headers, email), maxTextLength),
    html,
    messageId: ids(email.messageId)[0] ?? null,
    references: [...new Set(references)].slice(0, maxReferences),
    signature: header(email, 'x-fairlead-signature') ?? null,
    kind,
    unanswered: isUnanswered(headers, from?.address ?? ''),
    attachments: email.attachments.map((part, index) => ({
      index,
      name: cut(part.filename ?? `part-${index + 1}`, 200),
      type: cut(part.mimeType, 100),
      sizeBytes: sizeOf(part.content),
    })),
    calendarAnswer: calendarAnswerIn(email),
    contentSha256: contentHash(email),
  };
}

function calendarAnswerIn(email: Email): CalendarAnswer | null {
  const answers = email.attachments
    .filter(({ mimeType }) => /^(text\/calendar|application\/ics)$/i.test(mimeType))
    .map(({ content }) => readCalendarAnswer(bytesOf(content).toString()));
  return answers.find((one) => one !== undefined) ?? null;
}

/** One attachment's bytes, read from the raw mail again; undefined when there is none with that index. */
export async function readAttachment(raw: Buffer, index: number): Promise<Buffer | undefined> {
  const email = await readParts(raw, readHeaders(raw));
  const content = email.attachments[index]?.content;
  return content === undefined ? undefined : bytesOf(content);
}

/** The words of a mail; when its parts have none and no files, what of it is not header, as it was sent. */
function wordsOf(raw: Buffer, headers: MailHeaders, email: Email): string {
  const { text } = email;
  if ((text !== undefined && text.trim() !== '') || email.attachments.length > 0) return text ?? '';
  return decodeText(raw.subarray(Math.min(headers.strayAt ?? headers.bodyAt, headers.bodyAt))).trim();
}

/** A sender that can be read in two ways is shown as it is written, and no address of it is used. */
function asWritten(headers: MailHeaders, envelopeFrom: string): Mailbox {
  const written = headers.fields.filter(({ name }) => name === 'from').map(({ value }) => value);
  const address = clean(envelopeFrom).trim().toLowerCase().slice(0, longestAddress);
  return { name: nameOf(decodeWords(written.join(' | '))), address: address || 'unknown' };
}

/** A name for a screen: one line, without what reverses or hides letters. */
function nameOf(text: string): string | null {
  return cut(text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/g, ' '), 200).trim() || null;
}

function header(email: Email, key: string): string | undefined {
  return email.headers.find((one) => one.key === key)?.value.trim();
}

function ids(text: string | undefined): string[] {
  return (text?.match(/<[^<>\s]{3,250}>/g) ?? []).map((id) => clean(id));
}

function flatten(addresses: Address[] | undefined): Mailbox[] {
  return (addresses ?? [])
    .flatMap((one) => (one.group === undefined ? [one] : one.group))
    .filter((one) => one.address?.includes('@'))
    .map((one) => ({
      name: nameOf(one.name),
      address: clean(one.address).trim().toLowerCase(),
    }))
    .filter((one) => one.address.length <= longestAddress);
}

function contentHash(email: Email): Buffer | null {
  if (email.messageId === undefined && email.date === undefined) return null;
  const digest = createHash('sha256');
  const parts = [email.subject, email.date, email.text, email.html, JSON.stringify(email.from ?? null)];
  for (const part of parts) digest.update(`${part?.length ?? -1}:${part ?? ''}\n`);
  for (const part of email.attachments) digest.update(bytesOf(part.content));
  return digest.digest();
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}

function sizeOf(content: ArrayBuffer | Uint8Array | string): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
}

/** The beginning of a text; a pair of surrogates is not cut in two. */
function cut(text: string, length: number): string {
  return clean(clean(text).slice(0, length));
}

/** Postgres keeps no NUL, and a lone surrogate is no text. */
function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
