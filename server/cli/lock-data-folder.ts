import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, isAlive } from '#platform/postgres-supervisor/postmaster.ts';
import { diskFault, StartupFault } from '#platform/startup-fault.ts';

/** Claims a data folder for this process; a second Fairlead on it would end the first one's database. Returns the release. */
export function lockDataFolder(dataDir: string): () => void {
  const file = join(dataDir, 'fairlead.pid');
  const own = `${file}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(own, String(process.pid));
    try {
      claim(file, own, dataDir);
    } finally {
      rmSync(own, { force: true });
    }
  } catch (error) {
    throw error instanceof StartupFault ? error : (diskFault(error, dataDir) ?? error);
  }
  return () => rmSync(file, { force: true });
}

function claim(file: string, own: string, dataDir: string): void {
  for (let tries = 0; tries < 5; tries++) {
    if (linked(own, file)) return;
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (holder !== process.pid && isFairlead(holder))
      throw new StartupFault(
        `Fairlead already runs on ${dataDir} (process ${holder}). Stop it first, or name another folder with --data-dir.`,
      );
    removeStale(file, holder);
  }
  throw new StartupFault(`The data folder ${dataDir} cannot be claimed: another process keeps taking it.`);
}

/** Gives a file that is written already its second name: nobody ever sees a claim without its process number. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the claim of a process that is gone away; one that somebody else has just put there instead goes back. */
function removeStale(file: string, holder: number): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside) !== holder) linked(aside, file);
  rmSync(aside, { force: true });
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isFairlead(pid: number): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  return commandLine(pid)?.some((argument) => /(^|\/)(main\.ts|fairlead)$/.test(argument)) ?? false;
}
