import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { allSteps } from '../../server/demonstration/journey.ts';
import { root } from '../checks/project-files.ts';

/** A journey under way, started again for as long as the server's deaths make it fail. */
export interface RunningJourney {
  ended(): boolean;
  /** The step under way; undefined between two steps, and before the first. */
  doing(): string | undefined;
  /** Resolves once the journey has come to a step, by its place, or beyond it, or has ended. */
  reached(step: number): Promise<void>;
  /** The journey's last line, once it has ended well. */
  result: Promise<string>;
  stop(): void;
}

const stepIds = allSteps.map((step) => step.id);
const brokenPromise = 3;
const employees = 400;

/** Plays the journey against a server, taking it up again whenever it gives up, until it ends well or time is out. */
export function runJourney(baseUrl: string, dataDir: string, giveUpAfterMs: number): RunningJourney {
  const deadline = Date.now() + giveUpAfterMs;
  let over = false;
  let furthest = -1;
  let doing: string | undefined;
  let current: ReturnType<typeof spawn> | undefined;
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const look of [...waiting]) look();
  };
  const end = () => {
    over = true;
    tell();
  };
  async function play(): Promise<string> {
    for (;;) {
      const { code, output } = await once();
      doing = undefined;
      if (code === 0) {
        end();
        return output.trim().split('\n').at(-1) ?? '';
      }
      if (over || code === brokenPromise || Date.now() > deadline) {
        end();
        throw new Error(`the journey did not end well: ${output.trim().split('\n').slice(-40).join('\n')}`);
      }
      await pause(300);
    }
  }
  function once(): Promise<{ code: number | null; output: string }> {
    const args = ['--crashes', '--base-url', baseUrl, '--data-dir', dataDir, '--employees', `${employees}`];
    const child = spawn(process.execPath, [join(root, 'scripts', 'journey.ts'), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    current = child;
    let output = '';
    let line = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-50_000);
      });
    child.stdout.on('data', (text: string) => {
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const one of lines) follow(one);
    });
    return new Promise((done) => child.once('close', (code) => done({ code, output })));
  }
  /** Reads where the journey is from what it prints. */
  function follow(line: string): void {
    const begun = stepIds.find((id) => line.startsWith(`… ${id}  `));
    if (begun !== undefined) {
      doing = begun;
      furthest = Math.max(furthest, stepIds.indexOf(begun));
      tell();
    } else if (/^ {2}✓ \S/.test(line)) doing = undefined;
  }
  const result = play();
  result.catch(() => {});
  return {
    ended: () => over,
    doing: () => doing,
    reached: (step) =>
      new Promise((resolve) => {
        const look = () => {
          if (furthest < step && !over) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    result,
    stop: () => {
      current?.kill('SIGKILL');
      end();
    },
  };
}
