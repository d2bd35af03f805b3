import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { assertSchemaCurrent, listFunctionFiles, listMigrations, migrate, SchemaFault } from './migrate.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const newest = listMigrations().at(-1)?.version ?? 0;
const [file] = listFunctionFiles();
const isFault = (about: RegExp) => (error: Error) =>
  error instanceof SchemaFault && about.test(error.message);

test('a current database is served, and migrating it again changes nothing', async () => {
  await assertSchemaCurrent(t.platform.db);
  assert.deepEqual(await migrate(t.ownerUrl), { applied: [] });
});

test('functions of another version are not served, and two that migrate at once apply them once', async () => {
  await t.owner`update schema_history.functions set hash = 'other' where name = ${file?.name ?? ''}`;
  await assert.rejects(
    assertSchemaCurrent(t.platform.db),
    isFault(/functions in the database.*fairlead migrate/),
  );
  const both = await Promise.all([migrate(t.ownerUrl), migrate(t.ownerUrl)]);
  assert.deepEqual(
    both.flatMap(({ applied }) => applied),
    [file?.name],
  );
  await assertSchemaCurrent(t.platform.db);
});

test('a migration that was changed after it was applied is named', async () => {
  const [first] = await t.owner<{ hash: string }[]>`
    update schema_history.migrations set hash = 'other' where version = 1 returning old.hash`;
  await assert.rejects(migrate(t.ownerUrl), isFault(/0001-platform.sql was changed after it was applied/));
  await t.owner`update schema_history.migrations set hash = ${first?.hash ?? ''} where version = 1`;
});

test('an older database points to the command, and nothing is served from it', async () => {
  const [last] = await t.owner`delete from schema_history.migrations where version = ${newest} returning *`;
  await assert.rejects(
    assertSchemaCurrent(t.platform.db),
    isFault(/older.*1 migrations to apply.*fairlead migrate/),
  );
  await t.owner`insert into schema_history.migrations ${t.owner(last as never)}`;
});

test('a newer database is served unless its change is breaking, and keeps its own functions', async () => {
  await t.owner`
    insert into schema_history.migrations (version, name, hash, breaking) values (9998, '9998-later.sql', '', false)`;
  await t.owner`update schema_history.functions set hash = 'newer' where name = ${file?.name ?? ''}`;
  await assertSchemaCurrent(t.platform.db);
  assert.deepEqual(await migrate(t.ownerUrl), { applied: [] });
  await t.owner`
    insert into schema_history.migrations (version, name, hash, breaking) values (9999, '9999-later.sql', '', true)`;
  await assert.rejects(assertSchemaCurrent(t.platform.db), isFault(/9999, newer than this version/));
  await assert.rejects(migrate(t.ownerUrl), isFault(/9999, newer than this version/));
  await t.owner`insert into graphile_worker.migrations (id, breaking) values (999999, true)`;
  await assert.rejects(
    migrate(t.ownerUrl),
    isFault(/9999, newer than this version/),
    'a newer job queue as well',
  );
});

test('a migration that others hold up for too long gives up in one sentence', async () => {
  const holder = await t.owner.reserve();
  await holder`select pg_advisory_lock(7270461)`;
  const limits = {
    migrationTimeoutMs: 200,
    statementTimeoutMs: 0,
    idleTransactionTimeoutMs: 0,
    keepaliveMs: 30_000,
  };
  try {
    await assert.rejects(
      migrate(t.ownerUrl, limits),
      isFault(/longer than database.migration_timeout_ms \(200\)/),
    );
  } finally {
    await holder`select pg_advisory_unlock(7270461)`;
    holder.release();
  }
});
