import { readdirSync } from 'node:fs';
import { startBenchDatabase } from './bench-database.ts';

/** What a benchmark measured: ratios to limits measured in the same run, the targets for them, and rows for people. */
export interface BenchResult {
  ratios: Record<string, number>;
  targets: Record<string, number>;
  rows: Record<string, string | number>[];
}

export interface BenchOptions {
  /** A small run that only proves the benchmark still works; its figures mean nothing. */
  quick: boolean;
}

const names = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''));

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const quick = process.argv.includes('--quick');
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0 || (wanted.length === 0 && !quick)) {
  console.error(`usage: npm run bench -- NAME [--quick]; there are: ${names.join(', ')}`);
  process.exit(2);
}

const database = await startBenchDatabase();
let passed = true;
try {
  for (const name of wanted.length > 0 ? wanted : names) {
    const { run } = (await import(`./${name}.bench.ts`)) as {
      run(options: BenchOptions): Promise<BenchResult>;
    };
    const { ratios, targets, rows } = await run({ quick });
    console.table(rows);
    const pass = Object.entries(targets).every(([ratio, target]) => (ratios[ratio] ?? 0) >= target);
    passed &&= pass || quick;
    console.log(JSON.stringify({ bench: name, ratios, targets, pass }));
  }
} finally {
  await database.stop();
}
process.exit(passed ? 0 : 1);
