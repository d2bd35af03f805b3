import type { Writable } from 'node:stream';
import type { Platform } from '#platform/platform.ts';
import { sayCrossFinding } from './cross-findings.ts';
import { empColumns } from './emp-columns.ts';
import {
  analyzeTables,
  applyChunk,
  closeSession,
  copyStaged,
  countPopulation,
  dropRefused,
  findNewCodes,
  finishImport,
  type ImportSession,
  lastStagedLine,
  openSession,
  readCrossFindings,
  readRefused,
  refuseStaged,
} from './import-store.ts';
import type {
  EmpCheck,
  EmpImportCounts,
  EmpImporter,
  EmpImportOptions,
  EmpLineFinding,
  StagedEmployee,
} from './import-types.ts';

const defaultChunkRows = 20_000;
/** Changed rows from which an import refreshes the planner's statistics. */
const analyzeFrom = 5_000;
const none: EmpImportCounts = { created: 0, updated: 0, unchanged: 0, ended: 0, held: 0, events: 0 };

/**
 * Opens an import. What is staged is seen by this import alone; apply() works in transactions of at most `chunkRows`
 * lines, each idempotent by (import, chunk), so that an import that was killed is run again from its file's start.
 */
export async function openEmpImport(platform: Platform, options: EmpImportOptions): Promise<EmpImporter> {
  const chunkRows = Math.min(options.chunkRows ?? defaultChunkRows, 50_000);
  const sql = await openSession(platform.db, options, platform.clock.now());
  let copying: Writable | undefined;
  let checked = false;
  let closed = false;

  const settle = async () => {
    if (copying === undefined) return;
    const stream = copying;
    copying = undefined;
    await end(stream);
  };
  const importer: EmpImporter = {
    importId: options.importId,
    async stage(rows) {
      if (checked) throw new Error('an import takes no rows after check()');
      copying ??= await copyStaged(sql);
      if (rows.length === 0) return;
      const lines = rows.map(({ line, staged }) => `${line}\t${copyLine(staged)}\n`);
      await write(copying, lines.join(''));
    },
    async check(findingsLimit = 1000) {
      await settle();
      checked = true;
      return check(sql, options, findingsLimit);
    },
    async apply() {
      if (!checked) await importer.check(0);
      const total = { ...none };
      const last = await lastStagedLine(sql);
      for (let number = 0; number * chunkRows <= last; number++) {
        const chunk = { number, from: number * chunkRows, to: (number + 1) * chunkRows - 1 };
        const counts = await applyChunk(sql, options, chunk, platform.clock.now());
        for (const key of Object.keys(none) as (keyof EmpImportCounts)[]) total[key] += counts[key] ?? 0;
        platform.wake();
      }
      if (total.created + total.updated >= analyzeFrom) await analyzeTables(sql);
      await finishImport(sql, options, total, platform.clock.now());
      return total;
    },
    async compare(limit) {
      const today = platform.clock.today(platform.config.vendor.timeZone).toString();
      const found = await readCrossFindings(sql, options.environmentId, today, limit);
      return found.map(({ line, key, code, other }) => ({
        line,
        key,
        ...sayCrossFinding(code, other, 'column'),
      }));
    },
    async close() {
      if (closed) return;
      closed = true;
      await settle().catch(() => {});
      await closeSession(sql);
    },
  };
  return importer;
}

async function check(sql: ImportSession, options: EmpImportOptions, limit: number): Promise<EmpCheck> {
  const population = await countPopulation(sql, options.environmentId, options.mode);
  await refuseStaged(sql, options.environmentId);
  const refused = await readRefused(sql, limit);
  const findings: EmpLineFinding[] = refused.rows.map((row) => {
    const field = fileColumn(row.field);
    const [message, mend] = refusalWords(row.code, field, row.otherLine);
    return { line: row.line, key: row.key, code: row.code, field, severity: 'error', message, mend };
  });
  await dropRefused(sql);
  for (const fresh of await findNewCodes(sql, options.environmentId, Math.min(limit, 200)))
    findings.push({
      line: fresh.line,
      key: fresh.key,
      code: 'code-new',
      field: fresh.field,
      severity: 'warning',
      message: `${fresh.field} ${fresh.code} was not known and is registered`,
      mend: 'Check its spelling, or give it a name.',
    });
  return { ...population, findings, refusedRows: refused.lines };
}

function refusalWords(code: string, field: string, otherLine: number | null): [string, string] {
  switch (code) {
    case 'duplicate-key':
      return [
        `The employee is in the file more than once, first at line ${otherLine}`,
        'Send one row for each employee and file.',
      ];
    case 'company-unknown':
      return [
        'There is no legal employer with this company_code',
        'Mend the code, or have the employer set up first.',
      ];
    case 'required-when-new':
      return [`${field} is required for a new employee`, 'Give a value, or mend the employee number.'];
    case 'ird-missing-needs-nd':
      return ['Without an IRD number the tax code must be ND', 'Give the IRD number, or the tax code ND.'];
    case 'required-with-group':
      return [
        `${field} is required beside the columns that the row gives with it`,
        'Give a value, or leave those columns empty.',
      ];
    case 'external-id-taken':
      return [
        otherLine === null
          ? 'The external_id belongs to another person'
          : `The external_id belongs to the person at line ${otherLine}`,
        'Give each person one of their own; it stays with the person.',
      ];
    case 'end-before-start':
      return ['end_date lies before the start of the employment', 'Give the last day employed.'];
    default:
      return [
        'effective_date lies before the start of the employment',
        'Give a later day, or the earlier start_date too.',
      ];
  }
}

function fileColumn(staged: string): string {
  const special: Record<string, string> = {
    cost_allocations: 'cost_centre',
    country: 'res_country',
    accounts: 'bank_1',
  };
  return special[staged] ?? empColumns.find((column) => column.staged === staged)?.name ?? staged;
}

const mustEscape = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyLine(staged: StagedEmployee): string {
  const cells = new Array<string>(staged.length);
  for (let i = 0; i < staged.length; i++) {
    const value = staged[i];
    if (value === null || value === undefined) cells[i] = '\\N';
    else
      cells[i] = mustEscape.test(value) ? value.replace(/[\\\t\n\r]/g, (one) => escapes[one] ?? one) : value;
  }
  return cells.join('\t');
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(text, (error) => {
      stream.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function end(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('finish', resolve);
    stream.end();
  });
}
