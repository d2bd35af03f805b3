import Papa from 'papaparse';
import { type ColumnForm, formOf } from './column-form.ts';
import { columnOf } from './difference.ts';

/** The customer's own file, read: rows by key, and which columns can be compared. */
export interface AuditFile {
  /** Names of columns as the employee format has them, in the file's order. */
  columns: string[];
  ignored: string[];
  /** How the file writes each column, decided once from all of its values. */
  forms: Record<string, ColumnForm>;
  /** Cells by company code and employee number; a row without a company code stands under ''. */
  rows: Map<string, Record<string, string>>;
}

/** Why a file cannot be compared, with the place. */
export interface FileRefusal {
  code: string;
  message: string;
}

const mostRows = 200_000;
/** The employee format has about 80 columns; a file of several thousand is another file. */
const mostColumns = 500;
const mostCellCharacters = 10_000;
/** Columns that say whose row it is, and are not compared themselves. */
export const keyColumns: ReadonlySet<string> = new Set(['company_code', 'employee_number']);

/** The key of a row or an employee. */
export function keyOf(companyCode: string, employeeNumber: string): string {
  return `${companyCode}\u0000${employeeNumber}`;
}

/** Reads a CSV file with a header row; refused as a whole when its structure is not sound. */
export function readAuditFile(bytes: Buffer): AuditFile | FileRefusal {
  if (bytes.length === 0) return { code: 'empty-file', message: 'The file is empty.' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { code: 'not-utf8', message: 'The file is not UTF-8. Save it as "CSV UTF-8".' };
  }
  const records: string[][] = [];
  let refusal: FileRefusal | undefined;
  Papa.parse<string[]>(text, {
    skipEmptyLines: 'greedy',
    step: ({ data, errors }, parser) => {
      refusal = faultOf(data, errors, records.length);
      if (refusal === undefined) records.push(data);
      else parser.abort();
    },
  });
  if (refusal !== undefined) return refusal;
  const header = records.shift();
  if (header === undefined) return { code: 'empty-file', message: 'The file is empty.' };
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  if (!names.includes('employee_number'))
    return {
      code: 'missing-key',
      message: 'The header row has no column employee_number. Name the columns as the employee format does.',
    };
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return { code: 'duplicate-column', message: `The column ${name} is there twice.` };
    seen.add(name);
  }
  return readRows(names, records);
}

/** Why a record, the `before`th, ends the reading; checked as each one is read, so that no input is held whole. */
function faultOf(cells: string[], errors: Papa.ParseError[], before: number): FileRefusal | undefined {
  const row = before + 1;
  if (cells.length > mostColumns)
    return {
      code: 'too-many-columns',
      message: `Row ${row} has more than ${mostColumns} columns. Check the delimiter and that it is the right file.`,
    };
  if (errors.some((error) => error.type === 'Quotes'))
    return { code: 'bad-quotes', message: `A quotation mark is not closed near row ${row}.` };
  if (cells.some((cell) => cell.length > mostCellCharacters))
    return {
      code: 'cell-too-long',
      message: `Row ${row} has a cell of more than ${mostCellCharacters} characters. Check its quotation marks.`,
    };
  if (before > mostRows)
    return { code: 'too-many-rows', message: `The file has more than ${mostRows} rows.` };
  return undefined;
}

function readRows(names: string[], records: string[][]): AuditFile | FileRefusal {
  const columns = names.filter((name) => columnOf(name) !== undefined && name !== 'effective_date');
  const compared = new Set(columns);
  const places = names.flatMap((name, at): [string, number][] => (compared.has(name) ? [[name, at]] : []));
  if (columns.every((name) => keyColumns.has(name)))
    return {
      code: 'no-fields',
      message:
        'Beside the key the header row names no column of the employee format: nothing could be compared.',
    };
  if (records.length === 0) return { code: 'no-rows', message: 'The file has a header row and no employee.' };
  const rows: AuditFile['rows'] = new Map();
  for (const [index, record] of records.entries()) {
    const line = index + 2;
    if (record.length !== names.length)
      return {
        code: 'cut-off-row',
        message: `Row ${line} has ${record.length} cells instead of ${names.length}.`,
      };
    const cells: Record<string, string> = {};
    for (const [name, at] of places) cells[name] = record[at] ?? '';
    const number = cells['employee_number']?.trim() ?? '';
    if (number === '') return { code: 'missing-key', message: `Row ${line} has no employee number.` };
    const key = keyOf(cells['company_code']?.trim() ?? '', number);
    if (rows.has(key))
      return { code: 'duplicate-key', message: `Row ${line} has the key of a row before it.` };
    rows.set(key, cells);
  }
  const ignored = names.filter((name) => !compared.has(name));
  return { columns, ignored, forms: formsOf(columns, rows), rows };
}

function formsOf(columns: string[], rows: AuditFile['rows']): AuditFile['forms'] {
  const valuesOf = (name: string) => rows.values().map((cells) => cells[name] ?? '');
  return Object.fromEntries(
    columns.flatMap((name) => {
      const column = columnOf(name);
      return column === undefined ? [] : [[name, formOf(column, valuesOf(name))]];
    }),
  );
}
