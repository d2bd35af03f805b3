import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '#platform/config.ts';
import type { Logger } from '#platform/log.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import type { Overrides } from './settings.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const shortestPauseMs = 100;
const longestPauseMs = 10_000;
const steadyAfterMs = 10_000;
const readyWithinMs = 60_000;
const drainWithinMs = 6_000;

/** The SFTP door in a process of its own, so that ciphers never hold up the web. */
export interface SftpChild {
  /** The child's process number at this moment. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the SFTP door's process, resolves when it listens, and starts it again, ever more slowly, whenever it dies. A
 * fault that it reports before it ever listened is thrown; being killed is not one.
 */
export async function startSftpChild(overrides: Overrides, config: Config, log: Logger): Promise<SftpChild> {
  const { port } = config.watching;
  const own = { ...overrides, watching: { port: port === 0 ? 0 : port + 1 } };
  let child: ChildProcess | undefined;
  let stopping = false;
  let pauseMs = shortestPauseMs;
  let timer: NodeJS.Timeout | undefined;
  const listening = Promise.withResolvers<void>();
  const late = setTimeout(
    () => listening.reject(new Error('the sftp process did not get ready in time')),
    readyWithinMs,
  );
  const launch = () => {
    // Detached, so that Ctrl-C in the terminal reaches us alone; it ends when we are gone.
    const started = fork(program, ['door'], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.send({ overrides: own }, () => {});
    // Node's own watch mode speaks on this channel too.
    started.on('message', (message: { ready?: boolean; fault?: string }) => {
      if (message.ready) listening.resolve();
      if (message.fault === undefined) return;
      listening.reject(new StartupFault(message.fault));
      log.warn({ fault: message.fault }, 'the sftp process cannot open its door');
    });
    const steady = setTimeout(() => {
      pauseMs = shortestPauseMs;
    }, steadyAfterMs);
    started.once('exit', (code, signal) => {
      clearTimeout(steady);
      if (stopping) return;
      log.warn({ code, signal, pauseMs }, 'the sftp process ended; starting it again');
      timer = setTimeout(launch, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
  };
  const stop = async () => {
    stopping = true;
    clearTimeout(timer);
    const last = child;
    if (last === undefined || last.exitCode !== null || last.signalCode !== null) return;
    const gone = new Promise((done) => last.once('exit', done));
    last.kill('SIGTERM');
    const force = setTimeout(() => last.kill('SIGKILL'), drainWithinMs);
    await gone;
    clearTimeout(force);
  };
  launch();
  try {
    await listening.promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return { pid: () => child?.pid, stop };
}
