import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { systemActor } from './actor.ts';
import { fireDueTimers } from './timers.ts';
import { transact, type Work } from './transact.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

test('a timer that fails for days is tried ever more seldom and fires when its fault is mended', async () => {
  const { clock } = t.platform;
  const start = Temporal.Instant.from('2026-11-24T00:00:00Z');
  clock.set(start);
  await transact(t.platform, {}, systemActor('test'), (work) =>
    work.schedule({ kind: 'remind', key: 'one', dueAt: start }),
  );
  let tries = 0;
  const failing = {
    remind: async () => {
      tries++;
      throw new Error('not now');
    },
  };
  for (let minutes = 0; minutes <= 48 * 60; minutes += 5) {
    clock.set(start.add({ minutes, seconds: 1 }));
    await fireDueTimers(t.platform, failing);
  }
  assert.ok(tries > 40 && tries < 60, `${tries} tries in two days`);
  clock.set(start.add({ hours: 50 }));
  let fired = 0;
  await fireDueTimers(t.platform, { remind: async () => void fired++ });
  assert.equal(fired, 1);
  assert.equal(await fireDueTimers(t.platform, failing), 0, 'it is gone');
});

test('whoever cancels a timer that has begun to fire, and has what its handler waits for, is not held up by it', async () => {
  const { platform } = t;
  const timer = { kind: 'expire', key: 'one' };
  await transact(platform, {}, systemActor('test'), (work) =>
    work.schedule({ ...timer, dueAt: platform.clock.now() }),
  );
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const cancelling = transact(platform, {}, systemActor('test'), async (work) => {
    await work.sql`select pg_advisory_xact_lock(1)`;
    held.resolve();
    await begun.promise;
    await work.cancelTimer(timer.kind, timer.key);
  });
  await held.promise;
  let fired = 0;
  const firing = fireDueTimers(platform, {
    expire: async (work) => {
      begun.resolve();
      await work.sql`select pg_advisory_xact_lock(1)`;
      fired++;
    },
  });
  await cancelling;
  assert.deepEqual([await firing, fired], [1, 1]);
});

test('a timer that its handler sets anew is there for the next time', async () => {
  const { platform } = t;
  const { clock } = platform;
  const again = { kind: 'again', key: 'one' };
  await transact(platform, {}, systemActor('test'), (work) =>
    work.schedule({ ...again, dueAt: clock.now() }),
  );
  const handlers = { again: (work: Work) => work.schedule({ ...again, dueAt: work.now }) };
  assert.equal(await fireDueTimers(platform, handlers), 1);
  assert.equal(await fireDueTimers(platform, handlers), 1);
});
