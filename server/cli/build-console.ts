import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { diskFault, StartupFault } from '#platform/startup-fault.ts';
import { replaceFolder } from './replace-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = join(root, 'build', 'console');
/** Lies in the folder that it is about, and is not served. */
const stamp = 'sources.digest';

/** Builds the console into build/console unless that was made from the same sources; tells whether it built. */
export async function buildConsole(): Promise<boolean> {
  const sources = digestOfSources();
  if (isBuiltFrom(sources)) return false;
  // Beside its place, where another process may be building as well, or serving from.
  const making = `${built}.${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    await runVite(making);
    writeFileSync(join(making, stamp), sources);
    if (!isBuiltFrom(sources)) replaceFolder(making, built);
  } catch (error) {
    throw error instanceof StartupFault ? error : (diskFault(error, join(root, 'build')) ?? error);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return true;
}

function isBuiltFrom(sources: string): boolean {
  const file = join(built, stamp);
  return existsSync(file) && readFileSync(file, 'utf8') === sources;
}

/** In a process of its own: the bundler's memory is not the server's. */
async function runVite(outDir: string): Promise<void> {
  const program = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const options = ['--logLevel', 'warn', '--outDir', outDir, '--emptyOutDir'];
  const child = spawn(process.execPath, [program, 'build', 'console', ...options], {
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
