import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Email } from 'postal-mime';
import sanitizeHtml from 'sanitize-html';

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
  from: Mailbox;
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
  kind: 'person' | 'automatic' | 'bounce';
  /** Asked not to be answered by a machine; says nothing of who wrote it. */
  unanswered: boolean;
  attachments: MailPart[];
  /** Hash of what a person sees; null when neither an id nor a date tells two equal mails apart. */
  contentSha256: Buffer | null;
}

/** RFC 5321, 4.5.3.1.3: what is longer is nobody's address. */
const longestAddress = 254;
const maxTextLength = 500_000;
const maxReferences = 100;
const mostReceivers = 100;

/** Reads a mail whose size is already bounded. Rejects when it can't be read as a mail at all. */
export async function readMail(raw: Buffer, envelopeFrom: string): Promise<IncomingMail> {
  const email = await PostalMime.parse(raw, { maxNestingDepth: 50, maxHeadersSize: 512 * 1024 });
  if (email.headers.length === 0) throw new Error('a mail without any header');
  const from = flatten(email.from ? [email.from] : [])[0];
  const receivers = [...flatten(email.to), ...flatten(email.cc)].slice(0, mostReceivers);
  const answersTo = flatten(email.replyTo).slice(0, mostReceivers);
  const html = email.html === undefined ? null : cleanHtml(email.html.slice(0, maxTextLength));
  return {
    from: from ?? { name: null, address: envelopeFrom.toLowerCase() },
    to: receivers.map((mailbox) => mailbox.address),
    replyTo: answersTo.map((mailbox) => mailbox.address),
    named: [...receivers, ...answersTo],
    subject:
      clean(email.subject ?? '')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 500)
        .toWellFormed() || '(no subject)',
    text: cut(email.text ?? textOf(html), maxTextLength),
    html,
    messageId: ids(email.messageId)[0] ?? null,
    references: [...new Set([...ids(email.inReplyTo), ...ids(email.references).reverse()])].slice(
      0,
      maxReferences,
    ),
    signature: header(email, 'x-fairlead-signature') ?? null,
    kind: kindOf(email, envelopeFrom),
    unanswered: /\b(all|autoreply)\b/i.test(header(email, 'x-auto-response-suppress') ?? ''),
    attachments: email.attachments.map((part, index) => ({
      index,
      name: cut(part.filename ?? `part-${index + 1}`, 200),
      type: cut(part.mimeType, 100),
      sizeBytes: sizeOf(part.content),
    })),
    contentSha256: contentHash(email),
  };
}

/** One attachment's bytes, read from the raw mail again; undefined when there is none with that index. */
export async function readAttachment(raw: Buffer, index: number): Promise<Buffer | undefined> {
  const email = await PostalMime.parse(raw, { maxNestingDepth: 50, maxHeadersSize: 512 * 1024 });
  const content = email.attachments[index]?.content;
  return content === undefined ? undefined : bytesOf(content);
}

/** HTML that can be shown: no script, style, form, remote picture or address that runs something. */
export function cleanHtml(html: string): string {
  return sanitizeHtml(clean(html), {
    allowedTags: [
      'p',
      'br',
      'div',
      'span',
      'b',
      'i',
      'u',
      's',
      'em',
      'strong',
      'small',
      'sub',
      'sup',
      'a',
      'ul',
      'ol',
      'li',
      'blockquote',
      'pre',
      'code',
      'hr',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'table',
      'thead',
      'tbody',
      'tr',
      'td',
      'th',
    ],
    allowedAttributes: {
      a: ['href', 'rel', 'target'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }),
    },
    nestingLimit: 60,
  });
}

/** Automatic by Auto-Submitted, Precedence or a null return path. X-Auto-Response-Suppress only asks us not to answer. */
function kindOf(email: Email, envelopeFrom: string): IncomingMail['kind'] {
  const contentType = (header(email, 'content-type') ?? '').toLowerCase();
  if (contentType.includes('multipart/report') && contentType.includes('delivery-status')) return 'bounce';
  if (envelopeFrom === '') return 'bounce';
  const submitted = (header(email, 'auto-submitted') ?? 'no').toLowerCase().split(';')[0]?.trim();
  if (submitted !== 'no') return 'automatic';
  const precedence = (header(email, 'precedence') ?? '').toLowerCase().trim();
  if (['bulk', 'junk', 'auto_reply'].includes(precedence)) return 'automatic';
  if (header(email, 'x-autoreply') !== undefined || header(email, 'x-autorespond') !== undefined)
    return 'automatic';
  return 'person';
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
      name: cut(one.name, 200) || null,
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

function textOf(html: string | null): string {
  if (html === null) return '';
  const broken = html.replace(/<(br|\/p|\/div|\/li|\/tr)\b[^>]*>/gi, '\n');
  return sanitizeHtml(broken, { allowedTags: [], allowedAttributes: {} })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** The beginning of a text; a pair of surrogates is not cut in two. */
function cut(text: string, length: number): string {
  return clean(clean(text).slice(0, length));
}

/** Postgres keeps no NUL, and a lone surrogate is no text. */
function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
