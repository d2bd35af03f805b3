import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Check } from './check.ts';
import { projectFiles, root, sourceFiles } from './project-files.ts';

// Written in halves, or this file would find itself.
const marks = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['XX', 'X'],
  ['biome-', 'ignore'],
  ['@ts-', 'ignore'],
  ['@ts-', 'expect-error'],
  ['@ts-', 'nocheck'],
].map((halves) => halves.join(''));
const emptyNames = /^(utils?|helpers?|common|managers?|services?|misc)\.(ts|tsx|js)$/;

/** No reminders in the code instead of work, no switched-off checks, no file names that say nothing. */
export const noMarks: Check = {
  name: 'no marks left behind',
  async run() {
    const findings = projectFiles()
      .filter((path) => emptyNames.test(basename(path)))
      .map((path) => `${path}: the name does not say what the file holds`);
    for (const path of sourceFiles()) {
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      lines.forEach((line, index) => {
        const mark = marks.find((one) => new RegExp(`(^|[^\\w])${one}\\b`).test(line));
        if (mark !== undefined) findings.push(`${path}:${index + 1}: ${mark}`);
      });
    }
    return findings;
  },
};
