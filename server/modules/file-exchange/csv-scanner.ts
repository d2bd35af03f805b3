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
  /** The field of its record, from 1, and what was expected and found there; never a value. */
  readonly position: number | undefined;
  readonly detail: string | undefined;
  constructor(code: string, line: number, at: { position?: number; detail?: string } = {}) {
    super(`${code} at line ${line}`);
    this.code = code;
    this.line = line;
    this.position = at.position;
    this.detail = at.detail;
  }
}

const lineFeed = 10;
const carriageReturn = 13;
const maxRecordCharacters = 65_536;
const lineEnds = /\r\n|\r|\n/g;

/**
 * Reads RFC 4180 from bytes as they come: UTF-8 strictly (a byte order mark is let pass), lines that end with CRLF, LF or
 * CR, also mixed, quoted fields with line breaks. Holds no more than one piece and one record. Records before a fault are
 * given first; the fault is thrown by the next call.
 */
export class CsvScanner {
  readonly #delimiter: string;
  #tail: Buffer = Buffer.alloc(0);
  #open = '';
  #line = 1;
  #started = false;
  #fault: unknown;
  /** After end(): whether the last line had its line break. */
  endsWithLineBreak = true;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Takes the next bytes and gives the records that are whole; throws CsvFault. */
  push(piece: Buffer): CsvRecord[] {
    if (this.#fault !== undefined) throw this.#fault;
    let bytes = this.#tail.length === 0 ? piece : Buffer.concat([this.#tail, piece]);
    if (!this.#started) {
      if (bytes.length < 4) {
        this.#tail = bytes;
        return [];
      }
      bytes = this.#start(bytes);
    }
    // A CR at the end may be the first half of a CRLF.
    const whole = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
    const end = Math.max(whole.lastIndexOf(lineFeed), whole.lastIndexOf(carriageReturn)) + 1;
    this.#tail = bytes.subarray(end);
    const records = end === 0 ? [] : this.#records(this.#decode(bytes.subarray(0, end)), false);
    if (this.#tail.length > maxRecordCharacters * 4) throw new CsvFault('record-too-long', this.#line);
    return records;
  }

  /** Gives the last record when no line break follows it; throws CsvFault when the file ends within quotes. */
  end(): CsvRecord[] {
    if (this.#fault !== undefined) throw this.#fault;
    const rest = this.#started ? this.#tail : this.#start(this.#tail);
    this.#tail = Buffer.alloc(0);
    if (rest.length === 0 && this.#open === '') return [];
    this.endsWithLineBreak = rest.at(-1) === carriageReturn || rest.at(-1) === lineFeed;
    const records = this.#records(this.#decode(rest), true);
    if (this.#fault !== undefined && records.length === 0) throw this.#fault;
    return records;
  }

  /** After end(): throws the fault that came after the records it gave. */
  close(): void {
    if (this.#fault !== undefined) throw this.#fault;
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

  /** Finds the line that is at fault: CR and LF are never part of another character in UTF-8. */
  #blame(bytes: Buffer, code: string, isAtFault: (line: Buffer) => boolean): never {
    let line = this.#line + lineEndsIn(this.#open);
    for (let from = 0; from < bytes.length; line += 1) {
      let to = from;
      while (to < bytes.length && bytes[to] !== lineFeed && bytes[to] !== carriageReturn) to += 1;
      to += bytes[to] === carriageReturn && bytes[to + 1] === lineFeed ? 2 : 1;
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
    let feed = -2;
    let carriage = -2;
    while (at < text.length) {
      if (feed !== -1 && feed < at) feed = text.indexOf('\n', at);
      if (carriage !== -1 && carriage < at) carriage = text.indexOf('\r', at);
      const end = carriage !== -1 && (feed === -1 || carriage < feed) ? carriage : feed;
      const stop = end === -1 ? text.length : end;
      const line = text.slice(at, stop);
      if (!line.includes('"')) {
        if (line !== '') records.push({ line: this.#line, fields: line.split(this.#delimiter) });
        this.#line += 1;
        at = afterLineEnd(text, stop);
        continue;
      }
      try {
        const quoted = this.#quoted(text, at, isLast);
        if (quoted === undefined) {
          if (text.length - at > maxRecordCharacters) this.#refuseOpen(text, at);
          this.#open = text.slice(at);
          break;
        }
        records.push({ line: this.#line, fields: quoted.fields });
        this.#line += lineEndsIn(text.slice(at, quoted.end)) + 1;
        at = afterLineEnd(text, quoted.end);
      } catch (error) {
        if (records.length === 0) throw error;
        this.#fault = error;
        break;
      }
    }
    return records;
  }

  /** Reads a record that has quotes; undefined when its end is not there yet. */
  #quoted(text: string, start: number, isLast: boolean): { fields: string[]; end: number } | undefined {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      const opened = at;
      if (text[at] === '"') {
        let value = '';
        for (;;) {
          const close = text.indexOf('"', at + 1);
          if (close === -1) {
            if (!isLast) return undefined;
            throw this.#neverClosed(text, start, opened, fields.length + 1);
          }
          value += text.slice(at + 1, close);
          at = close + 1;
          if (text[at] !== '"') break;
          value += '"';
        }
        fields.push(value);
      } else {
        at = this.#plainEnd(text, at);
        const value = text.slice(opened, at);
        if (value.includes('"'))
          throw this.#misplaced(text, start, opened + value.indexOf('"'), fields.length + 1, 'within');
        fields.push(value);
      }
      if (at >= text.length || text[at] === '\n' || text[at] === '\r') return { fields, end: at };
      if (text[at] !== this.#delimiter) {
        const spans = lineEndsIn(text.slice(opened, at));
        throw spans > 0
          ? this.#unclosed(text, start, opened, fields.length, spans)
          : this.#misplaced(text, start, at, fields.length, 'after');
      }
      at += 1;
    }
  }

  #plainEnd(text: string, at: number): number {
    let end = at;
    while (end < text.length && text[end] !== this.#delimiter && text[end] !== '\n' && text[end] !== '\r')
      end += 1;
    return end;
  }

  #lineAt(text: string, start: number, at: number): number {
    return this.#line + lineEndsIn(text.slice(start, at));
  }

  /** The file ends within quotes: cut off when that is on its last line, else a quotation mark too many or too few. */
  #neverClosed(text: string, start: number, opened: number, position: number): CsvFault {
    const spans = lineEndsIn(text.slice(opened).trimEnd());
    if (spans === 0)
      return new CsvFault('file-cut-off', this.#lineAt(text, start, opened), {
        position,
        detail: 'The file ends within quotation marks, so it is cut off',
      });
    return this.#unclosed(text, start, opened, position, spans);
  }

  /** Refuses a record that goes on for longer than a record may, at the quotation mark that keeps it open. */
  #refuseOpen(text: string, start: number): never {
    try {
      this.#quoted(text, start, true);
    } catch (error) {
      if (!(error instanceof CsvFault) || error.code !== 'file-cut-off') throw error;
    }
    throw new CsvFault('quote-unclosed', this.#line);
  }

  #unclosed(text: string, start: number, opened: number, position: number, spans: number): CsvFault {
    return new CsvFault('quote-unclosed', this.#lineAt(text, start, opened), {
      position,
      detail: `A quotation mark opens a field here and nothing closes it: expected a closing one before the next ${this.#said()}, found a field that goes on over ${spans === 1 ? '1 more line' : `${spans} more lines`}`,
    });
  }

  #misplaced(text: string, start: number, at: number, position: number, where: 'within' | 'after'): CsvFault {
    const detail =
      where === 'within'
        ? 'A quotation mark stands inside a field that does not begin with one: expected it doubled, in a field in quotation marks'
        : `Text follows a closing quotation mark: expected ${this.#said()} or a line end, found another character`;
    return new CsvFault('quote-misplaced', this.#lineAt(text, start, at), { position, detail });
  }

  #said(): string {
    return delimiterWords[this.#delimiter] ?? 'delimiter';
  }
}

/** How messages call what separates columns. */
export const delimiterWords: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

function afterLineEnd(text: string, end: number): number {
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
}

function lineEndsIn(text: string): number {
  return text.match(lineEnds)?.length ?? 0;
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
