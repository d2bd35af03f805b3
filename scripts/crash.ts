import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#platform/database.ts';
import { superuserUrlOf } from '#platform/postgres-supervisor/superuser-url.ts';
import { portsFrom } from '../server/cli/ports.ts';
import { allSteps } from '../server/demonstration/journey.ts';
import { inspect } from './crash/inspect.ts';
import { type PlannedKill, planKills } from './crash/plan-kills.ts';
import { type RunningJourney, runJourney } from './crash/run-journey.ts';
import { seeded } from './crash/seeded.ts';
import { launchServer, type ServerUnderTest } from './crash/server-under-test.ts';
import { countKinds, readAcknowledgements } from './crash/verify-acknowledgements.ts';
import { crashFiles } from './journey/crash-files.ts';
import { readOptions, wholeNumber } from './read-options.ts';

// `npm run crash -- --kills 20 [--seed N]`: plays the journey while parts of the server are killed without warning, then
// looks up everything that was acknowledged, and asks the log whether anything was lost or done twice. The last line is
// JSON; exit code 0 only when all is well.

const values = readOptions({
  kills: { type: 'string' },
  seed: { type: 'string' },
  keep: { type: 'boolean' },
});
const kills = wholeNumber('kills', values.kills, 1) ?? 20;
const seed = wholeNumber('seed', values.seed, 0) ?? Date.now() % 1_000_000;
const journeyWithinMs = 120_000 + kills * 15_000;
const caughtUpWithinMs = 30_000;
const stopWithinMs = 10_000;
const brokenOffWithinMs = 4_000;
const startedAt = performance.now();
const secondsIn = () => ((performance.now() - startedAt) / 1000).toFixed(1);

const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-crash-'));
chmodSync(dataDir, 0o755);
const { acknowledgements, hold } = crashFiles(dataDir);
const report = {
  kills: { main: 0, sftp: 0, postgres: 0, all: 0 },
  during: { steps: 0, 'between steps': 0, 'start-ups': 0 },
  seed,
  live: false,
  streams: 0,
  events: 0,
  acknowledged: countKinds([]),
};
const faults: string[] = [];
let finishing = false;
let server: ServerUnderTest | undefined;
let journey: RunningJourney | undefined;

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    faults.push(`it was asked to stop (${signal})`);
    void finish(brokenOffWithinMs);
  });
console.log(`seed ${seed}, ${kills} kills, data in ${dataDir}`);
try {
  await play();
} catch (error) {
  faults.push((error as Error).message);
}
await finish(stopWithinMs);

async function play(): Promise<void> {
  const { http } = await portsFrom(0);
  server = launchServer(http, dataDir);
  await server.ready();
  writeFileSync(hold, '');
  journey = runJourney(server.baseUrl, dataDir, journeyWithinMs);
  const plan = planKills(seeded(seed), kills, allSteps.length);
  const carriedOut = await carryOut(plan, server, journey);
  rmSync(hold);
  const lastLine = await journey.result;
  report.live = (JSON.parse(lastLine) as { live?: boolean }).live === true;
  if (!report.live) faults.push(`the journey did not end live: ${lastLine}`);
  if (carriedOut < kills) faults.push(`the journey ended after ${carriedOut} of ${kills} kills`);
  await server.ready();
  const acknowledged = readAcknowledgements(acknowledgements);
  report.acknowledged = countKinds(acknowledged);
  for (const [kind, count] of Object.entries(report.acknowledged))
    if (count === 0) faults.push(`nothing of the kind ${kind} was acknowledged: the run shows nothing of it`);
  const url = new URL(superuserUrlOf(dataDir));
  url.pathname = '/fairlead';
  const db = openDatabase(url.href, { max: 1 });
  const found = await inspect(db, acknowledged, caughtUpWithinMs).finally(() => db.end({ timeout: 2 }));
  faults.push(...found.faults);
  Object.assign(report, { streams: found.streams, events: found.events });
}

/** Kills as planned, and returns how many kills fell before the journey ended. */
async function carryOut(plan: PlannedKill[], at: ServerUnderTest, during: RunningJourney): Promise<number> {
  for (const [i, { victim, when }] of plan.entries()) {
    if ('step' in when) await during.reached(when.step);
    await pause('step' in when ? when.afterMs : when.startUpAfterMs);
    if (during.ended()) return i;
    const step = during.doing();
    const phase = !(await at.isReady()) ? 'start-ups' : step === undefined ? 'between steps' : 'steps';
    const hit = await at.kill(victim);
    report.kills[hit]++;
    report.during[phase]++;
    console.log(`${secondsIn()} s: killed ${hit} during ${phase === 'steps' ? step : phase}`);
    const next = plan[i + 1]?.when;
    if (next === undefined || 'step' in next) await at.ready();
  }
  return plan.length;
}

/** Stops everything, tells how it went, and ends this process; asked twice it does so once. */
async function finish(withinMs: number): Promise<void> {
  if (finishing) return new Promise(() => {});
  finishing = true;
  journey?.stop();
  const code = await Promise.race([server?.stop() ?? 0, pause(withinMs, 'too late')]);
  if (faults.length === 0 && code !== 0) faults.push(`asked to stop, the server ended with code ${code}`);
  server?.destroy();
  for (const fault of faults) console.log(`✗ ${fault}`);
  if (!values.keep) rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  console.log(JSON.stringify({ ...report, faults: faults.length, seconds: Math.round(Number(secondsIn())) }));
  process.exit(faults.length === 0 ? 0 : 1);
}
