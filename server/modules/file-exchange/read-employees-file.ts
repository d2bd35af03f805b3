import { type Delimiter, delimiters } from '#contract/file-exchange.ts';
import {
  type EmpImporter,
  type EmpRow,
  empColumns,
  type StagedEmployee,
  validateEmpRow,
} from '#modules/payroll/index.ts';
import type { Objects } from '#platform/objects.ts';
import { type ControlFile, employeeNumberTotal } from './control-file.ts';
import { CsvFault, type CsvRecord, CsvScanner } from './csv-scanner.ts';
import { type FileFaultCode, fileFaults } from './file-faults.ts';
import type { FindingLog } from './finding-log.ts';

/** How a file is to be read and where its rows go. */
export interface EmployeesFile {
  objectKey: string;
  mode: 'FULL' | 'DELTA';
  delimiter: Delimiter;
  maxRows: number;
  irdHighest: number;
  /** The date that counts as today for a legal employer, by company code. */
  todayOf(companyCode: string): string;
  control: ControlFile | undefined;
}

/**
 * What reading gave: rows in all, those refused by themselves, and those of them that say too little to be judged any
 * further; `isReadable` false when the file as a whole is refused.
 */
export interface EmployeesRead {
  isReadable: boolean;
  rows: number;
  refused: number;
  unstaged: number;
}

const columnNames = new Set(empColumns.map((column) => column.name));

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
  try {
    for await (const piece of objects.read(file.objectKey)) {
      const staged = reader.take(scanner.push(piece as Buffer));
      if (staged.length > 0) await importer.stage(staged);
      await log.flush();
    }
    const last = scanner.end();
    const staged = reader.take(last, true);
    if (staged.length > 0) await importer.stage(staged);
    reader.finish(scanner.endsWithLineBreak, last);
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    log.fault(error.code as FileFaultCode, { line: error.line });
    reader.isReadable = false;
  }
  const { isReadable, rows, refused, unstaged } = reader;
  return { isReadable, rows, refused, unstaged };
}

class EmployeesReader {
  readonly #file: EmployeesFile;
  readonly #log: FindingLog;
  #columns: string[] | undefined;
  #known: { name: string; index: number }[] = [];
  readonly #row: Record<string, string> = {};
  #positions = new Map<string, number>();
  #numberTotal = 0n;
  isReadable = true;
  rows = 0;
  refused = 0;
  unstaged = 0;

  constructor(file: EmployeesFile, log: FindingLog) {
    this.#file = file;
    this.#log = log;
  }

  /** Checks records; gives those that may be staged, refused ones to be judged further. Throws CsvFault for what ends the reading. */
  take(records: CsvRecord[], isLast = false): { line: number; staged: StagedEmployee }[] {
    const staged: { line: number; staged: StagedEmployee }[] = [];
    for (const record of records) {
      if (this.#columns === undefined) {
        this.#readHeader(record);
        continue;
      }
      if (!this.isReadable) continue;
      this.rows += 1;
      if (this.rows > this.#file.maxRows) throw new CsvFault('too-many-rows', record.line);
      if (record.fields.length !== this.#columns.length) {
        if (isLast) throw new CsvFault('file-cut-off', record.line);
        this.#refuse(record, this.#columns.length);
        continue;
      }
      const row = this.#rowOf(record.fields);
      const key = row['employee_number'] ?? '';
      if (this.#file.control?.controlTotals?.hashEmployeeNumber !== undefined)
        this.#numberTotal += employeeNumberTotal(key);
      const check = validateEmpRow(row, {
        mode: this.#file.mode,
        today: this.#file.todayOf(row['company_code'] ?? ''),
        irdHighest: this.#file.irdHighest,
      });
      for (const finding of check.findings)
        this.#log.add({
          row: this.rows,
          line: record.line,
          key: shownKey(row),
          column: finding.field,
          position: this.#positions.get(finding.field) ?? null,
          code: finding.code,
          severity: finding.severity,
          message: finding.message,
          fix: finding.mend,
        });
      if (check.staged === null) this.refused += 1;
      const toStage = check.staged ?? check.readable;
      if (toStage === null) this.unstaged += 1;
      else staged.push({ line: record.line, staged: toStage });
    }
    return staged;
  }

  /** What only the end of the file shows. */
  finish(endsWithLineBreak: boolean, last: CsvRecord[]): void {
    if (this.#columns === undefined) {
      this.#fault('file-empty');
      return;
    }
    if (!endsWithLineBreak && last[0] !== undefined) {
      // Half a field reads like a whole one: only a line break, or the hash of the whole, shows that none is missing.
      if (this.#file.control?.sha256 === undefined) throw new CsvFault('file-cut-off', last[0].line);
      this.#log.fault('no-final-line-break', { line: last[0].line });
    }
    if (this.isReadable && this.rows === 0 && this.#file.mode === 'FULL') this.#fault('no-rows');
    const { control } = this.#file;
    if (!this.isReadable || control === undefined) return;
    if (control.rows !== undefined && control.rows !== this.rows) this.#fault('control-rows');
    const total = control.controlTotals?.hashEmployeeNumber;
    if (total !== undefined && BigInt(total) !== this.#numberTotal) this.#fault('control-total');
  }

  #readHeader(record: CsvRecord): void {
    const names = record.fields.map((field) => field.trim().toLowerCase());
    this.#columns = names;
    const isOther = delimiters.some((one) => one !== this.#file.delimiter && names[0]?.includes(one));
    if (names.length === 1 && isOther) {
      this.#fault('header-delimiter', record.line);
      return;
    }
    for (const [index, name] of names.entries()) {
      if (this.#positions.has(name))
        this.#fault(
          'header-duplicate-column',
          record.line,
          columnNames.has(name) ? name : undefined,
          index + 1,
        );
      this.#positions.set(name, index + 1);
      if (columnNames.has(name)) this.#known.push({ name, index });
      else this.#log.fault('header-unknown-column', { line: record.line, position: index + 1 });
    }
    for (const column of empColumns) {
      const isNeeded =
        column.required === 'always' || (column.required === 'full' && this.#file.mode === 'FULL');
      if (isNeeded && !this.#positions.has(column.name))
        this.#fault('header-missing-column', record.line, column.name);
    }
  }

  /** The row by column names; the same object each time, as nobody keeps it. */
  #rowOf(fields: string[]): EmpRow {
    const row = this.#row;
    for (const { name, index } of this.#known) row[name] = fields[index] as string;
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
      message: `${message}: ${record.fields.length} instead of ${expected}`,
      fix: mend,
    });
  }

  #fault(code: FileFaultCode, line?: number, column?: string, position?: number): void {
    this.isReadable = false;
    this.#log.fault(code, {
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(position === undefined ? {} : { position }),
    });
  }
}

/** The business key of a row for people; left out when it does not look like one, as columns may have slipped. */
function shownKey(row: EmpRow): string | null {
  const key = `${row['company_code']?.trim()}/${row['employee_number']?.trim()}`;
  return /^[A-Za-z0-9]{2,12}\/[A-Za-z0-9._-]{1,20}$/.test(key) ? key : null;
}
