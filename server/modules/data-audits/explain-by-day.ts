import { type DocumentQuery, listEmployeeDocuments } from '#modules/payroll/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { FoundDifference } from './compare-employees.ts';
import { causeOf, columnOf } from './difference.ts';
import { employeeCells } from './employee-cells.ts';
import { type AuditFile, keyOf } from './read-audit-file.ts';

/** How far from today a change is looked for: the longest pay period. */
const daysAway = 31;

/**
 * Gives differences the cause `other-day` where the file says what the records say a month ago or ahead: a change that
 * one side knows of already, or not yet. All are of employees of one page; `theirs` gives the file's row of one.
 */
export async function explainByDay(
  platform: Platform,
  environmentId: string,
  page: DocumentQuery,
  differences: FoundDifference[],
  theirs: (key: string) => Record<string, string> | undefined,
  forms: AuditFile['forms'],
): Promise<void> {
  const open = differences.filter((one) => one.cause === 'different' || one.cause === 'blank');
  if (open.length === 0) return;
  const today = platform.clock.today(platform.config.vendor.timeZone);
  for (const days of [daysAway, -daysAway]) {
    const asOf = today.add({ days }).toString();
    const { items } = await listEmployeeDocuments(platform, environmentId, { ...page, asOf });
    const cells = new Map(
      items.map(({ document }) => [
        keyOf(document.companyCode, document.employeeNumber),
        employeeCells(document),
      ]),
    );
    for (const one of open) {
      const key = keyOf(one.companyCode, one.employeeNumber);
      const column = columnOf(one.field);
      const [then, their] = [cells.get(key), theirs(key)];
      if (column === undefined || then === undefined || their === undefined) continue;
      if (causeOf(column, then[one.field] ?? '', their[one.field] ?? '', forms[one.field]) === undefined)
        one.cause = 'other-day';
    }
  }
}
