import { join } from 'node:path';
import { root } from './checks/project-files.ts';
import { readOptions } from './read-options.ts';
import { openTestPostgres } from './test-postgres.ts';
import { runNodeTests } from './testing-phases/node-tests.ts';
import { addCounts, type Counts, oneTest, type Phase, runPhase } from './testing-phases/phase.ts';
import { runScript } from './testing-phases/scripts.ts';
import { startRadosgw } from './verify/radosgw.ts';

// What takes longer than `npm test` may, or needs programs that not every machine has: before a release, and at night.

/** The suites of the object store that need nothing of its server but S3. */
const storeSuites = ['objects.test.ts', 'rotate-keys.test.ts'].map((file) =>
  join(root, 'server/platform/objects', file),
);

/** Suites of which `npm test` tries a quarter of the inputs. */
const generatedSuites = [
  'server/testing/mail-corpus/generated-mail.test.ts',
  'server/testing/doors/generated-calls.test.ts',
  'server/modules/payroll/bad-records.test.ts',
].map((file) => join(root, file));

const phases: Phase[] = [
  {
    name: 'object store on radosgw',
    run: async () => {
      const radosgw = await startRadosgw();
      if (radosgw === undefined) {
        console.log('    skipped: apt-get install radosgw ceph-mon ceph-osd');
        return { passed: 0, failed: 0, skipped: 1 };
      }
      process.env['FAIRLEAD_TEST_S3'] = radosgw.settings;
      try {
        return await runNodeTests(storeSuites, { atOnce: 1, timeoutMs: 600_000 });
      } finally {
        delete process.env['FAIRLEAD_TEST_S3'];
        await radosgw.stop();
      }
    },
  },
  {
    name: 'interop, SFTP clients',
    run: async () => oneTest((await runScript('scripts/interop.ts', [], { timeoutMs: 3_600_000 })).well),
  },
  {
    name: 'generated inputs, all of them',
    run: async () => {
      process.env['FAIRLEAD_TEST_GENERATED'] = 'whole';
      try {
        return await runNodeTests(generatedSuites, { atOnce: 1, timeoutMs: 1_800_000 });
      } finally {
        delete process.env['FAIRLEAD_TEST_GENERATED'];
      }
    },
  },
  {
    name: 'crash, 50 kills',
    run: async () =>
      oneTest((await runScript('scripts/crash.ts', ['--kills', '50'], { timeoutMs: 3_600_000 })).well),
  },
  {
    name: 'benches, whole',
    run: async () => oneTest((await runScript('bench/run.ts', [], { timeoutMs: 3_600_000 })).well),
  },
];

const values = readOptions({ only: { type: 'string' } });
const { only } = values;
const wanted = phases.filter(({ name }) => only === undefined || name.includes(only));
const postgres = await openTestPostgres();
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const phase of wanted) total = addCounts(total, await runPhase(phase));
} finally {
  await postgres.stop();
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
