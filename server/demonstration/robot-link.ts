import { AssertionError } from 'node:assert';
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JsonAnswer } from './call.ts';

const program = fileURLToPath(new URL('./robot/main.ts', import.meta.url));

/**
 * The customer's systems, as the journey can speak to them: one task at a time, each answered or failed. It fails with
 * an AssertionError where the product broke a promise, with another error where something did not work this time.
 */
export interface RobotLink {
  do(task: string, input?: object): Promise<JsonAnswer>;
  stop(): Promise<void>;
}

/**
 * Starts the customer robot in a process of its own. What it learns (keys, secrets) it keeps in `stateFile`. With a file
 * for acknowledgements it notes there all that either side has said to have, and expects the server to be killed.
 */
export function startRobot(stateFile: string, acknowledgements?: string): RobotLink {
  const args = [stateFile, ...(acknowledgements === undefined ? [] : [acknowledgements])];
  const child: ChildProcess = fork(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 1;
  child.on('message', (message: { id: number; result?: unknown; fault?: string; broken?: boolean }) => {
    const waiting = open.get(message.id);
    open.delete(message.id);
    if (message.fault === undefined) waiting?.resolve(message.result);
    else if (message.broken === true) waiting?.reject(new AssertionError({ message: message.fault }));
    else waiting?.reject(new Error(message.fault));
  });
  child.on('exit', () => {
    for (const waiting of open.values()) waiting.reject(new Error('the customer robot ended'));
    open.clear();
  });
  return {
    do: (task, input = {}) =>
      new Promise((resolve, reject) => {
        const id = next++;
        open.set(id, { resolve, reject });
        child.send({ id, task, input });
      }),
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}
