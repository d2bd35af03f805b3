import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Check } from './check.ts';
import { projectFiles, root } from './project-files.ts';

const folder = 'docs/decisions/';
const parts = ['Context.', 'Decision.', 'Alternatives.', 'Consequences.', 'Enforced by'];

/** Every decision record has all its parts, in their order, names only files that exist, and is on the list. */
export const decisionRecords: Check = {
  name: 'decision records',
  async run() {
    const list = readFileSync(join(root, folder, 'README.md'), 'utf8');
    const files = new Set(projectFiles());
    return [...files]
      .filter((path) => path.startsWith(folder) && !path.endsWith('README.md'))
      .flatMap((path) => [
        ...faultsOf(path, files),
        ...(list.includes(`(${basename(path)})`) ? [] : [`${path} is not on the list of ${folder}README.md`]),
      ]);
  },
};

function faultsOf(path: string, files: Set<string>): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = [...text.matchAll(/^\*\*([A-Z][a-z .]*?)\*\*/gm)].map((part) => part[1] ?? '');
  const order = found.filter((part) => parts.includes(part)).join(' · ');
  const named = [...text.matchAll(/`((?:server|console|contract|scripts|bench)\/[^`*\s]+\.\w+)`/g)];
  return [
    ...(order === parts.join(' · ') ? [] : [`${path} has ${order}, not ${parts.join(' · ')}`]),
    ...named
      .filter(([, file = '']) => !files.has(file))
      .map(([, file]) => `${path} names ${file}, which is not there`),
  ];
}
