import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { projectFiles, root } from './project-files.ts';

const pieces = /^console\/src\/ui\/[^/]+\.tsx$/;
/** The component page, what lies around every page, and the pieces themselves, which may hold each other. */
const shows =
  /^console\/src\/(pages\/components-page|app\/(router|stand-alone)|features\/components\/[^/]+|ui\/[^/]+)\.tsx$/;

/** Every piece of console/src/ui is on the component page, by itself or within another piece. */
export const componentPage: Check = {
  name: 'component page',
  async run() {
    const files = projectFiles().filter((path) => shows.test(path));
    const text = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
    const shown = [...text.values()].join('\n');
    return files
      .filter((path) => pieces.test(path))
      .flatMap((path) =>
        [...(text.get(path) ?? '').matchAll(/^export function ([A-Z]\w+)/gm)]
          .filter(([, name]) => !new RegExp(`<${name}\\b`).test(shown))
          .map(
            ([, name]) =>
              `${path}: ${name} is not on the component page, where every piece is seen and tried`,
          ),
      );
  },
};
