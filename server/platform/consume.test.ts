import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { systemActor } from './actor.ts';
import { type Consumer, consumePending } from './consume.ts';
import { appendEvents, readEvents } from './events.ts';
import { read, transact } from './transact.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const actor = systemActor('test');
const noStream = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

test('a stream is contiguous and in commit order whatever writers run side by side, wait or roll back', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  const scope = { customerId, environmentId: sandboxId };
  let written = 0;
  const write = (writer: { events: number; waitMs: number; ends: string }) =>
    transact(t.platform, scope, actor, async (work) => {
      for (let i = 0; i < writer.events; i++)
        work.emit(sandboxId, { type: 'test.written', subject: {}, data: { n: i } });
      await work.sql`select pg_sleep(${writer.waitMs / 1000})`;
      // Its counter is raised before the second stream, which comes later in the order, is found missing.
      if (writer.ends === 'rolled back late') work.emit(noStream, { type: 'test.lost', subject: {} });
      if (writer.ends === 'rolled back') throw new Error('rolled back');
    });
  const writeAndLinger = (writer: { events: number; waitMs: number }) =>
    t.platform.db.begin(async (sql) => {
      await sql`select set_config('app.customer', ${customerId}, true), set_config('app.environment', ${sandboxId}, true)`;
      const facts = Array.from({ length: writer.events }, (_, n) => ({
        type: 'test.written',
        subject: {},
        data: { n },
      }));
      await appendEvents(sql, sandboxId, actor, facts, t.platform.clock.now());
      await sql`select pg_sleep(${writer.waitMs / 1000})`;
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          events: fc.integer({ min: 1, max: 4 }),
          waitMs: fc.integer({ min: 0, max: 8 }),
          ends: fc.constantFrom('committed', 'committed slowly', 'rolled back', 'rolled back late'),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      async (writers) => {
        await Promise.all(
          writers.map((writer) =>
            (writer.ends === 'committed slowly' ? writeAndLinger(writer) : write(writer)).then(
              () => {
                assert.match(writer.ends, /^committed/);
                written += writer.events;
              },
              (error: Error) => assert.match(error.message, /^rolled back$|^no stream/),
            ),
          ),
        );
        const events = await read(t.platform, scope, (sql) => readEvents(sql, sandboxId, 0, 10_000));
        assert.deepEqual(
          events.map((event) => event.sequence),
          Array.from({ length: written }, (_, i) => i + 1),
        );
      },
    ),
    { numRuns: 25 },
  );
});

test('a reader that follows while writers commit sees every event once and never a later one first', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  const scope = { customerId, environmentId: sandboxId };
  const seen: number[] = [];
  let writing = true;
  const reader = (async () => {
    let cursor = 0;
    for (;;) {
      const done = !writing;
      const events = await read(t.platform, scope, (sql) => readEvents(sql, sandboxId, cursor, 7));
      seen.push(...events.map((event) => event.sequence));
      cursor = events.at(-1)?.sequence ?? cursor;
      if (done && events.length === 0) return;
    }
  })();
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      transact(t.platform, scope, actor, async (work) => {
        work.emit(sandboxId, { type: 'test.written', subject: {} });
        if (i % 3 === 0) await work.sql`select pg_sleep(0.005)`;
      }),
    ),
  );
  writing = false;
  await reader;
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
});

test('a consumer that fails keeps its place, its effects roll back, and others go on', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  const scope = { customerId, environmentId: sandboxId };
  await transact(t.platform, scope, actor, async (work) => {
    work.emit(sandboxId, { type: 'test.one', subject: {} });
    work.emit(sandboxId, { type: 'test.two', subject: {} });
  });
  let failing = true;
  const handled: string[] = [];
  const consumer = (name: string, mayFail: boolean): Consumer => ({
    name,
    kinds: ['environment'],
    handle: async (work, events, stream) => {
      if (stream.id !== sandboxId) return;
      for (const event of events) {
        await work.sql`insert into platform.settings (name, value) values (${`${name}-${event.sequence}`}, '1')`;
        if (mayFail && failing && event.sequence === 2) throw new Error('not now');
        handled.push(`${name}-${event.sequence}`);
      }
    },
  });
  await consumePending(t.platform, consumer('flaky', true));
  await consumePending(t.platform, consumer('steady', false));
  const effects = () =>
    t.platform
      .db`select name from platform.settings where name like 'flaky-%' or name like 'steady-%' order by name`;
  assert.deepEqual(
    (await effects()).map((row) => row['name']),
    ['steady-1', 'steady-2'],
  );
  failing = false;
  await t.owner`update platform.cursors set retry_at = null where consumer = 'flaky'`;
  await runConsumers(t.platform, [consumer('flaky', true), consumer('steady', false)]);
  assert.deepEqual(
    (await effects()).map((row) => row['name']),
    ['flaky-1', 'flaky-2', 'steady-1', 'steady-2'],
  );
});

test('a transaction that failed unseen inside never commits silently', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  await assert.rejects(
    transact(t.platform, { customerId, environmentId: sandboxId }, actor, async (work) => {
      await work.sql`select 1 / 0`.catch(() => {});
    }),
    /current transaction is aborted|division by zero/,
  );
});

test("another customer's stream can be neither read nor written", async () => {
  const one = await makeCustomer(t.platform);
  const other = await makeCustomer(t.platform);
  const scope = { customerId: other.customerId, environmentId: other.sandboxId };
  await assert.rejects(
    transact(t.platform, scope, actor, async (work) =>
      work.emit(one.sandboxId, { type: 'test.x', subject: {} }),
    ),
    /no stream/,
  );
  assert.equal((await read(t.platform, scope, (sql) => readEvents(sql, one.customerId, 0, 10))).length, 0);
});
