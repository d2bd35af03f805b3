import type { FindingView } from '#contract/file-exchange.ts';
import type { Objects, ObjectWriter, StoredObject } from '#platform/objects.ts';
import { csvLine } from './csv-scanner.ts';
import { type FileFaultCode, fileFaults } from './file-faults.ts';

/** Whose file is read. */
interface InEnvironment {
  customerId: string;
  environmentId: string;
}

const keptFindings = 1_000;
/** Findings that an error file lists one by one; further ones are counted. */
export const listedFindings = 100_000;
const saidInAnswer: ReadonlySet<FileFaultCode> = new Set(['header-unknown-column', 'no-changes']);
const bufferedCharacters = 65_536;
const header = csvLine(['row', 'line', 'key', 'column', 'code', 'severity', 'message', 'fix']);

/** Collects what is wrong with a file: counts all, keeps the first, writes the error file as it goes. Flat in memory. */
export class FindingLog {
  readonly #objects: Objects;
  readonly #of: InEnvironment;
  #writer: ObjectWriter | undefined;
  #buffered = '';
  readonly kept: FindingView[] = [];
  readonly codes: Record<string, number> = {};
  /** What of a file that is taken is not used: for the words of its answer, at most ten. */
  readonly notes: string[] = [];
  /** Where each column stands in the file, from 1. */
  positions: ReadonlyMap<string, number> = new Map();
  /** By how much lines are ahead of rows, from a line on: more after each row with a line break in a field, or an empty one. */
  readonly #ahead: { line: number; by: number }[] = [];
  total = 0;
  errors = 0;
  warnings = 0;

  constructor(objects: Objects, of: InEnvironment) {
    this.#objects = objects;
    this.#of = of;
  }

  add(finding: FindingView): void {
    this.total += 1;
    this[finding.severity === 'error' ? 'errors' : 'warnings'] += 1;
    this.codes[finding.code] = (this.codes[finding.code] ?? 0) + 1;
    if (this.kept.length < keptFindings) this.kept.push(finding);
    if (this.total > listedFindings) return;
    const { row, line, key, column, code, severity, message, fix } = finding;
    this.#buffered += csvLine([row, line, key, column, code, severity, message, fix]);
  }

  /** Remembers which row starts at a line, for findings that only the database makes: it knows lines. */
  noteRow(line: number, row: number): void {
    if (line - row === this.#ahead.at(-1)?.by) return;
    this.#ahead.push({ line, by: line - row });
  }

  /** Notes a finding at a line and a column of the file, with its row and position; that of the key when the column is missing. */
  addAt(finding: Omit<FindingView, 'row' | 'position'> & { line: number }): void {
    const { by = 0 } = this.#ahead.findLast((one) => one.line <= finding.line) ?? {};
    const position =
      this.positions.get(finding.column ?? '') ?? this.positions.get('employee_number') ?? null;
    this.add({ ...finding, row: finding.line - by, position });
  }

  /** Notes a fault of the file as such. */
  fault(
    code: FileFaultCode,
    at: {
      row?: number;
      line?: number;
      severity?: 'error' | 'warning';
      key?: string;
      column?: string;
      position?: number;
      message?: string;
      fix?: string;
    } = {},
  ): void {
    const { message, mend, wholeFile } = fileFaults[code];
    if (saidInAnswer.has(code) && this.notes.length < 10) this.notes.push(at.message ?? message);
    this.add({
      row: at.row ?? null,
      line: at.line ?? null,
      key: at.key ?? null,
      column: at.column ?? null,
      position: at.position ?? null,
      code,
      severity: at.severity ?? (wholeFile ? 'error' : 'warning'),
      message: at.message ?? message,
      fix: at.fix ?? mend,
    });
  }

  /** Writes out what has gathered; to be awaited now and then. */
  async flush(force = false): Promise<void> {
    if (this.#buffered === '' || (!force && this.#buffered.length < bufferedCharacters)) return;
    const text = this.#buffered;
    this.#buffered = '';
    if (this.#writer === undefined) {
      this.#writer = await this.#objects.create({
        class: 'answer',
        customerId: this.#of.customerId,
        environmentId: this.#of.environmentId,
      });
      await this.#writer.write(Buffer.from(header));
    }
    await this.#writer.write(Buffer.from(text));
  }

  /** Finishes the error file; undefined when nothing was found. */
  async finish(): Promise<StoredObject | undefined> {
    if (this.total > listedFindings)
      this.#buffered += csvLine([
        null,
        null,
        null,
        null,
        'more',
        'warning',
        `${this.total - listedFindings} more findings are not listed`,
        '',
      ]);
    await this.flush(true);
    const writer = this.#writer;
    this.#writer = undefined;
    return writer?.finish();
  }

  async abandon(): Promise<void> {
    await this.#writer?.abort();
  }
}
