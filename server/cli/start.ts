import { existsSync } from 'node:fs';
import { loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/migrate.ts';
import { prepareDatabase } from '#platform/postgres-supervisor/prepare-database.ts';
import { startEmbeddedPostgres } from '#platform/postgres-supervisor/start-embedded-postgres.ts';
import { type Fairlead, openFairlead } from '../wiring.ts';
import type { Arguments } from './arguments.ts';
import { buildConsole } from './build-console.ts';
import { greet } from './greeting.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { masterKeyIn } from './master-key.ts';
import { assertFitDatabase } from './own-database.ts';
import { assertPortsFree } from './ports.ts';
import { createProgress, type Progress } from './progress.ts';
import { settingsFor } from './settings.ts';
import { type SftpChild, startSftpChild } from './sftp-child.ts';
import { untilStopped } from './until-stopped.ts';

type Stop = () => Promise<unknown> | unknown;

/** `npm start`: everything on this machine, from the database to the demonstration; stays up until it is stopped. */
export async function start(args: Arguments): Promise<void> {
  const progress = createProgress();
  const stops: Stop[] = [];
  const lifecycle = untilStopped(async () => {
    progress.line('\nStopping: finishing what is under way …');
    await undo(stops);
  });
  process.on('uncaughtException', (error) => {
    process.stderr.write(`Fairlead failed unexpectedly: ${error.stack}\n`);
    lifecycle.end('failure', 1);
  });
  try {
    await bringUp(args, progress, stops);
  } catch (error) {
    await undo(stops);
    throw error;
  }
}

async function bringUp(args: Arguments, progress: Progress, stops: Stop[]): Promise<void> {
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
  const url = await bringUpDatabase(args, first.database.url.reveal(), dataDir, log, progress, stops);
  overrides['database'] = { url };
  await progress.step(
    'schema',
    () => migrate(url),
    ({ applied }) => (applied.length === 0 ? 'current' : `${applied.length} steps applied`),
  );
  await progress.step(
    'console',
    () => building,
    (built) => (built ? 'built' : 'current'),
  );
  const config = loadConfig(overrides);
  const fairlead = await progress.step('doors', async () => {
    const sftp = startSftpChild(overrides, log);
    const opening = openFairlead(config, { roles: ['web', 'worker', 'smtp'], databaseUrl: url });
    stops.push(() => closeBoth(opening, sftp));
    const [opened] = await Promise.all([opening, sftp]);
    return opened;
  });
  await greet(fairlead, config, { demonstration: args.demonstration, progress });
}

async function bringUpDatabase(
  args: Arguments,
  ownUrl: string,
  dataDir: string,
  log: ReturnType<typeof createLog>,
  progress: Progress,
  stops: Stop[],
): Promise<string> {
  if (ownUrl !== '') {
    await progress.step('database of DATABASE_URL', () => assertFitDatabase(ownUrl));
    return ownUrl;
  }
  const fresh = !existsSync(`${dataDir}/postgres`);
  return progress.step(
    'database',
    async () => {
      const server = await startEmbeddedPostgres({ dataDir, log, dataDirNamed: args.dataDir !== undefined });
      stops.push(() => server.stop(3_000));
      return (await prepareDatabase({ superuserUrl: server.url })).ownerUrl;
    },
    () => (fresh ? 'made' : ''),
  );
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
