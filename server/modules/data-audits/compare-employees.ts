import type { DifferenceCause } from '#contract/data-audits.ts';
import { type DocumentQuery, listEmployeeDocuments } from '#modules/payroll/index.ts';
import { keyedHash } from '#platform/crypto.ts';
import type { Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { causeOf, columnOf } from './difference.ts';
import { type EmployeeCells, employeeCells } from './employee-cells.ts';
import { explainByDay } from './explain-by-day.ts';
import { type AuditFile, keyColumns, keyOf } from './read-audit-file.ts';

/** One difference as it was found; values of classes P0 and P1 only. */
export interface FoundDifference {
  companyCode: string;
  employeeNumber: string;
  /** '' is the whole employee. */
  field: string;
  class: string;
  cause: DifferenceCause;
  ours: string | null;
  theirs: string | null;
  /** Base64 of a keyed hash of both values: tells later whether they are still the same two, and nothing else. */
  digest: string;
}

export interface Comparison {
  differences: FoundDifference[];
  ours: number;
  theirs: number;
  matched: number;
  cells: number;
  equal: number;
}

const pageSize = 200;
const mostDifferences = 20_000;

/**
 * Compares the file with the payroll records of today in one snapshot, by employee and field; undefined when there
 * are more than 20,000 differences, which says that the file is another one. An employment that has ended and that
 * the file leaves out is no difference.
 */
export async function compareEmployees(
  platform: Platform,
  sql: Tx,
  environmentId: string,
  file: AuditFile,
): Promise<Comparison | undefined> {
  const left = new Map(file.rows);
  const byNumber = looseKeys(file);
  const result: Comparison = {
    differences: [],
    ours: 0,
    theirs: file.rows.size,
    matched: 0,
    cells: 0,
    equal: 0,
  };
  const fields = file.columns.filter((name) => !keyColumns.has(name));
  let after: DocumentQuery = { limit: pageSize, sql };
  for (;;) {
    const page = await listEmployeeDocuments(platform, environmentId, after);
    const before = result.differences.length;
    const rows = new Map<string, Record<string, string>>();
    for (const { document } of page.items) {
      result.ours += 1;
      const cells = employeeCells(document);
      const key = { companyCode: document.companyCode, employeeNumber: document.employeeNumber };
      const exact = [key.companyCode, '']
        .map((code) => keyOf(code, key.employeeNumber))
        .find((one) => left.has(one));
      const found = exact ?? byNumber.get(looseKey(key.companyCode, key.employeeNumber, left));
      const row = found === undefined ? undefined : left.get(found);
      if (found === undefined || row === undefined) {
        if (document.status !== 'terminated') result.differences.push(whole(platform, key, 'only-ours'));
        continue;
      }
      left.delete(found);
      result.matched += 1;
      rows.set(keyOf(key.companyCode, key.employeeNumber), row);
      compareRow(platform, result, { key, fields, forms: file.forms }, cells, row);
    }
    const found = result.differences.slice(before);
    await explainByDay(platform, environmentId, after, found, (key) => rows.get(key), file.forms);
    if (result.differences.length > mostDifferences) return undefined;
    if (page.next === null) break;
    after = { ...after, after: page.next };
  }
  for (const row of left.values())
    result.differences.push(
      whole(
        platform,
        {
          companyCode: row['company_code']?.trim() ?? '',
          employeeNumber: row['employee_number']?.trim() ?? '',
        },
        'only-theirs',
      ),
    );
  return result.differences.length > mostDifferences ? undefined : result;
}

function compareRow(
  platform: Platform,
  result: Comparison,
  {
    key,
    fields,
    forms,
  }: {
    key: { companyCode: string; employeeNumber: string };
    fields: string[];
    forms: AuditFile['forms'];
  },
  ours: EmployeeCells,
  theirs: Record<string, string>,
): void {
  for (const field of ['employee_number', ...fields]) {
    const column = columnOf(field);
    if (column === undefined) continue;
    const [our, their] = [ours[field] ?? '', theirs[field] ?? ''];
    const cause = causeOf(column, our, their, forms[field]);
    result.cells += 1;
    if (cause === undefined) {
      result.equal += 1;
      continue;
    }
    const shown = column.class === 'P0' || column.class === 'P1';
    result.differences.push({
      ...key,
      field,
      class: column.class,
      cause,
      ours: shown ? our.slice(0, 300) : null,
      theirs: shown ? their.slice(0, 300) : null,
      digest: digestOf(platform, field, our, their),
    });
  }
}

function whole(
  platform: Platform,
  key: { companyCode: string; employeeNumber: string },
  cause: 'only-ours' | 'only-theirs',
): FoundDifference {
  return {
    ...key,
    field: '',
    class: 'P1',
    cause,
    ours: null,
    theirs: null,
    digest: digestOf(platform, cause, '', ''),
  };
}

function digestOf(platform: Platform, field: string, ours: string, theirs: string): string {
  return keyedHash(platform.config, 'data-audit', JSON.stringify([field, ours, theirs])).toString('base64');
}

/** Rows by their number without leading zeros, where that is unambiguous: spreadsheets like to drop them. */
function looseKeys(file: AuditFile): Map<string, string> {
  const loose = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [key, row] of file.rows) {
    const one = keyOf(row['company_code']?.trim() ?? '', stripped(row['employee_number'] ?? ''));
    if (loose.has(one)) ambiguous.add(one);
    loose.set(one, key);
  }
  for (const one of ambiguous) loose.delete(one);
  return loose;
}

function looseKey(companyCode: string, employeeNumber: string, left: AuditFile['rows']): string {
  const withCode = keyOf(companyCode, stripped(employeeNumber));
  const hasCodes = left.values().next().value?.['company_code'] !== undefined;
  return hasCodes ? withCode : keyOf('', stripped(employeeNumber));
}

const stripped = (number: string) => number.trim().replace(/^0+(?=.)/, '');
