import type { Delimiter } from '#contract/file-exchange.ts';
import {
  type EmpImporter,
  type EmpRow,
  type StagedEmployee,
  unlikelyCodes,
  validateEmpRow,
} from '#modules/payroll/index.ts';
import type { Objects } from '#platform/objects.ts';
import { type ControlFile, ControlTotals, checkTotals } from './control-file.ts';
import { CsvFault, type CsvRecord, CsvScanner } from './csv-scanner.ts';
import { type FileFaultCode, fileFaults } from './file-faults.ts';
import type { FindingLog } from './finding-log.ts';
import { type Header, otherDelimiter, readHeader, separatorLine } from './read-header.ts';

/** How a file is to be read and where its rows go. */
export interface EmployeesFile {
  objectKey: string;
  mode: 'FULL' | 'DELTA';
  delimiter: Delimiter;
  maxRows: number;
  irdHighest: number;
  refusesUnknownColumns: boolean;
  /** The date that counts as today for a legal employer, by company code. */
  todayOf(companyCode: string): string;
  control: ControlFile | undefined;
}

/**
 * What reading gave: rows in all, those refused by themselves, and those of them that say too little to be judged any
 * further; `isReadable` false when the file as a whole is refused. Empty rows are no rows.
 */
export interface EmployeesRead {
  isReadable: boolean;
  rows: number;
  refused: number;
  unstaged: number;
  /** Unlikely values of rows that may be applied, each as `key column code`; at most 10,000. */
  unlikely: string[];
}

const keptUnlikely = 10_000;

/**
 * Reads an EMP file once, from its first byte to its last: structure, then each row by the rules, into the importer's
 * staging. Holds one piece of the file at a time.
 */
export async function readEmployeesFile(
  objects: Objects,
  file: EmployeesFile,
  importer: Pick<EmpImporter, 'stage'>,
  log: FindingLog,
): Promise<EmployeesRead> {
  const scanner = new CsvScanner(file.delimiter);
  const reader = new EmployeesReader(file, log);
  const take = async (records: CsvRecord[], isCut = false) => {
    const staged = reader.take(records, isCut);
    if (staged.length > 0) await importer.stage(staged);
    await log.flush();
  };
  try {
    for await (const piece of objects.read(file.objectKey)) {
      await take(scanner.push(piece as Buffer));
      if (!reader.isReadable) break;
    }
    if (reader.isReadable) {
      const last = scanner.end();
      await take(last, !scanner.endsWithLineBreak);
      if (reader.isReadable) scanner.close();
      reader.finish(scanner.endsWithLineBreak, last);
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    reader.refuseAt(error);
  }
  const { isReadable, rows, refused, unstaged, unlikely } = reader;
  return { isReadable, rows, refused, unstaged, unlikely };
}

class EmployeesReader {
  readonly #file: EmployeesFile;
  readonly #log: FindingLog;
  readonly #totals: ControlTotals | undefined;
  #header: Header | undefined;
  #isSeparatorRead = false;
  readonly #row: Record<string, string> = {};
  #emptyRows = { count: 0, firstLine: 0 };
  #emptyColumns = 0;
  isReadable = true;
  rows = 0;
  refused = 0;
  unstaged = 0;
  readonly unlikely: string[] = [];

  constructor(file: EmployeesFile, log: FindingLog) {
    this.#file = file;
    this.#log = log;
    if (file.control?.controlTotals !== undefined)
      this.#totals = new ControlTotals(file.control.controlTotals);
  }

  /** Checks records; gives those that may be staged, refused ones to be judged further. Throws CsvFault for what ends the reading. */
  take(records: CsvRecord[], isCut: boolean): { line: number; staged: StagedEmployee }[] {
    const staged: { line: number; staged: StagedEmployee }[] = [];
    for (const record of records) {
      if (this.#header === undefined) this.#takeHeader(record);
      else if (!this.isReadable) break;
      else if (isEmpty(record)) {
        if (this.#emptyRows.count === 0) this.#emptyRows.firstLine = record.line;
        this.#emptyRows.count += 1;
      } else {
        const toStage = this.#takeRow(record, this.#header, isCut);
        if (toStage !== undefined) staged.push({ line: record.line, staged: toStage });
      }
    }
    return staged;
  }

  /** What only the end of the file shows. */
  finish(endsWithLineBreak: boolean, last: CsvRecord[]): void {
    if (this.#header === undefined) {
      this.#fault('file-empty');
      return;
    }
    if (!endsWithLineBreak && last[0] !== undefined && !isEmpty(last[0])) {
      // Half a field reads like a whole one: only a line break, or the hash of the whole, shows that none is missing.
      if (this.#file.control?.sha256 === undefined) throw new CsvFault('file-cut-off', last[0].line);
      this.#log.fault('no-final-line-break', { line: last[0].line });
    }
    this.#countEmpty(this.#header);
    if (this.isReadable && this.rows === 0)
      if (this.#file.mode === 'FULL') this.#fault('no-rows');
      else this.#log.fault('no-changes');
    const { control } = this.#file;
    if (!this.isReadable || control === undefined) return;
    if (control.rows !== undefined && control.rows !== this.rows)
      this.#fault('control-rows', {
        message: `The control file says ${control.rows} rows; the file has ${this.rows}${this.#emptyRows.count === 0 ? '' : `, and ${this.#emptyRows.count} empty ones`}`,
      });
    if (this.#totals !== undefined)
      checkTotals(this.#totals, this.#header.positions, (code, at) => this.#fault(code, at));
  }

  /** Notes a fault after which nothing can be read, by its row and column as far as they are known. */
  refuseAt(fault: CsvFault): void {
    const { position } = fault;
    const column = position === undefined ? undefined : this.#header?.names[position - 1];
    const isKnown = column !== undefined && this.#header?.known.some((one) => one.name === column);
    this.#fault(fault.code as FileFaultCode, {
      line: fault.line,
      ...(this.#header === undefined || fault.code === 'file-empty' ? {} : { row: this.rows + 1 }),
      ...(isKnown ? { column } : {}),
      ...(position === undefined ? {} : { position }),
      ...(fault.detail === undefined ? {} : { message: fault.detail }),
    });
  }

  #takeHeader(record: CsvRecord): void {
    const { delimiter } = this.#file;
    const separator = this.#isSeparatorRead ? undefined : separatorLine(record.fields, delimiter);
    if (separator !== undefined) {
      this.#isSeparatorRead = true;
      if (separator !== delimiter)
        this.#fault('header-delimiter', { line: record.line, message: otherDelimiter(delimiter, separator) });
      return;
    }
    if (!this.isReadable) return;
    this.#header = readHeader(record.fields, this.#file, (code, at) => {
      const isFault = at.severity === 'error' || fileFaults[code].wholeFile;
      if (isFault) this.#fault(code, { line: record.line, ...at });
      else this.#log.fault(code, { line: record.line, ...at });
    });
    this.#log.positions = this.#header.positions;
  }

  #takeRow(record: CsvRecord, header: Header, isCut: boolean): StagedEmployee | undefined {
    this.rows += 1;
    this.#log.noteRow(record.line, this.rows);
    if (this.rows > this.#file.maxRows) throw new CsvFault('too-many-rows', record.line);
    const count = header.names.length;
    const further = record.fields.length - count;
    if (further < 0 && isCut) throw new CsvFault('file-cut-off', record.line);
    if (further !== 0 && !this.#hasEmptyEnd(record, count)) {
      this.#refuse(record, count);
      return undefined;
    }
    const row = this.#rowOf(record.fields, header);
    this.#totals?.add(row);
    const check = validateEmpRow(row, {
      mode: this.#file.mode,
      today: this.#file.todayOf(row['company_code'] ?? ''),
      irdHighest: this.#file.irdHighest,
    });
    const key = check.findings.length === 0 ? null : shownKey(row);
    for (const finding of check.findings) {
      this.#log.add({
        row: this.rows,
        line: record.line,
        key,
        column: finding.field,
        position: header.positions.get(finding.field) ?? null,
        code: finding.code,
        severity: finding.severity,
        message: finding.message,
        fix: finding.mend,
      });
      if (check.staged !== null && unlikelyCodes.has(finding.code) && this.unlikely.length < keptUnlikely)
        this.unlikely.push([key, finding.field, finding.code].filter(Boolean).join(' '));
    }
    if (check.staged === null) this.refused += 1;
    const toStage = check.staged ?? check.readable;
    if (toStage === null) this.unstaged += 1;
    return toStage ?? undefined;
  }

  /** Whether a row has nothing but empty fields beyond the columns; they are counted. */
  #hasEmptyEnd(record: CsvRecord, count: number): boolean {
    const further = record.fields.slice(count);
    if (further.length === 0 || further.some((field) => field.trim() !== '')) return false;
    this.#emptyColumns = Math.max(this.#emptyColumns, further.length);
    return true;
  }

  #countEmpty({ unnamedAtEnd }: Header): void {
    const columns = Math.max(unnamedAtEnd, this.#emptyColumns);
    if (columns > 0)
      this.#log.fault('empty-columns-skipped', {
        message: `${columns === 1 ? '1 empty column' : `${columns} empty columns`} at the end ${columns === 1 ? 'was' : 'were'} skipped`,
      });
    const { count, firstLine } = this.#emptyRows;
    if (count > 0)
      this.#log.fault('empty-rows-skipped', {
        line: firstLine,
        message: `${count === 1 ? '1 empty row was' : `${count} empty rows were`} skipped`,
      });
  }

  /** The row by column names; the same object each time, as nobody keeps it. */
  #rowOf(fields: string[], header: Header): EmpRow {
    const row = this.#row;
    for (const { name, index } of header.known) row[name] = fields[index] as string;
    return row;
  }

  #refuse(record: CsvRecord, expected: number): void {
    this.refused += 1;
    this.unstaged += 1;
    const { message, mend } = fileFaults['field-count'];
    this.#log.add({
      row: this.rows,
      line: record.line,
      key: null,
      column: null,
      position: Math.min(record.fields.length, expected) + 1,
      code: 'field-count',
      severity: 'error',
      message: `${message}: expected ${expected}, found ${record.fields.length}`,
      fix: mend,
    });
  }

  #fault(code: FileFaultCode, at: Parameters<FindingLog['fault']>[1] = {}): void {
    this.isReadable = false;
    this.#log.fault(code, at);
  }
}

/** Whether a row says nothing at all. */
function isEmpty({ fields }: CsvRecord): boolean {
  return fields.every((field) => field.trim() === '');
}

/** The business key of a row for people; left out when it does not look like one, as columns may have slipped. */
function shownKey(row: EmpRow): string | null {
  const key = `${row['company_code']?.trim()}/${row['employee_number']?.trim()}`;
  return /^[A-Za-z0-9]{2,12}\/[A-Za-z0-9._-]{1,20}$/.test(key) ? key : null;
}
