import type { Writable } from 'node:stream';
import type { Platform } from '#platform/platform.ts';
import { sayCrossFinding } from './cross-findings.ts';
import { readEffects } from './import-effects-store.ts';
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
  keysOf,
  lastStagedLine,
  openSession,
  previewCrossFindings,
  readCrossFindings,
  readRefused,
  refuseStaged,
  type StagedCrossFinding,
} from './import-store.ts';
import type {
  EmpCheck,
  EmpImportCounts,
  EmpImporter,
  EmpImportOptions,
  EmpLineFinding,
  StagedEmployee,
} from './import-types.ts';
import { columnOf, findingOf, type RecordFault } from './record-faults.ts';

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
  const limitMs = platform.config.database.longStatementTimeoutMs;
  const sql = await openSession(platform.db, options, limitMs, platform.clock.now());
  let copying: Writable | undefined;
  let checked = false;
  let closed = false;
  const leftOut: EmpLineFinding[] = [];

  const settle = async () => {
    if (copying === undefined) return;
    const stream = copying;
    copying = undefined;
    await end(stream);
  };
  const chunks = async () => {
    const last = await lastStagedLine(sql);
    return Array.from({ length: Math.floor(last / chunkRows) + 1 }, (_, number) => ({
      number,
      from: number * chunkRows,
      to: (number + 1) * chunkRows - 1,
    }));
  };
  const importer: EmpImporter = {
    importId: options.importId,
    leftOut,
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
      return check(sql, options, findingsLimit, platform.clock.now());
    },
    effects: (limits) => readEffects(sql, options.environmentId, platform.clock.now(), limits),
    async apply() {
      if (!checked) await importer.check(0);
      const total = { ...none };
      for (const chunk of await chunks()) {
        const counts = await applyChunk(sql, options, chunk, platform.clock.now());
        for (const key of Object.keys(none) as (keyof EmpImportCounts)[]) total[key] += counts[key] ?? 0;
        if (counts.broken !== undefined) leftOut.push(...(await describe(sql, counts.broken)));
        platform.wake();
      }
      if (total.created + total.updated >= analyzeFrom) await analyzeTables(sql);
      await finishImport(sql, options, total, platform.clock.now());
      return total;
    },
    async compare(limit) {
      return (await readCrossFindings(sql, options.environmentId, platform.clock.now(), limit)).map(
        sayAtLine,
      );
    },
    async preview(limit) {
      const found: EmpLineFinding[] = [];
      for (const { from, to } of await chunks()) {
        const now = platform.clock.now();
        const left = limit - found.length;
        if (left === 0) break;
        const more = await previewCrossFindings(sql, options, { from, to }, now, left);
        found.push(...more.map(sayAtLine));
      }
      return found;
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

async function check(
  sql: ImportSession,
  options: EmpImportOptions,
  limit: number,
  now: Temporal.Instant,
): Promise<EmpCheck> {
  const population = await countPopulation(sql, options.environmentId, options.mode);
  await refuseStaged(sql, options.environmentId, now);
  const refused = await readRefused(sql, limit);
  const findings = refused.rows.map((row): EmpLineFinding => {
    const { line, key, code } = row;
    const field = columnOf(row.field);
    const ofFile = refusalWords(code, field, row.otherLine ?? null);
    if (ofFile === undefined) return { line, key, ...findingOf(row, field) };
    return { line, key, code, field, severity: 'error', message: ofFile[0], mend: ofFile[1] };
  });
  await dropRefused(sql);
  for (const fresh of await findNewCodes(sql, options.environmentId, Math.min(limit, 200)))
    findings.push({
      line: fresh.line,
      key: fresh.key,
      code: 'code-new',
      field: fresh.field,
      severity: 'warning',
      message: `${fresh.field} ${fresh.code} is not known yet; applying the file registers it`,
      mend: 'Check its spelling, or give it a name.',
    });
  return { ...population, findings, refusedRows: refused.lines };
}

const sayAtLine = ({ line, key, code, other }: StagedCrossFinding): EmpLineFinding => ({
  line,
  key,
  ...sayCrossFinding(code, other, 'column'),
});

/** Faults of rows that are staged; others were refused by check() already, when an import was cut off and is run again. */
async function describe(
  sql: ImportSession,
  faults: (RecordFault & { line: number })[],
): Promise<EmpLineFinding[]> {
  const lines = faults.map((one) => one.line);
  const keys = await keysOf(sql, lines);
  return faults.flatMap((one) => {
    const key = keys.get(one.line);
    return key === undefined ? [] : [{ line: one.line, key, ...findingOf(one, columnOf(one.field)) }];
  });
}

/** Words for what only a file can be refused for. */
function refusalWords(code: string, field: string, otherLine: number | null): [string, string] | undefined {
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
    case 'external-id-taken':
      return [
        otherLine === null
          ? 'The external_id belongs to another person'
          : `The external_id belongs to the person at line ${otherLine}`,
        'Give each person one of their own; it stays with the person.',
      ];
    default:
      return undefined;
  }
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
