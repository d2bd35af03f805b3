import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { diskFault, StartupFault } from '../startup-fault.ts';
import { writePrivateFile } from '../write-private-file.ts';
import type { Binaries } from './binaries.ts';
import { type DatabaseUser, mayUse } from './database-user.ts';

/** One database cluster's folder: `data` (Postgres' own), `connection.json` (mode 600) and `postgres.log`. */
export interface DataFolder {
  path: string;
  data: string;
  log: string;
  user: DatabaseUser | undefined;
}

/** How to reach the cluster: kept beside it, so that an orphan can be adopted. */
export interface Connection {
  port: number;
  password: string;
}

/** Makes a folder, saying in one sentence why it cannot be made. */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw diskFault(error, path) ?? error;
  }
}

/**
 * Where the cluster of this data folder lies: `<dataDir>/postgres`, unless the database's user cannot enter that. Then
 * it lies below `fallbackRoot`, under a name noted in the data folder; for a folder the user named, that is an error.
 */
export function placeCluster(
  dataDir: string,
  user: DatabaseUser | undefined,
  options: { named: boolean; fallbackRoot: string },
): string {
  const usual = join(dataDir, 'postgres');
  const note = join(dataDir, 'postgres-folder');
  if (user === undefined) return usual;
  if (mayUse(user, dataDir)) return usual;
  if (options.named)
    throw new StartupFault(
      `The database's user "${user.name}" cannot enter ${dataDir}. Give it the right (chmod o+x on the folder and those above it), or name another folder with --data-dir.`,
    );
  if (existsSync(note)) return readFileSync(note, 'utf8').trim();
  const elsewhere = join(options.fallbackRoot, `data-${randomBytes(6).toString('hex')}`);
  writeFileSync(note, `${elsewhere}\n`);
  return elsewhere;
}

/** Makes the cluster when it is not there yet, and checks that it can be used by this user and this build. */
export function prepareCluster(
  path: string,
  user: DatabaseUser | undefined,
  binaries: Binaries,
  fsync: boolean,
): DataFolder {
  ensureFolder(path);
  try {
    if (user !== undefined) chownSync(path, user.uid, user.gid);
    chmodSync(path, 0o700);
    const folder: DataFolder = {
      path,
      data: join(realpathSync(path), 'data'),
      log: join(path, 'postgres.log'),
      user,
    };
    if (!existsSync(join(folder.data, 'PG_VERSION'))) initialise(folder, binaries, fsync);
    assertMajorVersion(folder, binaries);
    rotateLog(folder);
    return folder;
  } catch (error) {
    throw diskFault(error, path) ?? error;
  }
}

/** Reads how to reach the cluster. */
export function readConnection(folder: DataFolder): Connection {
  return JSON.parse(readFileSync(join(folder.path, 'connection.json'), 'utf8')) as Connection;
}

/** Replaces the connection file in one step; only its owner may read it. */
export function writeConnection(folder: DataFolder, connection: Connection): void {
  writePrivateFile(join(folder.path, 'connection.json'), `${JSON.stringify(connection)}\n`, folder.user);
}

/** The last lines of Postgres' log since `fromBytes`, to explain a start that failed. */
export function logSince(folder: DataFolder, fromBytes: number): string {
  try {
    return readFileSync(folder.log).subarray(fromBytes).toString('utf8');
  } catch {
    return '';
  }
}

export function logSizeBytes(folder: DataFolder): number {
  return statSync(folder.log, { throwIfNoEntry: false })?.size ?? 0;
}

function initialise(folder: DataFolder, binaries: Binaries, fsync: boolean): void {
  const partial = `${folder.data}.new`;
  rmSync(partial, { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(folder.path, 'initial-password');
  writePrivateFile(passwordFile, password, folder.user);
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
  ];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const durability = fsync ? [] : ['--no-sync'];
  const made = spawnSync(
    join(binaries.folder, 'initdb'),
    ['-D', partial, ...options, ...locale, ...durability],
    { encoding: 'utf8', ...asUser(folder.user) },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    const said = `${made.stderr ?? ''}${made.error?.message ?? ''}`;
    throw (
      diskFault(said, folder.path) ??
      new StartupFault(`The database in ${folder.path} could not be made: ${firstComplaint(said)}`)
    );
  }
  writeConnection(folder, { port: 0, password });
  renameSync(partial, folder.data);
}

function assertMajorVersion(folder: DataFolder, binaries: Binaries): void {
  const made = readFileSync(join(folder.data, 'PG_VERSION'), 'utf8').trim();
  const major = binaries.version.split('.')[0];
  if (made !== major)
    throw new StartupFault(
      `The database in ${folder.path} was made by PostgreSQL ${made}; this version of Fairlead brings ${major}. Name another folder with --data-dir, or move the data over with pg_dump.`,
    );
}

function rotateLog(folder: DataFolder): void {
  if (logSizeBytes(folder) > 10_000_000) renameSync(folder.log, `${folder.log}.1`);
}

/** Options that let a child process run as the database's user, from a folder it may be in, with nothing of our environment. */
export function asUser(user: DatabaseUser | undefined): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: Record<string, string>;
} {
  const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };
  return { cwd: '/', env, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) };
}

/** The first line of Postgres' output that says what is wrong. */
export function firstComplaint(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const complaint =
    lines.find((line) => /FATAL|PANIC|error:/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return complaint.replace(/^.*?(FATAL|PANIC|error):\s*/i, '').trim();
}
