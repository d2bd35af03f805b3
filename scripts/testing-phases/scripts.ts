import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../checks/project-files.ts';

/** Runs one of our scripts; what it prints is shown only when it fails. Resolves to how it ended and its last line. */
export async function runScript(
  script: string,
  args: string[],
  options: { timeoutMs: number; show?: 'always' | 'on-failure' },
): Promise<{ well: boolean; lastLine: string }> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
      if (options.show === 'always') process.stdout.write(chunk);
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 12_000).unref();
  }, options.timeoutMs);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearTimeout(timer);
  const well = code === 0 && !late;
  if (!well) {
    const why = late ? `gave up after ${options.timeoutMs / 1000} s` : `ended with code ${code}`;
    console.log(`    ${script} ${why}`);
    if (options.show !== 'always')
      console.log(output.trim().split('\n').slice(-80).join('\n').replace(/^/gm, '        '));
  }
  return { well, lastLine: output.trim().split('\n').at(-1) ?? '' };
}
