import './mend-postgres-driver.ts';

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestDatabase } from '#testing/database.ts';
import type { Work } from './transact.ts';

// Imported late, so that the mending is in place when the driver is loaded.
const { openTestDatabase } = await import('#testing/database.ts');
const { until } = await import('#testing/until.ts');
const { systemActor } = await import('./actor.ts');
const { withStatementLimit } = await import('./bounds.ts');
const { openDatabase } = await import('./database.ts');
const { transact } = await import('./transact.ts');

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase({ database: { statementTimeoutMs: 200, idleTransactionTimeoutMs: 200 } });
});
after(() => t.close());

const change = (name: string, then: (work: Work) => Promise<unknown>) =>
  transact(t.platform, {}, systemActor('test'), async (work) => {
    await work.sql`insert into platform.settings (name, value) values (${name}, '1')`;
    await then(work);
  });
const kept = async (name: string) =>
  (await t.platform.db`select from platform.settings where name = ${name}`).length === 1;

test('a statement that takes longer than its limit is cancelled, and nothing of its transaction is kept', async () => {
  await assert.rejects(
    change('slow', (work) => work.sql`select pg_sleep(20)`),
    { code: '57014' },
  );
  assert.equal(await kept('slow'), false);
});

test('a commit waits until it is written down, whatever the server does by default', async () => {
  await t.owner.unsafe(
    `alter database ${new URL(t.ownerUrl).pathname.slice(1)} set synchronous_commit = off`,
  );
  const fresh = openDatabase(t.ownerUrl, { max: 1, limits: t.platform.config.database });
  const [own] = await fresh<{ wait: string }[]>`select current_setting('synchronous_commit') as wait`;
  await fresh.end();
  assert.equal(own?.wait, 'on');
});

test('waiting for a lock counts: whoever holds it does not hold up others for ever', async () => {
  await change('held', async () => {});
  const released = Promise.withResolvers<void>();
  const holder = t.owner.begin(async (sql) => {
    await sql`lock table platform.settings in access exclusive mode`;
    await released.promise;
  });
  await until(async () => {
    const [held] = await t.platform.db`
      select from pg_locks where relation = 'platform.settings'::regclass and mode = 'AccessExclusiveLock' and granted`;
    return held !== undefined;
  });
  await assert.rejects(
    change('waiting', async () => {}),
    { code: '57014' },
  );
  released.resolve();
  await holder;
});

test('long work has a limit of its own, for its transactions alone', async () => {
  await withStatementLimit(20_000, () => change('patient', (work) => work.sql`select pg_sleep(0.3)`));
  assert.equal(await kept('patient'), true);
  for (let i = 0; i < 4; i++)
    await assert.rejects(
      change('hasty', (work) => work.sql`select pg_sleep(20)`),
      { code: '57014' },
    );
});

test('a transaction in which nothing happens is undone, and its connection is replaced', async () => {
  let backend = 0;
  await assert.rejects(
    change('idle', async (work) => {
      const [row] = await work.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
      backend = row?.pid ?? 0;
      await until(
        async () => (await t.owner`select from pg_stat_activity where pid = ${backend}`).length === 0,
      );
    }),
  );
  assert.equal(await kept('idle'), false);
  await change('afterwards', async () => {});
});
