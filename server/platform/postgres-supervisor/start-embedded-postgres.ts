import { resolve } from 'node:path';
import { findBinaries } from './binaries.ts';
import { ensureFolder, placeCluster, prepareCluster, readConnection } from './data-folder.ts';
import { chooseDatabaseUser } from './database-user.ts';
import { endPostmaster, launch, type Server, stopPostmaster } from './launch.ts';
import { isAlive } from './postmaster.ts';
import { superuserUrl } from './superuser-url.ts';

interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface EmbeddedPostgresOptions {
  /** Fairlead's data folder; the cluster lies in `postgres` below it. */
  dataDir: string;
  log: Log;
  /** A port to prefer; otherwise the one used before, or a free one. */
  port?: number;
  /** False gives up durability for speed; for tests only. */
  fsync?: boolean;
  maxConnections?: number;
  /** True when the user named the folder: then one that cannot be entered is an error, not a reason to go elsewhere. */
  dataDirNamed?: boolean;
  /** Where root puts what the database's user cannot reach. */
  fallbackRoot?: string;
}

export interface EmbeddedPostgres {
  /** The superuser's address, for setting up roles; the server itself never works under it. */
  url: string;
  /** The postmaster's process number at this moment. */
  pid(): number;
  /** Ends Postgres in order: at once after `withinMs` (default 5 s), losing nothing that was committed. */
  stop(withinMs?: number): Promise<void>;
  /** Ends Postgres without waiting for anything, for a process that is about to exit; the next start recovers. */
  end(): void;
}

/**
 * Brings up the embedded PostgreSQL on 127.0.0.1 and keeps it up: takes over a healthy one that an earlier process left
 * behind, ends a broken one, and starts it again at the same address whenever it dies. Faults that the user can mend
 * are thrown as StartupFault.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const fallbackRoot = options.fallbackRoot ?? '/var/lib/fairlead';
  const fsync = options.fsync ?? true;
  ensureFolder(dataDir);
  const user = chooseDatabaseUser(resolve(dataDir, 'postgres'));
  const binaries = findBinaries(user, fallbackRoot);
  const place = placeCluster(dataDir, user, { named: options.dataDirNamed ?? false, fallbackRoot });
  const folder = prepareCluster(place, user, binaries, fsync);
  const settings = { fsync, maxConnections: options.maxConnections ?? 100, port: options.port };
  const server = await launch(folder, binaries, settings, options.log);
  const keeper = keepUp(
    server,
    () => launch(folder, binaries, { ...settings, port: server.port, fixed: true }, options.log),
    options.log,
  );
  return {
    url: superuserUrl(readConnection(folder)),
    pid: keeper.pid,
    async stop(withinMs = 5_000) {
      const last = await keeper.release();
      await stopPostmaster(last, withinMs);
    },
    end: () => endPostmaster(keeper.pid()),
  };
}

/** Watches the postmaster, adopted or our own, and starts it again when it is gone. */
function keepUp(first: Server, again: () => Promise<Server>, log: Log) {
  let current = first;
  let released = false;
  let restarting: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (released || restarting !== undefined || isAlive(current.pid)) return;
    log.warn('PostgreSQL is gone; starting it again');
    restarting = restart().finally(() => {
      restarting = undefined;
    });
  }, 200);
  async function restart(): Promise<void> {
    for (let pauseMs = 200; !released; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        current = await again();
        log.info('PostgreSQL is back');
        return;
      } catch (error) {
        log.error(`PostgreSQL does not start: ${(error as Error).message}`);
        await new Promise((done) => setTimeout(done, pauseMs));
      }
    }
  }
  return {
    pid: () => current.pid,
    async release(): Promise<Server> {
      released = true;
      clearInterval(timer);
      await restarting;
      return current;
    },
  };
}
