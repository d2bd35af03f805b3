import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { diskFault, StartupFault } from '#platform/startup-fault.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = join(root, 'build', 'console');
const stamp = join(root, 'build', 'console.sources');

/** Builds the console into build/console unless that was made from the same sources; tells whether it built. */
export async function buildConsole(): Promise<boolean> {
  const sources = digestOfSources();
  if (existsSync(join(built, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources)
    return false;
  try {
    mkdirSync(built, { recursive: true });
    writeFileSync(stamp, '');
    await runVite();
    writeFileSync(stamp, sources);
  } catch (error) {
    throw error instanceof StartupFault ? error : (diskFault(error, join(root, 'build')) ?? error);
  }
  return true;
}

/** In a process of its own: the bundler's memory is not the server's. */
async function runVite(): Promise<void> {
  const program = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [program, 'build', 'console', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
    });
  }
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code === 0) return;
  const output = stripVTControlCharacters(text);
  throw (
    diskFault(output, join(root, 'build')) ??
    new StartupFault(`The console could not be built:\n${output.trim().split('\n').slice(-20).join('\n')}`)
  );
}

function digestOfSources(): string {
  const digest = createHash('sha256');
  for (const folder of ['console', 'contract']) {
    const names = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const name of names.sort()) digest.update(name.slice(root.length)).update(readFileSync(name));
  }
  return digest.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}
