import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Postgres writes of itself into postmaster.pid. */
export interface PidFile {
  pid: number;
  startedAtSeconds: number;
  port: number;
  /** 'starting', 'ready' or 'stopping'; empty in the first moments. */
  status: string;
}

/** Reads postmaster.pid of a data folder; undefined when there is none, or none that names a process. */
export function readPidFile(dataFolder: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, startedAtSeconds: Number(lines[2]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

/** Whether a process runs under this number; one that has ended and waits to be collected does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return process.platform !== 'linux' || linuxStat(pid)?.state !== 'Z';
}

/**
 * Whether the process named in a pid file is truly the postmaster of this folder: it was started with the folder as an
 * argument or, where arguments are hidden, at the time the file says. A number that another process has taken over does
 * not pass; a postmaster must never fail to, because its pid file would be removed under it.
 */
export function isPostmasterOf(dataFolder: string, file: PidFile): boolean {
  if (!isAlive(file.pid)) return false;
  const command = commandLine(file.pid);
  if (command !== undefined && command[0] !== '') return command.includes(dataFolder);
  const startedAt = startedAtSeconds(file.pid);
  return startedAt === undefined || Math.abs(startedAt - file.startedAtSeconds) <= 30;
}

/** The arguments a process was started with, or undefined when it is gone. */
export function commandLine(pid: number): string[] | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').split('\0');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return undefined;
  }
}

function startedAtSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const ticks = linuxStat(pid)?.startTicks;
  const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  return ticks === undefined || boot === undefined ? undefined : Number(boot) + ticks / 100;
}

function linuxStat(pid: number): { state: string; startTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}
