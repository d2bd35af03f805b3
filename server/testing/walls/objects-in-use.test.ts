import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '#testing/database.ts';

test('every table whose rows name objects is known to the sweep, which removes what nothing names', async () => {
  const t = await openTestDatabase();
  const tables = await t.owner<{ name: string }[]>`
    select distinct n.nspname || '.' || c.relname as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and a.attname ~ '(object|pdf|file)_key$' order by 1`;
  const functions = await t.owner<{ text: string }[]>`
    select prosrc as text from pg_proc where proname = 'objects_in_use'`;
  assert.ok(tables.length >= 6);
  const unknown = tables.filter(({ name }) => !functions.some(({ text }) => text.includes(` ${name} `)));
  assert.deepEqual([...unknown], [], 'name it in objects_in_use of its module');
  await t.close();
});
