import { isAscii, isUtf8 } from 'node:buffer';

/** One record of a CSV file and the line it begins on, from 1. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** Raised for what makes the rest of a file unreadable; the code is one of the format's file faults. */
export class CsvFault extends Error {
  readonly code: string;
  readonly line: number;
  constructor(code: string, line: number) {
    super(`${code} at line ${line}`);
    this.code = code;
    this.line = line;
  }
}

const lineFeed = 10;
const carriageReturn = 13;
const maxRecordCharacters = 65_536;

/**
 * Reads RFC 4180 from bytes as they come: UTF-8 strictly (a byte order mark is let pass), CRLF or LF, quoted fields
 * with line breaks. Holds no more than one piece and one record.
 */
export class CsvScanner {
  readonly #delimiter: string;
  #tail: Buffer = Buffer.alloc(0);
  #open = '';
  #line = 1;
  #started = false;
  /** After end(): whether the last line had its line break, or the CR that begins one. */
  endsWithLineBreak = true;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Takes the next bytes and gives the records that are whole; throws CsvFault. */
  push(piece: Buffer): CsvRecord[] {
    let bytes = this.#tail.length === 0 ? piece : Buffer.concat([this.#tail, piece]);
    if (!this.#started) {
      if (bytes.length < 4) {
        this.#tail = bytes;
        return [];
      }
      bytes = this.#start(bytes);
    }
    const end = bytes.lastIndexOf(lineFeed) + 1;
    this.#tail = bytes.subarray(end);
    const records = end === 0 ? [] : this.#records(this.#decode(bytes.subarray(0, end)), false);
    if (this.#tail.length > maxRecordCharacters * 4) throw new CsvFault('record-too-long', this.#line);
    return records;
  }

  /** Gives the last record when no line break follows it; throws CsvFault when the file ends within quotes. */
  end(): CsvRecord[] {
    const rest = this.#started ? this.#tail : this.#start(this.#tail);
    this.#tail = Buffer.alloc(0);
    if (rest.length === 0 && this.#open === '') return [];
    this.endsWithLineBreak = rest.at(-1) === carriageReturn;
    return this.#records(this.#decode(rest), true);
  }

  #start(bytes: Buffer): Buffer {
    this.#started = true;
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
    const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    const isUnmarked =
      (first !== 0 && second === 0 && fourth === 0) || (first === 0 && second !== 0 && third === 0);
    if (isMarked || (bytes.length >= 4 && isUnmarked)) throw new CsvFault('encoding-utf16', 1);
    return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
  }

  #decode(bytes: Buffer): string {
    if (bytes.includes(0)) this.#blame(bytes, 'nul-byte', (line) => line.includes(0));
    if (isAscii(bytes)) return bytes.toString('latin1');
    if (!isUtf8(bytes)) this.#blame(bytes, 'encoding-not-utf8', (line) => !isUtf8(line));
    return bytes.toString('utf8');
  }

  /** Finds the line that is at fault: a line feed is never part of another character in UTF-8. */
  #blame(bytes: Buffer, code: string, isAtFault: (line: Buffer) => boolean): never {
    let line = this.#line + countOf(this.#open, '\n');
    for (let from = 0; from < bytes.length; line += 1) {
      const next = bytes.indexOf(lineFeed, from);
      const to = next === -1 ? bytes.length : next + 1;
      if (isAtFault(bytes.subarray(from, to))) break;
      from = to;
    }
    throw new CsvFault(code, line);
  }

  #records(decoded: string, isLast: boolean): CsvRecord[] {
    const text = this.#open === '' ? decoded : this.#open + decoded;
    this.#open = '';
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const feed = text.indexOf('\n', at);
      const end = feed === -1 ? text.length : feed;
      const stop = end > at && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
      const line = text.slice(at, stop);
      if (!line.includes('"')) {
        if (line !== '') records.push({ line: this.#line, fields: line.split(this.#delimiter) });
        this.#line += 1;
        at = end + 1;
        continue;
      }
      const quoted = this.#quoted(text, at, isLast);
      if (quoted === undefined) {
        if (text.length - at > maxRecordCharacters) throw new CsvFault('quote-unclosed', this.#line);
        this.#open = text.slice(at);
        break;
      }
      records.push({ line: this.#line, fields: quoted.fields });
      this.#line += countOf(text.slice(at, quoted.end), '\n') + 1;
      at = quoted.end + 1;
    }
    return records;
  }

  /** Reads a record that has quotes; undefined when its end is not there yet. */
  #quoted(text: string, start: number, isLast: boolean): { fields: string[]; end: number } | undefined {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      if (text[at] === '"') {
        let value = '';
        for (;;) {
          const close = text.indexOf('"', at + 1);
          if (close === -1) {
            if (isLast) throw new CsvFault('file-cut-off', this.#line);
            return undefined;
          }
          value += text.slice(at + 1, close);
          at = close + 1;
          if (text[at] !== '"') break;
          value += '"';
        }
        fields.push(value);
      } else {
        const comma = text.indexOf(this.#delimiter, at);
        const feed = text.indexOf('\n', at);
        const end = Math.min(comma === -1 ? text.length : comma, feed === -1 ? text.length : feed);
        const value = text.slice(at, end);
        if (value.includes('"')) throw new CsvFault('quote-misplaced', this.#line);
        at = end;
        fields.push(text[end] !== this.#delimiter && value.endsWith('\r') ? value.slice(0, -1) : value);
      }
      if (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length)) at += 1;
      if (at >= text.length || text[at] === '\n') return { fields, end: at };
      if (text[at] !== this.#delimiter) throw new CsvFault('quote-misplaced', this.#line);
      at += 1;
    }
  }
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

/** Writes one record, quoted only where it must be; ends with CRLF. */
export function csvLine(fields: readonly (string | number | null)[], delimiter = ','): string {
  return `${fields
    .map((field) => {
      const text = field === null ? '' : String(field);
      return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(delimiter)}\r\n`;
}
