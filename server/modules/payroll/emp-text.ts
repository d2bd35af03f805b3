import { isMask, isMisread, isPlaceholder, keyFormAdvice, maskAdvice } from '#contract/payroll-text.ts';
import { describeTextFault, findTextFault, isVisible } from '#contract/text.ts';
import { type EmpColumn, empColumns } from './emp-columns.ts';
import type { Report } from './group-rules.ts';
import type { EmpRow } from './import-types.ts';

/** Almost every cell passes here: printable ASCII without anything that masks are written with. */
const suspicious = /[^\x20-\x7e]|[*#?_]|[xX]{3}|\.{3}/;
const keyColumns: ReadonlySet<string> = new Set(
  empColumns
    .filter((one) => one.kind === 'code')
    .map((one) => one.name)
    .concat('employee_number', 'external_id', 'manager_employee_number', 'cost_centre'),
);

/** Refuses characters that nobody sees, masks and unusual key forms; gives the columns that may not be read. */
export function checkCellTexts(row: EmpRow, report: Report): ReadonlySet<string> {
  const faulty = new Set<string>();
  for (const column of empColumns) {
    const cell = row[column.name]?.trim();
    if (cell && !checkCellText(column, cell, report)) faulty.add(column.name);
  }
  return faulty;
}

function checkCellText(column: EmpColumn, cell: string, report: Report): boolean {
  const { name } = column;
  if (column.kind === 'name' && isPlaceholder(cell)) warnOfPlaceholder(report, name);
  if (!suspicious.test(cell)) return true;
  const fault = findTextFault(cell, 'line');
  if (fault !== undefined || !isVisible(cell)) {
    const what = fault === undefined ? 'holds no character that can be seen' : describeTextFault(fault);
    report(
      'error',
      'text-character',
      name,
      `${name} ${what}`,
      'Write the value again, without that character.',
    );
    return false;
  }
  if (isMask(cell)) {
    report('error', 'text-masked', name, `${name} ${maskAdvice}`, 'Leave the cell blank in a DELTA file.');
    return false;
  }
  const form = keyColumns.has(name) ? keyFormAdvice(cell.normalize('NFC')) : undefined;
  if (form !== undefined) {
    report('error', 'key-form', name, `${name} ${form}`, 'Write it in plain letters and digits.');
    return false;
  }
  if (isMisread(cell)) warnOfMisread(report, name, name);
  return true;
}

/** The same of the texts in the body of a PUT; what its schema refuses never comes here. */
export function checkBodyText(value: unknown, pointer: string, report: Report): void {
  if (typeof value === 'string') {
    if (/[^\x20-\x7e]/.test(value) && isMisread(value)) warnOfMisread(report, pointer, 'The text');
    if (/\/legal(First|Last)Name$/.test(pointer) && isPlaceholder(value)) warnOfPlaceholder(report, pointer);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [name, part] of Object.entries(value)) checkBodyText(part, `${pointer}/${name}`, report);
}

function warnOfMisread(report: Report, field: string, what: string): void {
  report(
    'warning',
    'text-misread',
    field,
    `${what} looks like UTF-8 that was read in another encoding`,
    'Export it as UTF-8 and send it again.',
  );
}

function warnOfPlaceholder(report: Report, field: string): void {
  report(
    'warning',
    'name-placeholder',
    field,
    'The name is a word that systems put where a name is missing',
    'Send the name as it is in the passport, if this is not it.',
  );
}
