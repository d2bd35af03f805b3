import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { root, sourceFiles } from './project-files.ts';

const mostLines = 500;

/** Files stay small enough to read; generated ones are excepted. */
export const size: Check = {
  name: `files of at most ${mostLines} lines`,
  async run() {
    return sourceFiles().flatMap((path) => {
      const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
      return lines > mostLines ? [`${path} has ${lines} lines; split it at an idea`] : [];
    });
  },
};
