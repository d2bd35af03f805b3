import { AssertionError } from 'node:assert';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expectCrashes } from '../server/demonstration/call.ts';
import { type JourneyReport, runJourney, type StepReport } from '../server/demonstration/journey.ts';
import { type RobotLink, startRobot } from '../server/demonstration/robot-link.ts';
import { crashFiles } from './journey/crash-files.ts';
import { writeHistoryFiles } from './journey/history-files.ts';
import { runningServer, type ServerProcess, startServer } from './journey/server-process.ts';
import { readOptions, wholeNumber } from './read-options.ts';

// `npm run journey [-- --csv FOLDER] [--employees N]`: plays one customer from the first request to live, and prints each
// gate with its evidence and when it was seen. The last line is JSON. Exit code 0: live; 1: it could not be finished;
// 3: the product broke a promise. With --base-url, --data-dir and --crashes it plays against a server that is being killed.

const values = readOptions({
  employees: { type: 'string' },
  csv: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  'base-url': { type: 'string' },
  crashes: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
});

// Without a number: 40 generated people, or everybody in the folder of CSVs.
const everybody = values.csv === undefined ? 40 : Number.MAX_SAFE_INTEGER;
const employees = wholeNumber('employees', values.employees, 1) ?? everybody;
const port = wholeNumber('port', values.port, 0) ?? 0;
if (values.crashes) expectCrashes();
const startedAt = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'fairlead-journey-'));
chmodSync(folder, 0o755);
const stateFolder = values['data-dir'] ?? folder;
const dataDir = values['data-dir'] ?? join(folder, 'data');
const steps: StepReport[] = [];
const say = (text: string) => values.quiet || console.log(text);
let server: Pick<ServerProcess, 'addresses' | 'links' | 'stop'> | undefined;
let robot: RobotLink | undefined;
let code = 1;
try {
  const report = await play();
  tell(report);
  code = report.live ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(2));
  tell({ journey: 'KOWHAI', steps, live: false, seconds });
  code = error instanceof AssertionError ? 3 : 1;
} finally {
  await robot?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

async function play(): Promise<JourneyReport> {
  const { acknowledgements, hold } = crashFiles(stateFolder);
  const history =
    values.csv === undefined ? undefined : await writeHistoryFiles(values.csv, employees, folder);
  server =
    values['base-url'] === undefined
      ? await startServer({ dataDir, port })
      : runningServer(values['base-url'], dataDir);
  robot = startRobot(join(stateFolder, 'journey-robot.json'), values.crashes ? acknowledgements : undefined);
  return runJourney({
    addresses: server.addresses,
    links: server.links,
    sessionsFile: join(stateFolder, 'journey-sessions.json'),
    beforeLast: async () => {
      while (values.crashes && existsSync(hold)) await pause(100);
    },
    robot,
    employees: history?.expected.employees ?? employees,
    ...(history === undefined ? {} : { files: history.files, expected: history.expected }),
    onStep: (step) => say(`… ${step.id}  ${step.title}`),
    onReport: (step) => {
      steps.push(step);
      for (const gate of step.gates)
        say(
          `      ${gate.status === 'seen' ? '✓' : '✎'} ${gate.id.padEnd(22)} ${gate.at.slice(0, 19)}Z  ${gate.sentence}`,
        );
      say(`  ✓ ${step.id} (${step.seconds} s)`);
    },
    onNote: (text) => say(`      · ${text}`),
  });
}

function tell(report: JourneyReport): void {
  console.log(JSON.stringify({ ...report, steps: report.steps.map(({ id, seconds }) => ({ id, seconds })) }));
}
