import type { EmployeeInputJson } from '#contract/payroll.ts';
import { empColumns, employeeInputOf, empRowOf, generatePerson } from '#modules/payroll/index.ts';

/** The legal employer in the customer's HR system. */
export const companyCode = 'KOW01';
const seed = 20_261_124;

/** The nth person of the customer's HR system, as the Web API takes it: always the same one. */
export function employeeDocument(n: number): { employeeNumber: string; employee: EmployeeInputJson } {
  const person = generatePerson(seed, n);
  return { employeeNumber: person.employeeNumber, employee: employeeInputOf(person) };
}

/** A file of people in the standard employee format; `change` may spoil or alter a row. */
export function employeeFile(
  from: number,
  count: number,
  change: (row: Record<string, string>, index: number) => void = () => {},
): string {
  const columns = empColumns.map((column) => column.name);
  const lines = [columns.join(',')];
  for (let i = 0; i < count; i++) {
    const row = empRowOf(generatePerson(seed, from + i), companyCode);
    change(row, i);
    lines.push(columns.map((column) => cell(row[column] ?? '')).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A cell as RFC 4180 quotes it. */
export function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
