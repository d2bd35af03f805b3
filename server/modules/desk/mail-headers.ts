import { decodeLine } from './decode-text.ts';

/** One header field: its name in lower case, its value unfolded. */
export interface MailHeader {
  name: string;
  value: string;
}

/** The header of a mail, read by the letter of RFC 5322. */
export interface MailHeaders {
  fields: MailHeader[];
  /** All of it as it was sent, in a charset that fits each line. */
  text: string;
  /** Where the body begins; the length of the mail when no blank line ends the header. */
  bodyAt: number;
  /** Programs read such a header in more than one way: it has a bare CR, a NUL, or a line that is no field. */
  odd: boolean;
  /** Where the first line is that is no field: words whose sender forgot the blank line, perhaps. */
  strayAt: number | null;
}

/** RFC 5322, 3.6: a mail has each of these once at most. MIME (RFC 2045) says the same of its own. */
const single = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
]);
const fieldLine = /^([!-9;-~]+)[ \t]*:/;

/** Reads the header of a mail, without the library that reads the rest, so that the two can be compared. */
export function readHeaders(raw: Buffer): MailHeaders {
  const bodyAt = endOfHeader(raw);
  const fields: MailHeader[] = [];
  let strayAt: number | null = null;
  let text = '';
  for (let at = 0; at < bodyAt; ) {
    const found = raw.indexOf(10, at);
    const next = found === -1 ? bodyAt : found + 1;
    const written = decodeLine(raw.subarray(at, next));
    const line = written.replace(/\r?\n$/, '');
    text += written;
    const last = fields.at(-1);
    const name = fieldLine.exec(line)?.[1];
    if (last !== undefined && /^[ \t]/.test(line)) last.value += line;
    else if (name !== undefined)
      fields.push({ name: name.toLowerCase(), value: line.slice(line.indexOf(':') + 1) });
    else if (line !== '') strayAt ??= at;
    at = next;
  }
  for (const field of fields) field.value = field.value.trim();
  const odd = strayAt !== null || /\r(?!\n)|\0/.test(raw.subarray(0, bodyAt).toString('latin1'));
  return { fields, text, bodyAt, odd, strayAt };
}

/** The fields that a mail has more often than it may. */
export function repeatedFields(headers: MailHeaders): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of headers.fields) {
    if (seen.has(name) && single.has(name)) repeated.add(name);
    seen.add(name);
  }
  return repeated;
}

/** Just behind the first empty line, however its lines end. */
function endOfHeader(raw: Buffer): number {
  for (let at = raw.indexOf(10); at !== -1; at = raw.indexOf(10, at + 1)) {
    if (raw[at + 1] === 10) return at + 2;
    if (raw[at + 1] === 13 && raw[at + 2] === 10) return at + 3;
  }
  return raw.length;
}
