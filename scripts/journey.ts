import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJourney } from '../server/demonstration/journey.ts';
import { startRobot } from '../server/demonstration/robot-link.ts';
import { writeHistoryFiles } from './journey/history-files.ts';
import { runningServer, startServer } from './journey/server-process.ts';

const { values } = parseArgs({
  options: {
    employees: { type: 'string' },
    csv: { type: 'string' },
    port: { type: 'string' },
    'data-dir': { type: 'string' },
    'base-url': { type: 'string' },
    pace: { type: 'string', default: '0' },
    quiet: { type: 'boolean', default: false },
  },
});

// Without a number: 40 generated people, or everybody in the folder of CSVs.
const employees = Number(values.employees ?? (values.csv === undefined ? 40 : Number.MAX_SAFE_INTEGER));
if (!Number.isSafeInteger(employees) || employees < 1) {
  console.error(`--employees takes a whole number from 1 on, not "${values.employees}".`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'fairlead-journey-'));
chmodSync(folder, 0o755);
const say = (text: string) => values.quiet || console.log(text);
const dataDir = values['data-dir'] ?? join(folder, 'data');
const server =
  values['base-url'] === undefined
    ? await startServer({ dataDir, port: Number(values.port ?? 0) })
    : runningServer(values['base-url'], dataDir);
const robot = startRobot(join(values['data-dir'] ?? folder, 'journey-robot.json'));
let failed = false;
try {
  const history =
    values.csv === undefined ? undefined : await writeHistoryFiles(values.csv, employees, folder);
  const report = await runJourney({
    addresses: server.addresses,
    links: server.links,
    sessionsFile: join(values['data-dir'] ?? folder, 'journey-sessions.json'),
    paceMs: Number(values.pace),
    robot,
    employees: history?.expected.employees ?? employees,
    ...(history === undefined ? {} : { files: history.files, expected: history.expected }),
    onStep: (step) => say(`… ${step.id}  ${step.title}`),
    onReport: (step) => {
      for (const gate of step.gates)
        say(
          `      ${gate.status === 'seen' ? '✓' : '✎'} ${gate.id.padEnd(22)} ${gate.at.slice(0, 19)}Z  ${gate.sentence}`,
        );
      say(`  ✓ ${step.id} (${step.seconds} s)`);
    },
    onNote: (text) => say(`      · ${text}`),
  });
  console.log(JSON.stringify({ ...report, steps: report.steps.map(({ id, seconds }) => ({ id, seconds })) }));
  failed = !report.live;
} catch (error) {
  console.error((error as Error).message);
  console.log(JSON.stringify({ journey: 'KOWHAI', steps: [], live: false, seconds: 0 }));
  failed = true;
} finally {
  await robot.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
