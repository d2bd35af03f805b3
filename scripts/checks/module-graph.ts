import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules } from '../../server/wiring.ts';
import type { Check } from './check.ts';
import { projectFiles, root } from './project-files.ts';

const file = 'ARCHITECTURE.md';

/** ARCHITECTURE.md draws the modules as they are: in the order of the wiring, each with those that it imports. */
export const moduleGraph: Check = {
  name: 'module graph',
  async run() {
    const text = readFileSync(join(root, file), 'utf8');
    const drawn = [...text.matchAll(/^\| `([a-z-]+)` \|[^|]+\| ([^|]*?) *\|$/gm)].map(
      ([, name = '', uses = '']) => ({ name, uses }),
    );
    const names = modules.map(({ name }) => name).join(', ');
    const order = drawn.map(({ name }) => name).join(', ');
    return [
      ...(order === names ? [] : [`${file} lists the modules as ${order}; they are ${names}`]),
      ...drawn
        .map(({ name, uses }) => ({ name, uses, truly: importsOf(name) }))
        .filter(({ uses, truly }) => uses !== truly)
        .map(({ name, uses, truly }) => `${file} says that ${name} uses "${uses}"; it uses "${truly}"`),
    ];
  },
};

function importsOf(module: string): string {
  const files = projectFiles().filter(
    (path) => path.startsWith(`server/modules/${module}/`) && /(?<!\.test)\.ts$/.test(path),
  );
  const used = files.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/'#modules\/([a-z-]+)\//g)].map(([, name]) => name),
  );
  return modules
    .map(({ name }) => name)
    .filter((name) => name !== module && used.includes(name))
    .join(', ');
}
