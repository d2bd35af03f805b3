import Papa from 'papaparse';
import { empRowOf, generatePerson, openEmpImport, validateEmpRow } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Database } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { median } from './bench-database.ts';
import { clearTwins, copyBack, copyOut, makeTwins } from './import-twins.ts';
import type { BenchOptions, BenchResult } from './run.ts';

/**
 * An EMP file read, validated, versioned and applied, against COPY of the rows that result into identical tables with
 * their constraints, indexes and events. Interleaved rounds, median of the ratios; the rows are new to both.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = Number(process.env['N'] ?? (quick ? 500 : 100_000));
  const rounds = quick ? 1 : 3;
  const t = await openTestDatabase();
  try {
    await makeTwins(t.owner);
    const csv = toCsv(count);
    const found: { ours: number; copy: number; raw: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const scope = await makeEmployer(t.platform);
      const ours = await seconds(() => importFile(t.platform, scope, csv));
      const tables = await copyOut(t.owner, scope.environmentId);
      const copy = await seconds(() => copyBack(t.owner, tables));
      const raw = await seconds(() => copyRaw(t.owner, csv));
      found.push({ ours, copy, raw });
      await clear(t, tables);
    }
    const ratio = median(found.map((one) => one.copy / one.ours));
    return {
      ratios: { import: Number(ratio.toFixed(3)) },
      targets: { import: 0.4 },
      rows: found.map((one) => ({
        rows: count,
        'import s': Number(one.ours.toFixed(2)),
        'COPY of the resulting rows s': Number(one.copy.toFixed(2)),
        'COPY of the raw rows s': Number(one.raw.toFixed(2)),
        ratio: Number((one.copy / one.ours).toFixed(3)),
      })),
    };
  } finally {
    await t.close();
  }
}

function toCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => empRowOf(generatePerson(1, n), 'KOW01'));
  return Papa.unparse(rows, { newline: '\n' });
}

async function importFile(platform: Platform, scope: PayrollScope, csv: string): Promise<void> {
  const importer = await openEmpImport(platform, {
    importId: uuidv7(),
    ...scope,
    mode: 'FULL',
    actor: systemActor('bench'),
    source: { channel: 'file' },
  });
  try {
    const today = platform.clock.today('Pacific/Auckland').toString();
    let batch: { line: number; staged: (string | null)[] }[] = [];
    let line = 1;
    let staging = Promise.resolve();
    Papa.parse<Record<string, string>>(csv, {
      header: true,
      step: ({ data }) => {
        line += 1;
        const { staged } = validateEmpRow(data, { mode: 'FULL', today });
        if (staged === null) throw new Error(`the generator made a row that is refused: ${line}`);
        batch.push({ line, staged });
        if (batch.length < 500) return;
        const full = batch;
        batch = [];
        staging = staging.then(() => importer.stage(full));
      },
    });
    await staging;
    await importer.stage(batch);
    const check = await importer.check();
    if (check.refusedRows > 0) throw new Error('the generator made rows that are refused');
    const counts = await importer.apply();
    if (counts.created !== line - 1) throw new Error(`created ${counts.created} of ${line - 1}`);
  } finally {
    await importer.close();
  }
}

async function copyRaw(owner: Database, csv: string): Promise<void> {
  const columns = csv.slice(0, csv.indexOf('\n')).trim().split(',');
  await owner.unsafe(
    `drop table if exists bench.raw; create table bench.raw (${columns.map((one) => `${one} text`).join(', ')})`,
  );
  const stream = await owner.unsafe('copy bench.raw from stdin with (format csv, header true)').writable();
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(csv);
  });
}

/** Every round starts with empty tables, or the later ones would pay for the indexes of the earlier. */
async function clear(t: TestDatabase, tables: { name: string }[]): Promise<void> {
  const names = tables.filter((one) => one.name !== 'platform.events').map((one) => one.name);
  await t.owner.unsafe(
    `truncate ${names.join(', ')}, payroll.codes, payroll.pending_changes, payroll.imports cascade`,
  );
  await t.owner.unsafe('truncate platform.events');
  await clearTwins(t.owner);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
