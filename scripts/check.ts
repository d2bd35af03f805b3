import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDescription } from './checks/api-description.ts';
import type { Check } from './checks/check.ts';
import { componentPage } from './checks/component-page.ts';
import { decisionRecords } from './checks/decision-records.ts';
import { docLinks } from './checks/doc-links.ts';
import { formatAndLint } from './checks/format-and-lint.ts';
import { imports, reach } from './checks/imports.ts';
import { noMarks } from './checks/marks.ts';
import { moduleGraph } from './checks/module-graph.ts';
import { describeProblems, problemCatalogue, problemsFile } from './checks/problem-catalogue.ts';
import { root } from './checks/project-files.ts';
import { rows } from './checks/rows.ts';
import { generateFromSchema, schema } from './checks/schema.ts';
import { size } from './checks/size.ts';
import { consoleTypes, serverTypes } from './checks/types.ts';
import { unused } from './checks/unused.ts';
import { readOptions } from './read-options.ts';
import { openTestPostgres } from './test-postgres.ts';

const checks: Check[] = [
  serverTypes,
  consoleTypes,
  imports,
  unused,
  formatAndLint,
  schema,
  rows,
  problemCatalogue,
  apiDescription,
  componentPage,
  reach,
  size,
  noMarks,
  docLinks,
  moduleGraph,
  decisionRecords,
];
const atOnce = 2;

const values = readOptions({ write: { type: 'boolean' }, only: { type: 'string' } });
const postgres = await openTestPostgres();
try {
  if (values.write) await regenerate();
  const wanted = checks.filter((check) => values.only === undefined || check.name.includes(values.only));
  process.exitCode = (await runAll(wanted)) ? 0 : 1;
} finally {
  await postgres.stop();
}

/** Runs the checks, two at a time, and prints a line for each as it ends; true when all are well. */
async function runAll(waiting: Check[]): Promise<boolean> {
  const queue = [...waiting];
  let faults = 0;
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const startedAt = performance.now();
      const findings = await check.run().catch((error: Error) => [error.stack ?? error.message]);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${findings.length === 0 ? '✓' : '✗'} ${check.name} (${seconds} s)`);
      for (const finding of findings) console.log(finding.replace(/^/gm, '    '));
      if (findings.length > 0) faults++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  console.log(
    faults === 0 ? `All ${waiting.length} checks are well.` : `${faults} of ${waiting.length} checks failed.`,
  );
  return faults === 0;
}

/** Writes everything that is generated: the dump, the row types, the list of error codes. */
async function regenerate(): Promise<void> {
  const files = { ...(await generateFromSchema()), [problemsFile]: describeProblems() };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
}
