import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { diskFault, StartupFault } from '../startup-fault.ts';
import { answers } from './answers.ts';
import type { Binaries } from './binaries.ts';
import {
  asUser,
  type DataFolder,
  firstComplaint,
  logSince,
  logSizeBytes,
  readConnection,
  writeConnection,
} from './data-folder.ts';
import { commandLine, isAlive, isPostmasterOf, readPidFile } from './postmaster.ts';
import { superuserUrl } from './superuser-url.ts';

/** A running postmaster. */
export interface Server {
  pid: number;
  port: number;
}

interface Settings {
  fsync: boolean;
  maxConnections: number;
  port?: number | undefined;
  /** True once connections point at the port: then no other will do. */
  fixed?: boolean;
}

/** What may still be in the way for some seconds after a predecessor was killed. */
const passing =
  /lock file .* already exists|pre-existing shared memory block|is another postmaster|could not bind/i;
const launchDeadlineMs = 180_000;
const passingDeadlineMs = 20_000;

/** Adopts the postmaster that already serves this folder when it is healthy and set as wanted, else starts one. */
export async function launch(
  folder: DataFolder,
  binaries: Binaries,
  settings: Settings,
  log: { info(message: string): void; warn(message: string): void },
): Promise<Server> {
  const found = readPidFile(folder.data);
  if (found !== undefined && isPostmasterOf(folder.data, found)) {
    const wanted = command(folder, binaries, settings, found.port);
    const sameSettings = JSON.stringify(commandLine(found.pid)) === JSON.stringify(wanted);
    if (sameSettings && (await isHealthy(folder, found.port))) {
      log.info(`taking over the PostgreSQL that an earlier process left running (process ${found.pid})`);
      return { pid: found.pid, port: found.port };
    }
    log.warn(`ending a PostgreSQL that an earlier process left behind (process ${found.pid})`);
    await stopPostmaster({ pid: found.pid, port: found.port }, 3_000);
  } else if (found !== undefined && isAlive(found.pid)) {
    // The number belongs to some other process now, which Postgres would take for its predecessor.
    rmSync(join(folder.data, 'postmaster.pid'), { force: true });
  }
  return start(folder, binaries, settings);
}

/** Ends a postmaster: in order within `withinMs`, then at once; what was committed stays either way. */
export async function stopPostmaster(server: Server, withinMs: number): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', withinMs],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!isAlive(server.pid)) return;
    try {
      process.kill(server.pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + waitMs;
    while (isAlive(server.pid) && Date.now() < deadline) await pause(20);
  }
}

/** Tells a postmaster to end at once, without waiting until it has. */
export function endPostmaster(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It is gone already.
  }
}

async function start(folder: DataFolder, binaries: Binaries, settings: Settings): Promise<Server> {
  const giveUpAt = Date.now() + passingDeadlineMs;
  let port = await choosePort(settings.port ?? readConnection(folder).port, settings.fixed ?? false);
  for (;;) {
    const before = logSizeBytes(folder);
    const child = spawnPostgres(folder, command(folder, binaries, settings, port));
    if (await isReady(folder, child)) {
      const server = { pid: child.pid ?? 0, port };
      writeConnection(folder, { ...readConnection(folder), port });
      return server;
    }
    const said = logSince(folder, before);
    if (!passing.test(said) || Date.now() > giveUpAt) throw explain(said, folder);
    await pause(300);
    if (!settings.fixed) port = await choosePort(port, false);
  }
}

function command(folder: DataFolder, binaries: Binaries, settings: Settings, port: number): string[] {
  const durability = settings.fsync ? 'on' : 'off';
  const options = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: settings.maxConnections,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    fsync: durability,
    synchronous_commit: durability,
    full_page_writes: durability,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Neither statements nor the values in them may reach the log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_min_messages: 'log',
    log_checkpoints: 'off',
  };
  const set = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(binaries.folder, 'postgres'), '-D', folder.data, ...set];
}

/** Detached, so that Ctrl-C in the terminal reaches us and not Postgres before we have drained. */
function spawnPostgres(folder: DataFolder, [file = '', ...args]: string[]): ChildProcess {
  const output = openSync(folder.log, 'a', 0o600);
  if (folder.user !== undefined) fchownSync(output, folder.user.uid, folder.user.gid);
  const child = spawn(file, args, {
    ...asUser(folder.user),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.on('error', () => {});
  child.unref();
  return child;
}

async function isReady(folder: DataFolder, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + launchDeadlineMs;
  while (Date.now() < deadline) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
    const file = readPidFile(folder.data);
    if (file?.pid === child.pid && file.status === 'ready') return true;
    await pause(15);
  }
  throw new StartupFault(
    `The database in ${folder.path} did not become ready in ${launchDeadlineMs / 1000} s.`,
  );
}

async function isHealthy(folder: DataFolder, port: number): Promise<boolean> {
  const { password } = readConnection(folder);
  if (readConnection(folder).port !== port) writeConnection(folder, { port, password });
  return answers(superuserUrl({ port, password }), 5_000);
}

/** A free port below the range that outgoing connections use, so that nothing takes it while we are down. */
async function choosePort(preferred: number, fixed: boolean): Promise<number> {
  if (fixed || (preferred > 0 && (await isFree(preferred)))) return preferred;
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

function explain(said: string, folder: DataFolder): Error {
  return (
    diskFault(said, folder.path) ??
    new StartupFault(
      `The database in ${folder.path} does not start: ${firstComplaint(said)} (see ${folder.log})`,
    )
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
