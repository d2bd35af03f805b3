import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../checks/project-files.ts';

/** A journey under way, started again for as long as the server's deaths make it fail. */
export interface RunningJourney {
  ended(): boolean;
  /** The journey's last line, once it has ended well. */
  result: Promise<string>;
  stop(): void;
}

/** Plays the journey against a server, taking it up again whenever it gives up, until it ends well or time is out; `paceMs` before each step. */
export function runJourney(
  baseUrl: string,
  dataDir: string,
  paceMs: number,
  giveUpAfterMs: number,
): RunningJourney {
  const deadline = Date.now() + giveUpAfterMs;
  let over = false;
  let current: ReturnType<typeof spawn> | undefined;
  async function play(): Promise<string> {
    for (;;) {
      const { code, output } = await once();
      if (code === 0) {
        over = true;
        return output.trim().split('\n').at(-1) ?? '';
      }
      if (over || Date.now() > deadline) {
        over = true;
        throw new Error(`the journey did not end: ${output.trim().split('\n').slice(-40).join('\n')}`);
      }
      await pause(300);
    }
  }
  function once(): Promise<{ code: number | null; output: string }> {
    const args = [
      '--base-url',
      baseUrl,
      '--data-dir',
      dataDir,
      '--employees',
      '400',
      '--pace',
      String(paceMs),
    ];
    const child = spawn(process.execPath, [join(root, 'scripts', 'journey.ts'), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    current = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-50_000);
      });
    }
    return new Promise((done) => child.once('close', (code) => done({ code, output })));
  }
  const result = play();
  result.catch(() => {});
  return {
    ended: () => over,
    result,
    stop: () => {
      over = true;
      current?.kill('SIGKILL');
    },
  };
}
