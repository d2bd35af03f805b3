import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { until } from '#testing/until.ts';
import { systemActor } from './actor.ts';
import { type Consumer, consumePending, consumeRound, firstRound, listHeldUp } from './consume.ts';
import { appendEvents, readEvents } from './events.ts';
import { read, type Scope, transact, type Work } from './transact.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const actor = systemActor('test');
const noStream = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

test('whoever follows a stream sees it contiguous and in commit order, whatever writers run side by side, wait or roll back', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  const scope = { customerId, environmentId: sandboxId };
  const follower = followStream(scope, sandboxId);
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
  const property = fc.asyncProperty(
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
      await follower.reaches(written);
      assert.deepEqual(
        follower.seen,
        Array.from({ length: written }, (_, i) => i + 1),
      );
    },
  );
  await fc.assert(property, { numRuns: 25 }).finally(follower.stop);
});

/** Reads a stream all the time by its cursor alone, as whoever has access to it may: what it saw, in that order. */
function followStream(scope: Scope, streamId: string) {
  const seen: number[] = [];
  let stopped = false;
  const reading = (async () => {
    for (let cursor = 0; !stopped; cursor = seen.at(-1) ?? 0) {
      const events = await read(t.platform, scope, (sql) => readEvents(sql, streamId, cursor, 7));
      seen.push(...events.map((event) => event.sequence));
    }
  })();
  return {
    seen,
    reaches: (count: number) => until(() => seen.length >= count, { what: `${count} events were seen` }),
    stop: async () => {
      stopped = true;
      await reading;
    },
  };
}

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
    ['flaky-1', 'steady-1', 'steady-2'],
  );
  assert.deepEqual(
    (await listHeldUp(t.platform)).map(({ consumer, streams }) => [consumer, streams]),
    [['flaky', 1]],
  );
  failing = false;
  await t.owner`update platform.cursors set retry_at = null where consumer = 'flaky'`;
  await runConsumers(t.platform, [consumer('flaky', true), consumer('steady', false)]);
  assert.deepEqual(
    (await effects()).map((row) => row['name']),
    ['flaky-1', 'flaky-2', 'steady-1', 'steady-2'],
  );
  assert.deepEqual([...(await listHeldUp(t.platform))], []);
});

test('an event that cannot be handled holds up neither those before it nor other streams', async () => {
  const names = ['counting', 'adding'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ stream: fc.nat(2), sequence: fc.integer({ min: 1, max: 60 }) }), { maxLength: 4 }),
      async (lengths, poisons) => {
        const made = await Promise.all(lengths.map(() => makeCustomer(t.platform)));
        const streams = made.map(({ customerId, sandboxId }, i) => ({
          id: sandboxId,
          scope: { customerId, environmentId: sandboxId },
          length: lengths[i] ?? 0,
          poisoned: poisons
            .filter((one) => one.stream === i)
            .map((one) => one.sequence)
            .sort((a, b) => a - b),
        }));
        for (const { id, scope, length } of streams)
          await transact(t.platform, scope, actor, async (work) => {
            for (let i = 0; i < length; i++) work.emit(id, { type: 'test.counted', subject: {} });
          });
        const consumers = names.map(
          (name): Consumer => ({
            name,
            kinds: ['environment'],
            handle: async (work, events, stream) => {
              const known = streams.find((one) => one.id === stream.id);
              for (const { sequence } of events) {
                await applyInTurn(work, `${name} ${stream.id}`, sequence);
                if (known?.poisoned.includes(sequence)) throw new Error('poisoned');
              }
            },
          }),
        );
        const work = async () => {
          await Promise.all(
            [1, 2].flatMap(() => consumers.map((consumer) => consumePending(t.platform, consumer))),
          );
          await t.owner`update platform.cursors set retry_at = null where consumer = any (${names})`;
        };
        for (let healed = false; !healed; ) {
          for (let handled = true; handled; ) {
            const before = await appliedOf(names, streams);
            await work();
            handled = JSON.stringify(await appliedOf(names, streams)) !== JSON.stringify(before);
          }
          for (const { id, length, poisoned } of streams)
            for (const name of names) {
              const first = poisoned.find((sequence) => sequence <= length);
              const [applied] = await appliedOf([name], [{ id }]);
              assert.equal(applied, first === undefined ? length : first - 1);
            }
          healed = streams.every(({ poisoned }) => poisoned.shift() === undefined);
        }
      },
    ),
    { numRuns: 12 },
  );
});

/** How far each consumer has come in each stream, by its effects. */
async function appliedOf(names: string[], streams: { id: string }[]): Promise<number[]> {
  const keys = streams.flatMap(({ id }) => names.map((name) => `${name} ${id}`));
  const rows = await t.platform.db<{ name: string; value: number }[]>`
    select name, value from platform.settings where name = any (${keys})`;
  return keys.map((key) => rows.find((row) => row.name === key)?.value ?? 0);
}

/** One row for each consumer and stream, moved along with the cursor: what was really applied, once and in order. */
async function applyInTurn(work: Work, key: string, sequence: number): Promise<void> {
  const moved = await work.sql`
    insert into platform.settings as s (name, value)
    select ${key}, to_jsonb(${sequence}::int)
    where ${sequence} = 1 or exists (select from platform.settings where name = ${key})
    on conflict (name) do update set value = excluded.value where s.value::int = ${sequence - 1} returning 1`;
  assert.equal(moved.length, 1, `${sequence} of ${key} came out of turn or twice`);
}

test('a stream is not passed over for busier ones', async () => {
  const made = await Promise.all([1, 2, 3, 4, 5].map(() => makeCustomer(t.platform)));
  const grow = () =>
    Promise.all(
      made.map(({ customerId, sandboxId }) =>
        transact(t.platform, { customerId, environmentId: sandboxId }, actor, async (work) =>
          work.emit(sandboxId, { type: 'test.busy', subject: {} }),
        ),
      ),
    );
  const seen = new Set<string>();
  const consumer: Consumer = {
    name: 'fair',
    kinds: ['environment'],
    handle: async (_work, _events, stream) => void seen.add(stream.id),
  };
  const [before] = await t.platform.db<{ streams: number }[]>`
    select count(*)::int as streams from platform.stream_heads() where kind = 'environment' and head > 0`;
  await grow();
  let after = firstRound;
  for (let rounds = 0; rounds < Math.ceil(((before?.streams ?? 0) + made.length) / 2); rounds++) {
    ({ last: after } = await consumeRound(t.platform, consumer, after, 2));
    await grow();
  }
  for (const { sandboxId } of made) assert.ok(seen.has(sandboxId), 'every stream had its turn');
});

test('consumers of several workers see every event of every stream once and in order, whoever fails or is killed', async () => {
  const streams = await Promise.all([1, 2, 3].map(() => makeCustomer(t.platform)));
  const names = ['following', 'trailing'];
  const consumer = (name: string, fails: () => boolean): Consumer => ({
    name,
    kinds: ['environment'],
    handle: async (work, events, stream) => {
      for (const event of events) await applyInTurn(work, `${name} ${stream.id}`, event.sequence);
      await work.sql`select pg_sleep(0.002)`;
      if (fails()) throw new Error('thrown back');
    },
  });
  const outOfTurn: string[] = [];
  const log = {
    ...t.platform.log,
    error: (entry: { err: Error }) => {
      if (entry.err.message !== 'thrown back') outOfTurn.push(entry.err.message);
    },
  } as unknown as TestDatabase['platform']['log'];
  const platform = { ...t.platform, log };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ stream: fc.nat(2), events: fc.integer({ min: 1, max: 5 }), slow: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.infiniteStream(fc.boolean()),
      async (writers, dice) => {
        const fails = () => dice.next().value === true && Math.random() < 0.5;
        const writing = writers.map((writer) => {
          const { customerId, sandboxId } = streams[writer.stream] ?? assert.fail();
          return transact(t.platform, { customerId, environmentId: sandboxId }, actor, async (work) => {
            for (let i = 0; i < writer.events; i++)
              work.emit(sandboxId, { type: 'test.followed', subject: {} });
            if (writer.slow) await work.sql`select pg_sleep(0.004)`;
          });
        });
        const reading = [1, 2].flatMap(() =>
          names.map((name) => consumePending(platform, consumer(name, fails))),
        );
        await Promise.all([...writing, ...reading]);
        await t.owner`update platform.cursors set retry_at = null where consumer = any (${names})`;
      },
    ),
    { numRuns: 20 },
  );
  await runConsumers(
    platform,
    names.map((name) => consumer(name, () => false)),
  );
  assert.deepEqual(outOfTurn, []);
  for (const { customerId, sandboxId } of streams) {
    const [head] = await read(
      t.platform,
      { customerId, environmentId: sandboxId },
      (sql) => sql<{ head: number }[]>`
      select head from platform.streams where id = ${sandboxId}`,
    );
    for (const name of names) {
      const [row] = await t.platform.db<{ value: number }[]>`
        select value from platform.settings where name = ${`${name} ${sandboxId}`}`;
      assert.equal(row?.value ?? 0, head?.head, `${name} on ${sandboxId}`);
    }
  }
});

test('only a transaction that made the log grow wakes those who follow it', async () => {
  let woken = 0;
  const platform = { ...t.platform, wake: () => void woken++ };
  await transact(platform, {}, actor, async (work) => work.audit({ action: 'looked' }));
  await consumePending(platform, { name: 'idle', kinds: ['environment'], handle: async () => {} });
  assert.equal(woken, 0);
  await transact(platform, {}, actor, async (work) =>
    work.emit('00000000-0000-7000-8000-000000000001', { type: 'test.grew', subject: {} }),
  );
  assert.equal(woken, 1);
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
