import { type DocumentQuery, listEmployeeDocuments } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read, snapshot, transact, type Work } from '#platform/transact.ts';
import { attempt, FinalFailure } from './attempt.ts';
import { type EmployeeCells, employeeCells, extractColumns, maskCells } from './employee-cells.ts';
import {
  beginExtract,
  type Extract,
  failExtract,
  finishExtract,
  listExtracts,
  pauseExtract,
} from './extract-store.ts';
import { extractJob, type InEnvironment } from './make-extract.ts';

const pageSize = 200;

/** The job: writes an extract, or notes why it could not be written after several tries. */
export async function writeExtract(
  platform: Platform,
  job: InEnvironment & { extractId: string },
): Promise<void> {
  const of = { customerId: job.customerId, environmentId: job.environmentId };
  const within = <T>(fn: (work: Work) => Promise<T>) => transact(platform, of, systemActor(extractJob), fn);
  const tries = await within(({ sql }) => beginExtract(sql, of.environmentId, job.extractId));
  if (tries === undefined) return;
  await attempt(platform, {
    subject: showId('ext', job.extractId),
    tries,
    run: () => writeOnce(platform, job),
    pause: () => within(({ sql }) => pauseExtract(sql, of.environmentId, job.extractId)),
    giveUp: (failure) => within(({ sql }) => failExtract(sql, of.environmentId, job.extractId, failure)),
  });
}

/**
 * Writes an extract, page by page of one snapshot of the records, into the object store, with counts and control totals;
 * done once.
 */
async function writeOnce(platform: Platform, job: InEnvironment & { extractId: string }): Promise<void> {
  const of = { customerId: job.customerId, environmentId: job.environmentId };
  const [extract] = await read(platform, of, (sql) => listExtracts(sql, of.environmentId, job.extractId));
  if (extract === undefined || extract.state !== 'making') return;
  const writer = await platform.objects.create({ class: 'extract', ...of });
  try {
    const tally = newTally();
    await writer.write(Buffer.from(`${extractColumns.join(',')}\n`));
    await snapshot(platform, of, async (sql) => {
      for await (const lines of linesOf(platform, sql, extract, tally))
        await writer.write(Buffer.from(lines));
    });
    if (tally.rows === 0)
      throw new FinalFailure({
        code: 'no-employees',
        message:
          'The environment holds no employee on that day. Load employees, then make the extract again.',
      });
    const stored = await writer.finish();
    const kept = await transact(platform, of, systemActor(extractJob), (work) =>
      finishExtract(work.sql, of.environmentId, extract.id, {
        objectKey: stored.key,
        sizeBytes: stored.sizeBytes,
        sha256: stored.sha256,
        rows: tally.rows,
        counts: tally.counts,
        controlTotals: {
          hashEmployeeNumber: tally.hashEmployeeNumber.toString(),
          salaryAnnual: moneyText(tally.salary),
          bankAccounts: String(tally.bankAccounts),
        },
      }),
    );
    if (!kept) await platform.objects.remove(stored.key);
  } catch (error) {
    await writer.abort().catch(() => {});
    throw error;
  }
}

interface Tally {
  rows: number;
  counts: Record<string, number>;
  /** Sum of the digits of the employee numbers read as numbers: the bureaux' hash total. */
  hashEmployeeNumber: bigint;
  /** In ten-thousandths, as exact as salaries are kept. */
  salary: bigint;
  bankAccounts: number;
}

const newTally = (): Tally => ({
  rows: 0,
  counts: {},
  hashEmployeeNumber: 0n,
  salary: 0n,
  bankAccounts: 0,
});

async function* linesOf(platform: Platform, sql: Tx, extract: Extract, tally: Tally): AsyncGenerator<string> {
  let after: DocumentQuery = { limit: pageSize, asOf: extract.asOf, sql };
  for (;;) {
    const page = await listEmployeeDocuments(platform, extract.environmentId, after);
    let lines = '';
    for (const { document } of page.items) {
      const cells = employeeCells(document);
      count(tally, cells, [document.status, `company ${document.companyCode}`]);
      const shown = extract.restricted === 'full' ? cells : maskCells(cells);
      lines += `${extractColumns.map((name) => csvCell(shown[name] ?? '')).join(',')}\n`;
    }
    if (lines !== '') yield lines;
    if (page.next === null) return;
    after = { ...after, after: page.next };
  }
}

function count(tally: Tally, cells: EmployeeCells, groups: string[]): void {
  tally.rows += 1;
  for (const group of groups) tally.counts[group] = (tally.counts[group] ?? 0) + 1;
  tally.hashEmployeeNumber += BigInt((cells['employee_number'] ?? '').replace(/\D/g, '') || '0');
  const [units = '0', decimals = ''] = (cells['salary_annual'] || '0').split('.');
  tally.salary += BigInt(units) * 10_000n + BigInt(decimals.padEnd(4, '0'));
  tally.bankAccounts += [1, 2, 3].filter((n) => cells[`bank_${n}`]).length;
}

/** Two decimals, more only where they say something. */
function moneyText(tenThousandths: bigint): string {
  const decimals = String(tenThousandths % 10_000n).padStart(4, '0');
  return `${tenThousandths / 10_000n}.${decimals.replace(/0{1,2}$/, '')}`;
}

/** RFC 4180. Not escaped against formulas: this file is for machines, and an escape would change values. */
function csvCell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
