import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from '#platform/log.ts';
import type { Overrides } from './settings.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const longestPauseMs = 10_000;
const readyWithinMs = 30_000;

/** The SFTP door in a process of its own, so that ciphers never hold up the web. */
export interface SftpChild {
  /** The child's process number at this moment. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts the SFTP door's process, resolves when it listens, and starts it again, ever more slowly, whenever it dies. */
export async function startSftpChild(overrides: Overrides, log: Logger): Promise<SftpChild> {
  let child: ChildProcess | undefined;
  let stopping = false;
  let pauseMs = 100;
  let timer: NodeJS.Timeout | undefined;
  const launch = () => {
    const started = fork(program, ['door'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child = started;
    started.send({ overrides }, () => {});
    const healthy = setTimeout(() => {
      pauseMs = 100;
    }, 10_000);
    started.once('exit', (code, signal) => {
      clearTimeout(healthy);
      if (stopping) return;
      log.warn({ code, signal, pauseMs }, 'the sftp process ended; starting it again');
      timer = setTimeout(launch, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    return started;
  };
  try {
    await listening(launch());
  } catch (error) {
    stopping = true;
    child?.kill('SIGKILL');
    throw error;
  }
  return {
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const last = child;
      if (last === undefined || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise((done) => last.once('exit', done));
      last.kill('SIGTERM');
      const force = setTimeout(() => last.kill('SIGKILL'), 6_000);
      await gone;
      clearTimeout(force);
    },
  };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error('the sftp process did not get ready in time')),
      readyWithinMs,
    );
    child.once('message', (message: { ready?: boolean; fault?: string }) => {
      clearTimeout(late);
      if (message.ready) resolve();
      else
        reject(
          Object.assign(new Error(message.fault ?? 'the sftp process failed'), { name: 'StartupFault' }),
        );
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the sftp process ended with code ${code} before it listened`));
    });
  });
}
