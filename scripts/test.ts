import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from '../server/cli/build-console.ts';
import { unpackBrowser } from '../server/testing/browser/open-browser.ts';
import { projectFiles, root } from './checks/project-files.ts';
import { readOptions } from './read-options.ts';
import { openTestPostgres } from './test-postgres.ts';
import { runNodeTests } from './testing-phases/node-tests.ts';
import { addCounts, type Counts, oneTest, type Phase, runPhase } from './testing-phases/phase.ts';
import { runScript } from './testing-phases/scripts.ts';

const tests = projectFiles().filter(
  (path) => /\.test\.tsx?$/.test(path) && !path.startsWith('scripts/fixtures/'),
);
const inBrowser = (path: string) =>
  path.startsWith('server/testing/browser/') || path.startsWith('console/tests/');
/** Files that start whole programs wait more than they work; begun first, they end before the others do. */
const startsPrograms = (path: string) => /^server\/(cli|testing)\//.test(path);
const longestFirst = (paths: string[]) => [
  ...paths.filter(startsPrograms),
  ...paths.filter((path) => !startsPrograms(path)),
];
// About half of a test's time is waiting: for a database, a process that starts, a page that settles.
const atOnce = Math.max(2, Math.min(4, 2 * availableParallelism()));

const phases: Phase[] = [
  {
    name: 'check',
    run: async () => {
      const result = await runScript('scripts/check.ts', [], { timeoutMs: 400_000, show: 'always' });
      return oneTest(result.well);
    },
  },
  {
    name: 'unit',
    run: () =>
      runNodeTests(absolute(longestFirst(tests.filter((path) => !inBrowser(path)))), {
        atOnce,
        timeoutMs: 1_500_000,
      }),
  },
  {
    name: 'console',
    run: async () => {
      await buildConsole();
      return oneTest(true);
    },
  },
  {
    name: 'journey',
    run: () => scripted('scripts/journey.ts', [], 300_000),
  },
  {
    name: 'crash',
    run: () => scripted('scripts/crash.ts', ['--kills', '3'], 300_000),
  },
  {
    name: 'browser',
    run: async () => {
      await unpackBrowser();
      return runNodeTests(absolute(tests.filter(inBrowser)), { atOnce: 2, timeoutMs: 900_000 });
    },
  },
  {
    name: 'bench',
    run: () => scripted('bench/run.ts', ['events', '--quick'], 240_000),
  },
];

const values = readOptions({ only: { type: 'string' } });
const wanted = phases.filter(
  (phase) => values.only === undefined || values.only.split(',').includes(phase.name),
);
const postgres = await openTestPostgres();
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const phase of wanted) total = addCounts(total, await runPhase(phase));
} finally {
  await postgres.stop();
}
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

async function scripted(script: string, args: string[], timeoutMs: number): Promise<Counts> {
  if (!existsSync(join(root, script))) throw new Error(`${script} is missing`);
  const { well, lastLine } = await runScript(script, args, { timeoutMs });
  if (well && lastLine.startsWith('{')) console.log(`    ${lastLine}`);
  return oneTest(well);
}

function absolute(paths: string[]): string[] {
  return paths.map((path) => join(root, path));
}
