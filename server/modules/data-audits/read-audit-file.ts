import Papa from 'papaparse';
import { columnOf } from './difference.ts';

/** The customer's own file, read: rows by key, and which columns can be compared. */
export interface AuditFile {
  /** Names of columns as the employee format has them, in the file's order. */
  columns: string[];
  ignored: string[];
  /** Cells by company code and employee number; a row without a company code stands under ''. */
  rows: Map<string, Record<string, string>>;
}

/** Why a file cannot be compared, with the place. */
export interface FileRefusal {
  code: string;
  message: string;
}

const mostRows = 200_000;
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
  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const [header, ...records] = parsed.data;
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
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    return { code: 'duplicate-column', message: `The column ${twice} is there twice.` };
  const fault = parsed.errors.find((error) => error.type === 'Quotes');
  if (fault !== undefined)
    return {
      code: 'bad-quotes',
      message: `A quotation mark is not closed near row ${(fault.row ?? 0) + 1}.`,
    };
  if (records.length > mostRows)
    return { code: 'too-many-rows', message: `The file has more than ${mostRows} rows.` };
  return readRows(names, records);
}

function readRows(names: string[], records: string[][]): AuditFile | FileRefusal {
  const columns = names.filter((name) => columnOf(name) !== undefined && name !== 'effective_date');
  if (columns.every((name) => keyColumns.has(name)))
    return {
      code: 'no-fields',
      message:
        'Beside the key the header row names no column of the employee format: nothing could be compared.',
    };
  if (records.length === 0) return { code: 'no-rows', message: 'The file has a header row and no employee.' };
  const rows: AuditFile['rows'] = new Map();
  for (const [at, record] of records.entries()) {
    const line = at + 2;
    if (record.length !== names.length)
      return {
        code: 'cut-off-row',
        message: `Row ${line} has ${record.length} cells instead of ${names.length}.`,
      };
    const cells: Record<string, string> = {};
    for (const [place, name] of names.entries()) cells[name] = record[place] ?? '';
    const number = cells['employee_number']?.trim() ?? '';
    if (number === '') return { code: 'missing-key', message: `Row ${line} has no employee number.` };
    const key = keyOf(cells['company_code']?.trim() ?? '', number);
    if (rows.has(key))
      return { code: 'duplicate-key', message: `Row ${line} has the key of a row before it.` };
    rows.set(key, cells);
  }
  return { columns, ignored: names.filter((name) => !columns.includes(name)), rows };
}
