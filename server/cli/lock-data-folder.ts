import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, isAlive } from '#platform/postgres-supervisor/postmaster.ts';
import { diskFault, StartupFault } from '#platform/startup-fault.ts';

/** Claims a data folder for this process; a second Fairlead on it would end the first one's database. Returns the release. */
export function lockDataFolder(dataDir: string): () => void {
  const file = join(dataDir, 'fairlead.pid');
  try {
    mkdirSync(dataDir, { recursive: true });
    for (let tries = 0; tries < 3; tries++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' });
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isFairlead(holder))
        throw new StartupFault(
          `Fairlead already runs on ${dataDir} (process ${holder}). Stop it first, or name another folder with --data-dir.`,
        );
      rmSync(file, { force: true });
    }
  } catch (error) {
    throw error instanceof StartupFault ? error : (diskFault(error, dataDir) ?? error);
  }
  throw new StartupFault(`The data folder ${dataDir} cannot be claimed: another process keeps taking it.`);
}

function isFairlead(pid: number): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  return commandLine(pid)?.some((argument) => /(^|\/)(main\.ts|fairlead)$/.test(argument)) ?? false;
}
