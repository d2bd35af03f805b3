import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonProblems, type ProblemCatalogue } from '#platform/problem.ts';
import { modules } from '../../server/wiring.ts';
import type { Check } from './check.ts';
import { root } from './project-files.ts';

/** The documentation of every error code, generated from the catalogues. */
export const problemsFile = 'docs/problems.md';

export const problemCatalogue: Check = {
  name: 'documentation of the error codes',
  async run() {
    const file = join(root, problemsFile);
    if (existsSync(file) && readFileSync(file, 'utf8') === describeProblems()) return [];
    return [`${problemsFile} does not fit the catalogue; run: npm run check -- --write`];
  },
};

/** The catalogue as a page: a table for what all doors share, then one for each module. */
export function describeProblems(): string {
  const sections = [{ name: 'All doors', problems: commonProblems.catalogue as ProblemCatalogue }];
  for (const module of modules) {
    if (module.problems !== undefined) sections.push({ name: module.name, problems: module.problems });
  }
  return `# Error codes

Every refusal carries one of these codes: in the \`code\` of an HTTP problem body (RFC 9457), in the text of an SFTP
status or SMTP reply. A code keeps its meaning for ever. Generated from the catalogues in the code.

${sections.map(({ name, problems }) => section(name, problems)).join('\n')}`;
}

function section(name: string, problems: ProblemCatalogue): string {
  const rows = Object.keys(problems)
    .sort()
    .map((code) => {
      const problem = problems[code];
      return `| \`${code}\` | ${problem?.status} | ${problem?.title} | ${problem?.mend} |\n`;
    });
  return `## ${name}\n\n| code | status | what it means | how to mend it |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}
