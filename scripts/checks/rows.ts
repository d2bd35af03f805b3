import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { projectFiles, root } from './project-files.ts';

/** Rows that are computed from tables and hold none of their columns as they are kept. */
const computed = ['fair-use-store.ts TotalsRow', 'employee-store.ts HistoryRow'];
const stores = /^server\/modules\/[^/]+\/[\w-]+-store\.ts$/;
const readsTable = /\b(from|into|update)\s+[a-z_]+\.[a-z_]+(?![a-z_(])/;

/** What a store reads of a table has the types of the schema, so that a column that is renamed does not compile. */
export const rows: Check = {
  name: 'rows of the stores',
  async run() {
    return projectFiles()
      .filter((path) => stores.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        const byHand = [...text.matchAll(/^(?:export )?interface (\w+) \{/gm)].map(([, name]) => name);
        return [...text.matchAll(/(?:sql|db)<(\w+)\[\]>`([^`]*)`/g)]
          .filter(([, name, query = '']) => byHand.includes(name) && readsTable.test(query))
          .filter(([, name]) => !computed.includes(`${path.split('/').pop()} ${name}`))
          .map(
            ([, name]) => `${path}: ${name} names its columns by hand; let it extend Row<'schema.table', …>`,
          );
      });
  },
};
