import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { systemActor } from '#platform/actor.ts';
import { openLibraryPool } from '#platform/database.ts';
import type { Module } from '#platform/module.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { until } from '#testing/until.ts';
import { openWorker, type Worker } from './open-worker.ts';

let t: TestDatabase;
let pool: pg.Pool;
before(async () => {
  t = await openTestDatabase();
  pool = openLibraryPool(t.ownerUrl, 8);
});
after(async () => {
  await pool.end();
  await t.close();
});

const open = (jobs: Module['jobs']): Promise<Worker> =>
  openWorker(t.platform, [{ name: 'tested', ...(jobs === undefined ? {} : { jobs }) }], {
    pool,
    onWake: () => {},
  });
const enqueue = (job: string) =>
  transact(t.platform, {}, systemActor('test'), async (work) => work.enqueue(job, {}));

test('a job whose worker was killed is done by the next one, and one whose worker lives is left to it', async () => {
  await enqueue('abandoned');
  await enqueue('held');
  // Two workers of other processes: the one with a session lives, the other was killed.
  const other = new pg.Client({ connectionString: t.ownerUrl });
  await other.connect();
  await other.query("select pg_advisory_lock(7270464, hashtext('lives'))");
  for (const [job, worker] of [
    ['abandoned', 'killed'],
    ['held', 'lives'],
  ] as const)
    await t.owner`
      update graphile_worker._private_jobs j set locked_by = ${worker}, locked_at = now() - interval '1 minute', attempts = 1
      from graphile_worker._private_tasks k where k.id = j.task_id and k.identifier = ${job}`;
  const done: string[] = [];
  const worker = await open(() => ({
    abandoned: async () => void done.push('abandoned'),
    held: async () => void done.push('held'),
  }));
  try {
    await until(() => done.length > 0);
    assert.deepEqual(done, ['abandoned']);
    await other.end();
    await until(() => done.length > 1, { deadlineMs: 20_000 });
  } finally {
    await worker.close();
  }
});

test('a job that used up all its tries is tried again half a day later', async () => {
  await enqueue('spent');
  await t.owner`
    update graphile_worker._private_jobs j
    set attempts = max_attempts, run_at = now() - interval '7 hours'
    from graphile_worker._private_tasks k where k.id = j.task_id and k.identifier = 'spent'`;
  const done: string[] = [];
  const worker = await open(() => ({ spent: async () => void done.push('spent') }));
  try {
    await until(() => done.length > 0);
  } finally {
    await worker.close();
  }
});

test('of a job that fails the queue keeps the kind of fault and no words', async () => {
  await enqueue('failing');
  const worker = await open(() => ({
    failing: async () => {
      throw new TypeError('the salary is 78123');
    },
  }));
  try {
    const said = await until(async () => {
      const [job] = await t.owner<{ error: string | null }[]>`
        select last_error as error from graphile_worker.jobs where task_identifier = 'failing'`;
      return job?.error;
    });
    assert.match(said, /TypeError/);
    assert.doesNotMatch(said, /78123/);
  } finally {
    await worker.close();
  }
});

test('a database that goes away as a job ends takes the queue with it, which is begun anew', async () => {
  await t.owner`
    create function away() returns trigger language plpgsql as
    'begin raise exception using errcode = $$57P01$$, message = $$terminating connection$$; end'`;
  await t.owner`create trigger away before delete on graphile_worker._private_jobs execute function away()`;
  const done: string[] = [];
  const worker = await open(() => ({
    one: async () => void done.push('one'),
    two: async () => void done.push('two'),
  }));
  try {
    await enqueue('one');
    await until(() => done.length > 1, { deadlineMs: 20_000 });
    assert.deepEqual(
      done.slice(0, 2),
      ['one', 'one'],
      'the next queue is given what the one before had taken',
    );
    await t.owner`drop function away() cascade`;
    await enqueue('two');
    await until(() => done.includes('two'), { deadlineMs: 20_000 });
  } finally {
    await worker.close();
  }
});

test("the log's coming months get partitions of their own while the worker runs", async () => {
  const months = () => t.owner<{ name: string }[]>`
    select relname as name from pg_class where relname ~ '^events_2031_' and relkind = 'r' order by 1`;
  t.platform.clock.set(Temporal.Instant.from('2031-05-20T00:00:00Z'));
  const workers = await Promise.all([open(undefined), open(undefined)]);
  try {
    await until(async () => (await months()).length === 5);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
  await transact(t.platform, {}, systemActor('test'), async (work) =>
    work.emit('00000000-0000-7000-8000-000000000001', { type: 'test.later', subject: {} }),
  );
  const [kept] =
    await t.owner`select tableoid::regclass::text as partition from platform.events where type = 'test.later'`;
  assert.equal(kept?.['partition'] ?? 'platform.events_2031_05', 'platform.events_2031_05');
});
