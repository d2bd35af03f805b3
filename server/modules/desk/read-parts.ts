import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { decodeText, relabelWords } from './decode-text.ts';
import type { MailHeaders } from './mail-headers.ts';
import { textOfHtml } from './mail-html.ts';
import { decodeUuencoded, takeUuencoded } from './uuencoded.ts';

const limits = { maxNestingDepth: 50, maxHeadersSize: 512 * 1024 };
const validType = /^[\w.+-]+\/[\w.+-]+$/;

/** A part as postal-mime 4.0.0 keeps it while it reads; its types leave these out. */
interface Part {
  parentNode?: Part;
  childNodes: Part[];
  contentType: { parsed: { value: string; params: Record<string, string> }; multipart: string | false };
  contentDisposition: { parsed: { value: string; params: Record<string, string> } };
  contentTransferEncoding: { encoding: string };
  content: ArrayBuffer | null;
  decodeFlowedText(text: string, deleteSpaces: boolean): string;
  getTextContent(): string;
}

type Words = { type: 'text'; value: string } | { type: 'subMessage'; value: Email };

interface Parser {
  rfc822NestingDepth: number;
  textMap: Map<Part, { plain?: Words[]; html?: Words[] }>;
  textContent: Record<string, string>;
  attachments: Attachment[];
  addTextEntry(part: Part, type: 'plain' | 'html', words: Words): void;
  collectNode(part: Part, alternative: Part | false, related: boolean): Promise<void>;
  collectSubMessage(part: Part): Promise<void>;
  isInlineTextNode(part: Part): boolean;
  renderTextContent(): void;
  parse(raw: Uint8Array): Promise<Email>;
}

/**
 * Reads a mail with postal-mime, and its words as far as they can be had: by what the bytes are rather than by a wrong charset,
 * with the HTML where the plain text is blank. A text file stays a file, and a uuencoded one becomes one.
 */
export async function readParts(raw: Buffer, headers: MailHeaders): Promise<Email> {
  const readable = Buffer.from(withBoundary(relabelWords(headers.text), raw, headers));
  return openParser(0).parse(Buffer.concat([readable, raw.subarray(headers.bodyAt)]));
}

/** A multipart mail that lost its boundary begins with it. */
function withBoundary(header: string, raw: Buffer, headers: MailHeaders): string {
  const type = headers.fields.find(({ name }) => name === 'content-type')?.value ?? '';
  if (!/^multipart\//i.test(type) || /;\s*boundary\s*=\s*"?[^\s;"]/i.test(type)) return header;
  const start = raw.subarray(headers.bodyAt, headers.bodyAt + 200).toString('latin1');
  const boundary = /^\s*--([^\s"]{1,70})\r?\n/.exec(start)?.[1];
  return boundary === undefined
    ? header
    : header.replace(/^content-type[ \t]*:[ \t]*multipart\/[\w.+-]+/im, `$&; boundary="${boundary}"`);
}

function openParser(depth: number): Parser {
  const parser = new PostalMime(limits) as unknown as Parser;
  const collect = parser.collectNode.bind(parser);
  parser.rfc822NestingDepth = depth;
  parser.collectNode = (part, alternative, related) => {
    repair(parser, part);
    return collect(part, alternative, related);
  };
  parser.collectSubMessage = (part) => readForwarded(parser, part);
  parser.isInlineTextNode = isWords;
  parser.renderTextContent = () => render(parser);
  return parser;
}

/** Before a part is sorted into words and files: its type, its encoding and its charset as they can be meant. */
function repair(parser: Parser, part: Part): void {
  const { contentType } = part;
  const lost = contentType.multipart !== false && part.childNodes.length === 0;
  if (lost || !validType.test(contentType.parsed.value)) {
    contentType.multipart = false;
    contentType.parsed.value = 'text/plain';
  }
  if (/^(x-)?uu(e|encode)?$/.test(part.contentTransferEncoding.encoding) && part.content !== null) {
    const decoded = decodeUuencoded(new Uint8Array(part.content));
    if (decoded !== undefined) part.content = Uint8Array.from(decoded).buffer;
  }
  part.getTextContent = () => {
    if (part.content === null) return '';
    const { charset, format, delsp } = contentType.parsed.params;
    const decoded = decodeText(new Uint8Array(part.content), charset);
    const { text, files } = isWords(part) ? takeUuencoded(decoded) : { text: decoded, files: [] };
    for (const { name, content } of files)
      parser.attachments.push({
        filename: name,
        mimeType: 'application/octet-stream',
        disposition: 'attachment',
        content: Uint8Array.from(content),
      });
    return /^flowed$/i.test(format ?? '') ? part.decodeFlowedText(text, /^yes$/i.test(delsp ?? '')) : text;
  };
}

/** Whether a part is words of the mail. One with a file's name is a file, unless it is all there is, or a choice of words. */
function isWords(part: Part): boolean {
  const { value, params } = part.contentDisposition.parsed;
  if (value === 'attachment') return false;
  if (!['text/plain', 'text/html'].includes(part.contentType.parsed.value)) return false;
  const named = params['filename'] ?? part.contentType.parsed.params['name'];
  const choice = part.parentNode === undefined || part.parentNode.contentType.multipart === 'alternative';
  return !named || choice;
}

/** A mail within the mail is read like the mail itself; its words come behind a line that names it. */
async function readForwarded(parser: Parser, part: Part): Promise<void> {
  const inner = openParser(parser.rfc822NestingDepth + 1);
  const message = await inner.parse(new Uint8Array(part.content ?? new ArrayBuffer(0)));
  parser.addTextEntry(part, 'plain', { type: 'subMessage', value: message });
  for (const [innerPart, words] of inner.textMap) parser.textMap.set(innerPart, words);
  parser.attachments.push(...message.attachments);
}

/** The plain words of each part, or those of its HTML where they are blank; the HTML only when a part has some. */
function render(parser: Parser): void {
  const plain: string[] = [];
  const html: string[] = [];
  let formatted = false;
  for (const entry of parser.textMap.values()) {
    const words = (entry.plain ?? []).map(wordsOf).join('\n');
    const marked = (entry.html ?? []).map(wordsOf).join('\n');
    const read = words.trim() === '' && marked !== '' ? textOfHtml(marked) : words;
    plain.push(read);
    html.push(marked.trim() === '' ? preformatted(read) : marked);
    formatted ||= marked.trim() !== '';
  }
  parser.textContent = { plain: plain.join('\n'), ...(formatted ? { html: html.join('\n') } : {}) };
}

function wordsOf(words: Words): string {
  if (words.type === 'text') return words.value;
  const { from, to, subject, date } = words.value;
  const named = [from, ...(to ?? [])].flatMap((one) =>
    one === undefined ? [] : [`${one.name} ${one.address ?? ''}`],
  );
  const lines = ['---------- Forwarded mail ----------', `From: ${(named.shift() ?? '').trim()}`];
  if (named.length > 0) lines.push(`To: ${named.map((one) => one.trim()).join(', ')}`);
  if (date !== undefined) lines.push(`Date: ${date}`);
  return [...lines, `Subject: ${subject ?? ''}`, ''].join('\n');
}

function preformatted(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return text.trim() === '' ? '' : `<pre>${safe}</pre>`;
}
