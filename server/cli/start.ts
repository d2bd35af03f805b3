import { readdirSync } from 'node:fs';
import { type Config, loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/migrate.ts';
import { prepareDatabase } from '#platform/postgres-supervisor/prepare-database.ts';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '#platform/postgres-supervisor/start-embedded-postgres.ts';
import { type Fairlead, openFairlead } from '../wiring.ts';
import type { Arguments } from './arguments.ts';
import { buildConsole } from './build-console.ts';
import { greet } from './greeting.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { masterKeyIn } from './master-key.ts';
import { assertDemonstration, assertFitDatabase, holdsForeignTables } from './own-database.ts';
import { assertPortsFree } from './ports.ts';
import { createProgress, type Progress } from './progress.ts';
import { endOnBugs } from './report-fault.ts';
import { settingsFor } from './settings.ts';
import { type SftpChild, startSftpChild } from './sftp-child.ts';
import { untilStopped } from './until-stopped.ts';

type Stop = () => Promise<unknown> | unknown;

const noneStarted = () => {};

/** `npm start`: everything on this machine, from the database to the demonstration; stays up until it is stopped. */
export async function start(args: Arguments): Promise<void> {
  // Root's Postgres runs as another user, who must be able to enter what is made here; secrets name their mode themselves.
  if (process.getuid?.() === 0) process.umask(0o022);
  const progress = createProgress();
  const stops: Stop[] = [];
  const ends: (() => void)[] = [];
  const lifecycle = untilStopped(async () => {
    progress.line('\nStopping: finishing what is under way …');
    await undo(stops);
  }, ends);
  endOnBugs(() => lifecycle.end('failure', 1));
  try {
    await bringUp(args, progress, stops, ends, lifecycle.isEnding);
  } catch (error) {
    // Stopped while starting: what fails then fails because of that.
    if (lifecycle.isEnding()) return;
    await undo(stops);
    throw error;
  }
}

async function bringUp(
  args: Arguments,
  progress: Progress,
  stops: Stop[],
  ends: (() => void)[],
  isEnding: () => boolean,
): Promise<void> {
  const { config: first, overrides } = await settingsFor(args, 'demonstration');
  const { dataDir } = first.server;
  const log = createLog({ level: first.server.logLevel, role: 'main' });
  stops.push(lockDataFolder(dataDir));
  await assertPortsFree([
    { name: 'http', port: first.http.port, host: first.http.host },
    { name: 'sftp', port: first.sftp.port, host: first.sftp.host },
    { name: 'smtp', port: first.smtp.port, host: first.smtp.host },
  ]);
  if (first.secrets.masterKey.reveal() === '') overrides['secrets'] = { masterKey: masterKeyIn(dataDir) };
  const building = args.console ? buildConsole() : Promise.resolve(false);
  building.catch(() => {});
  progress.line('Fairlead is starting');
  const url = await bringUpDatabase(args, first, progress, (server) => {
    stops.push(() => server.then((one) => one.stop(3_000), noneStarted));
    server.then((one) => ends.push(() => one.end()), noneStarted);
  });
  overrides['database'] = { url };
  await progress.step(
    'schema',
    () => migrate(url, first.database),
    ({ applied }) => (applied.length === 0 ? 'current' : `${applied.length} steps applied`),
  );
  await progress.step(
    'console',
    () => building,
    (built) => (built ? 'built' : 'current'),
  );
  const config = loadConfig(overrides);
  const fairlead = await progress.step('doors', async () => {
    const sftp = startSftpChild(overrides, config, log);
    const opening = openFairlead(config, {
      roles: ['web', 'worker', 'smtp'],
      databaseUrl: url,
      readyAfter: sftp,
    });
    stops.push(() => closeBoth(opening, sftp));
    const [opened] = await Promise.all([opening, sftp]);
    return opened;
  });
  const foreign = first.database.url.reveal() !== '' && (await holdsForeignTables(url, moduleSchemas()));
  if (foreign) progress.line('  The database holds tables of others, so no demonstration is played in it.');
  await greet(fairlead, config, { demonstration: args.demonstration && !foreign, progress, isEnding });
}

async function bringUpDatabase(
  args: Arguments,
  config: Config,
  progress: Progress,
  onStarting: (server: Promise<EmbeddedPostgres>) => void,
): Promise<string> {
  const ownUrl = config.database.url.reveal();
  if (ownUrl !== '') {
    await progress.step('database of DATABASE_URL', async () => {
      await assertFitDatabase(ownUrl);
      // Before anything is changed there: whoever starts this by mistake must not migrate what others work with.
      await assertDemonstration(ownUrl);
    });
    return ownUrl;
  }
  const { dataDir, logLevel } = config.server;
  const log = createLog({ level: logLevel, role: 'database' });
  return progress.step('database', async () => {
    const starting = startEmbeddedPostgres({ dataDir, log, dataDirNamed: args.dataDir !== undefined });
    // Before it has started, so that whoever stops us meanwhile leaves none behind.
    onStarting(starting);
    return (await prepareDatabase({ superuserUrl: (await starting).url })).ownerUrl;
  });
}

/** A module's schema is named like its folder. */
function moduleSchemas(): string[] {
  return readdirSync(new URL('../modules/', import.meta.url)).map((name) => name.replaceAll('-', '_'));
}

/** Drains both processes at the same time; whichever did not open needs no closing. */
async function closeBoth(opening: Promise<Fairlead>, sftp: Promise<SftpChild>): Promise<void> {
  await Promise.all([
    opening.then(
      (opened) => opened.close(),
      () => {},
    ),
    sftp.then(
      (child) => child.stop(),
      () => {},
    ),
  ]);
}

/** Undoes in the reverse order; one that fails does not keep the others from running. */
async function undo(stops: Stop[]): Promise<void> {
  let failure: unknown;
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}
