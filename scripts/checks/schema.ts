import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTestDatabase } from '#testing/database.ts';
import { dumpSchema } from '../schema/dump-schema.ts';
import { describeRows } from '../schema/row-types.ts';
import type { Check } from './check.ts';
import { root } from './project-files.ts';

/** What is generated from the migrated database, by file. */
export async function generateFromSchema(): Promise<Record<string, string>> {
  const test = await openTestDatabase();
  try {
    return {
      'server/migrations/schema.sql': await dumpSchema(test.owner),
      'server/migrations/rows.generated.ts': await describeRows(test.owner),
    };
  } finally {
    await test.close();
  }
}

export const schema: Check = {
  name: 'dump of the schema and types of its rows',
  async run() {
    return Object.entries(await generateFromSchema()).flatMap(([file, wanted]) => {
      const path = join(root, file);
      const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (present === wanted) return [];
      return [
        `${file} does not fit the migrations (${firstDifference(present, wanted)}); run: npm run check -- --write`,
      ];
    });
  },
};

function firstDifference(present: string, wanted: string): string {
  const before = present.split('\n');
  const after = wanted.split('\n');
  const at = after.findIndex((line, index) => line !== before[index]);
  return `line ${at + 1}: ${JSON.stringify(before[at] ?? '')} should be ${JSON.stringify(after[at] ?? '')}`;
}
