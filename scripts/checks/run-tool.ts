import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './project-files.ts';

/** Runs a program of node_modules/.bin; returns its exit code and everything it printed. */
export async function runTool(
  name: string,
  args: string[],
  options: { cwd?: string } = {},
): Promise<{ code: number | null; output: string; stdout: string }> {
  const child = spawn(join(root, 'node_modules', '.bin', name), args, {
    cwd: options.cwd ?? root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, output: `${stdout}${stderr}`.trim(), stdout };
}

/** The check that a tool ends well; what it prints is the finding. */
export async function findingsOf(name: string, args: string[]): Promise<string[]> {
  const { code, output } = await runTool(name, args);
  return code === 0 ? [] : [output === '' ? `${name} ended with code ${code}` : output];
}
