import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, with no slash at the end. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that is or would be committed, by its path from the root; deleted ones left out. */
export function projectFiles(): string[] {
  // Whoever owns the checkout: in a container that is often somebody else than root.
  const list = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', list, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Code that people write: no generated files, no fixtures that are wrong on purpose. */
export function sourceFiles(): string[] {
  return projectFiles().filter(
    (path) =>
      /\.(ts|tsx|js|mjs|sql|css)$/.test(path) &&
      !path.startsWith('scripts/fixtures/') &&
      !/\.generated\.ts$|(^|\/)schema\.sql$/.test(path),
  );
}
