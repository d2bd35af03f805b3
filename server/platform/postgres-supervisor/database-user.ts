import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** The unprivileged user that runs Postgres when we are root, which Postgres refuses to be. */
export interface DatabaseUser {
  uid: number;
  gid: number;
  name: string;
}

/**
 * Undefined for an ordinary user: Postgres then runs as that user. For root: the owner of `existingFolder` if it is
 * somebody else, else the machine's `postgres` (made when missing), else `nobody`.
 */
export function chooseDatabaseUser(existingFolder: string): DatabaseUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(existingFolder, { throwIfNoEntry: false })?.uid;
  if (owner) {
    const user = userWhere((entry) => entry.uid === owner);
    if (user !== undefined) return user;
  }
  return (
    named('postgres') ?? made('postgres') ?? named('nobody') ?? { uid: 65_534, gid: 65_534, name: 'nobody' }
  );
}

/** Whether that user may enter a folder, or run a file, at this path. */
export function mayUse(user: DatabaseUser, path: string): boolean {
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$0"', path], { uid: user.uid, gid: user.gid, cwd: '/' });
  return test.status === 0;
}

function named(name: string): DatabaseUser | undefined {
  return userWhere((entry) => entry.name === name);
}

function made(name: string): DatabaseUser | undefined {
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ]);
  if (named(name) === undefined) spawnSync('adduser', ['-S', '-D', '-H', name]);
  return named(name);
}

function userWhere(fits: (entry: DatabaseUser) => boolean): DatabaseUser | undefined {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    const entry = { name: name ?? '', uid: Number(uid), gid: Number(gid) };
    if (entry.name !== '' && entry.uid > 0 && fits(entry)) return entry;
  }
  return undefined;
}
