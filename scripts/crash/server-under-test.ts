import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isPostmasterOf, readPidFile } from '#platform/postgres-supervisor/postmaster.ts';
import { root } from '../checks/project-files.ts';
import type { Victim } from './plan-kills.ts';

/** A real Fairlead in processes of its own, which can be killed part by part. */
export interface ServerUnderTest {
  baseUrl: string;
  /**
   * Kills without warning and returns what was hit: where a part is not there at the moment, the main process. That one
   * is started again; the others must come back by themselves.
   */
  kill(victim: Victim): Promise<Victim>;
  isReady(): Promise<boolean>;
  /** Waits until it is ready again. */
  ready(): Promise<void>;
  /** Asks it to stop, and returns its exit code. */
  stop(): Promise<number | null>;
  /** Leaves nothing of it running, without waiting for it. */
  destroy(): void;
}

const readyWithinMs = 60_000;

/** Starts `main.ts start --no-demo` on this port and folder; it is not ready yet. */
export function launchServer(port: number, dataDir: string): ServerUnderTest {
  const baseUrl = `http://localhost:${port}`;
  let output = '';
  let destroyed = false;
  let child = launch();
  function launch(): ChildProcess {
    const args = [
      join(root, 'server', 'main.ts'),
      'start',
      '--no-demo',
      '--no-console',
      '--port',
      String(port),
      '--data-dir',
      dataDir,
    ];
    const started = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000);
      });
    }
    return started;
  }
  async function ready(): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline) {
      if (child.exitCode !== null)
        throw new Error(`the server ended with code ${child.exitCode}:\n${output}`);
      if (await isReady(baseUrl)) return;
      await pause(50);
    }
    throw new Error(`the server was not ready within ${readyWithinMs / 1000} s:\n${output}`);
  }
  async function ended(): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    return new Promise((done) => child.once('exit', done));
  }
  return {
    baseUrl,
    ready,
    isReady: () => isReady(baseUrl),
    async kill(victim) {
      const parts = { main: child.pid, sftp: sftpOf(child.pid), postgres: postmasterOf(dataDir) };
      const hit = victim !== 'all' && parts[victim] === undefined ? 'main' : victim;
      const pids = hit === 'all' ? Object.values(parts) : [parts[hit]];
      for (const pid of pids) killAtOnce(pid);
      if (hit === 'main' || hit === 'all') {
        await ended();
        if (!destroyed) child = launch();
      }
      return hit;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended();
    },
    destroy() {
      destroyed = true;
      for (const pid of [sftpOf(child.pid), child.pid, postmasterOf(dataDir)]) killAtOnce(pid);
    },
  };
}

function killAtOnce(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended while we looked.
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function postmasterOf(dataDir: string): number | undefined {
  const folder = join(dataDir, 'postgres', 'data');
  const file = readPidFile(folder);
  return file !== undefined && isPostmasterOf(folder, file) ? file.pid : undefined;
}

/** The child of the main process that serves SFTP; undefined where processes cannot be listed. */
function sftpOf(parent: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parentOfIt = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (
        parentOfIt === parent &&
        command.some((argument) => argument.endsWith('main.ts')) &&
        command.includes('door')
      )
        return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
