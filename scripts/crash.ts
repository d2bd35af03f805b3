import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { superuserUrlOf } from '#platform/postgres-supervisor/superuser-url.ts';
import { portsFrom } from '../server/cli/ports.ts';
import { effects } from './crash/effects.ts';
import { runJourney } from './crash/run-journey.ts';
import { seeded } from './crash/seeded.ts';
import { startServer, type Victim } from './crash/server-under-test.ts';
import { verifyLog, waitForConsumers } from './crash/verify-log.ts';

// `npm run crash -- --kills 20 [--seed N]`: plays the journey while parts of the server are killed without warning, then
// asks the log whether anything was lost or done twice. The last line is JSON; exit code 0 only when all is well.

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string' }, keep: { type: 'boolean' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const random = seeded(seed);
/** The journey has about twenty steps; a kill with the start after it takes some seconds. */
const paceMs = kills * 250;
const journeyWithinMs = 120_000 + kills * 15_000;
const caughtUpWithinMs = 30_000;
const victims: Victim[] = ['main', 'main', 'sftp', 'postgres'];
const startedAt = performance.now();

const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-crash-'));
chmodSync(dataDir, 0o755);
console.log(`seed ${seed}, ${kills} kills, data in ${dataDir}`);
const { http } = await portsFrom(0);
const server = await startServer(http, dataDir);
const journey = runJourney(server.baseUrl, dataDir, paceMs, journeyWithinMs);
const done: Record<Victim, number> = { main: 0, sftp: 0, postgres: 0 };
let faults: string[] = [];
let live = false;
try {
  const during = await killAtRandom();
  const lastLine = await journey.result;
  live = (JSON.parse(lastLine) as { live?: boolean }).live === true;
  if (!live) faults.push(`the journey did not end live: ${lastLine}`);
  if (during < kills) faults.push(`the journey ended after ${during} of ${kills} kills`);
} catch (error) {
  faults.push((error as Error).message);
}
journey.stop();
const report = await inspect();
faults = [...faults, ...report.faults];
for (const fault of faults) console.log(`✗ ${fault}`);
if (!values.keep) rmSync(dataDir, { recursive: true, force: true });
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  JSON.stringify({
    kills: done,
    seed,
    live,
    streams: report.streams,
    events: report.events,
    faults: faults.length,
    seconds,
  }),
);
process.exit(faults.length === 0 ? 0 : 1);

/** Kills a part, waits until the server is ready again, and so on; returns how many fell before the journey ended. */
async function killAtRandom(): Promise<number> {
  for (let count = 0; count < kills; count++) {
    await pause(200 + random() * 2_800);
    if (journey.ended()) return count;
    const victim = victims[Math.floor(random() * victims.length)] ?? 'main';
    const at = ((performance.now() - startedAt) / 1000).toFixed(2);
    const hit = (await server.kill(victim)) ? victim : 'main';
    if (hit !== victim) await server.kill('main');
    done[hit]++;
    console.log(`${at} s: killed ${hit}`);
    await server.ready();
  }
  return kills;
}

/** Lets the consumers catch up, looks at what is there, and stops the server in order. */
async function inspect(): Promise<{ streams: number; events: number; faults: string[] }> {
  await server.ready();
  const url = new URL(superuserUrlOf(dataDir));
  url.pathname = '/fairlead';
  const behind = await waitForConsumers(url.href, caughtUpWithinMs);
  const log = await verifyLog(url.href, effects);
  const code = await server.stop();
  const unclean = code === 0 ? [] : [`the server ended with code ${code} when asked to stop`];
  return { ...log, faults: [...behind, ...log.faults, ...unclean] };
}
