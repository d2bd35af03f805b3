import { type ChildProcess, spawn } from 'node:child_process';
import type { Command } from './client.ts';

/** A program that runs in a process group of its own. */
export interface Running {
  ended: Promise<{ code: number | null; output: string }>;
  /** Ends the program and what it has started, without warning. */
  kill(): void;
}

const longestOutput = 100_000;

/** Starts a program; its output is kept for when it fails. */
export function startCommand({ program, args, input, env }: Command): Running {
  const child = spawn(program, args, { detached: true, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-longestOutput);
    });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
  ended.catch(() => {});
  return { ended, kill: () => killGroup(child) };
}

/** Runs a program to its end and gives its output; throws its last lines when it fails or takes too long. */
export async function runCommand(command: Command, withinMs = 180_000): Promise<string> {
  const running = startCommand(command);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    running.kill();
    reject(new Error(`${command.program} took more than ${withinMs / 1000} s`));
  }, withinMs);
  try {
    const { code, output } = await Promise.race([running.ended, late]);
    if (code === 0) return output;
    const lines = output
      .trim()
      .split('\n')
      .filter((line) => !/^\s+at |^Node/.test(line))
      .slice(-3)
      .join(' | ');
    throw new Error(`${command.program} ended with code ${code}: ${lines.slice(-400)}`);
  } finally {
    clearTimeout(timer);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
