import type { HistoryEntry } from '#contract/employee-views.ts';
import type { EmployeeDocument, EmployeeSummary } from '#contract/payroll.ts';
import { foldSearch } from '#contract/text.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import {
  type PageQuery,
  type SummaryRow,
  selectDocument,
  selectDocuments,
  selectHistory,
  selectPage,
} from './employee-store.ts';
import { maskAccount, maskedAmount, maskIrd, maskTfn } from './mask.ts';
import { nameAuthors } from './name-author.ts';
import type { EmployeeKey } from './put-employee.ts';

export interface FoundEmployee {
  employmentId: string;
  personId: string;
  version: number;
  /** With all values in full: mask it with maskDocument before a reader sees it. */
  document: EmployeeDocument;
}

/** One employee, true on `asOf` (today in the employer's zone when left out); one round trip. Undefined when there is none. */
export function getEmployee(
  platform: Platform,
  environmentId: string,
  key: EmployeeKey,
  asOf?: string,
): Promise<FoundEmployee | undefined> {
  return selectDocument(platform.db, environmentId, key, asOf ?? null, platform.clock.now());
}

export interface EmployeePage {
  items: EmployeeSummary[];
  /** The key after which the next page starts; null on the last page. */
  next: EmployeeKey | null;
}

/** Employees in the order of company code and employee number, at most 200 a page. */
export async function listEmployees(
  platform: Platform,
  environmentId: string,
  query: { after?: EmployeeKey | null; limit?: number; search?: string; status?: string } = {},
): Promise<EmployeePage> {
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 200);
  const page: PageQuery = {
    after: query.after ?? null,
    limit: limit + 1,
    search: foldSearch(query.search ?? '').replace(/[\\%_]/g, '\\$&') || null,
    status: query.status ?? null,
  };
  const rows = await selectPage(platform.db, environmentId, page, platform.clock.now());
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(summarise),
    next: last === undefined ? null : { companyCode: last.companyCode, employeeNumber: last.employeeNumber },
  };
}

/** Which documents: a page of them, as of a day, read within a transaction when one is given. */
export interface DocumentQuery {
  after?: EmployeeKey | null;
  limit?: number;
  asOf?: string;
  sql?: Tx;
}

/** As listEmployees, with whole documents in full. */
export async function listEmployeeDocuments(
  platform: Platform,
  environmentId: string,
  query: DocumentQuery = {},
): Promise<{ items: FoundEmployee[]; next: EmployeeKey | null }> {
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 200);
  const now = platform.clock.now();
  const page = { after: query.after ?? null, limit: limit + 1, search: null, status: null };
  const sql = query.sql ?? platform.db;
  const rows = await selectPage(sql, environmentId, page, now);
  const ids = rows.slice(0, limit).map((row) => row.employmentId);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: ids.length === 0 ? [] : await selectDocuments(sql, environmentId, ids, query.asOf ?? null, now),
    next: last === undefined ? null : { companyCode: last.companyCode, employeeNumber: last.employeeNumber },
  };
}

const maskColumns: Record<string, (value: string) => unknown> = {
  ird_number: maskIrd,
  tfn: maskTfn,
  amount: () => maskedAmount,
  birth_date: (date) => date.slice(0, 4),
};
const plainGroups = new Set(['employment']);
const plainColumns = new Set([
  'title',
  'first_name',
  'middle_names',
  'last_name',
  'preferred_name',
  'work_email',
  'end_date',
  'country',
  'rate_type',
  'currency',
]);

/** Every recording of an employment and its person, newest first, at most 200; values above P1 masked. */
export async function historyOf(
  sql: Tx,
  environmentId: string,
  employee: { employmentId: string; personId: string },
): Promise<HistoryEntry[]> {
  const rows = await selectHistory(sql, environmentId, employee.employmentId, employee.personId, 200);
  const authors = await nameAuthors(
    sql,
    environmentId,
    rows.map((row) => row.source),
  );
  return rows.map((row) => ({
    ...row,
    source: authors.get(row.source) ?? '',
    group: row.group as HistoryEntry['group'],
    values: maskValues(row.group, row.values),
  }));
}

function maskValues(group: string, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => {
      if (column === 'accounts')
        return [
          column,
          (value as { account: string; type: string }[]).map(
            (one) => `${maskAccount(one.account)} ${one.type}`,
          ),
        ];
      if (plainGroups.has(group) || plainColumns.has(column)) return [column, value];
      return [column, maskColumns[column]?.(String(value)) ?? '•••'];
    }),
  );
}

function summarise(row: SummaryRow): EmployeeSummary {
  const { employmentId, personId, updatedAt, name, ...rest } = row;
  return {
    employeeId: showId('emp', employmentId),
    personId: showId('pp', personId),
    name: name ?? '',
    updatedAt: updatedAt.toString(),
    ...rest,
  };
}
