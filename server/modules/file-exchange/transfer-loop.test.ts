import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemActor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { employees, openFileHome } from '#testing/file-home.ts';
import { runJobs } from '#testing/jobs.ts';
import { until } from '#testing/until.ts';
import { approveTransfer } from './decide-transfer.ts';
import { expireUnfinished } from './expire-unfinished.ts';
import { fileExchange } from './index.ts';
import { processPendingTransfers, transferLoop } from './transfer-loop.ts';

let t: TestDatabase;

before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

test('a file that takes long keeps other customers waiting for nothing, and the next of its exchange in order', async () => {
  const [slow, quick] = [await openFileHome(t), await openFileHome(t)];
  const names = [slow.fileName(), slow.fileName(), quick.fileName()] as const;
  await slow.put(`/in/employees/${names[0]}`, employees(3));
  const first = await slow.transferOf(names[0]);
  let release = () => {};
  const isHeld = Promise.withResolvers<void>();
  const hindered = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Somebody else holds the first transfer's row: whoever works on it waits.
  const holding = t.owner.begin(async (sql) => {
    await sql`select set_config('app.environment', ${slow.scope.environmentId}, true)`;
    const rows = await sql`select id from file_exchange.transfers where id = ${first} for update`;
    assert.equal(rows.length, 1);
    isHeld.resolve();
    await hindered;
  });
  await Promise.race([isHeld.promise, holding]);
  const loop = transferLoop(t.platform).start();
  try {
    await slow.put(`/in/employees/${names[1]}`, employees(4));
    await quick.put(`/in/employees/${names[2]}`, employees(5));
    const answered = async (home: typeof quick, name: string) => (await home.answers(name)).ack;
    const dry = slow.fileName();
    await slow.put(`/in/validate/${dry}`, employees(6));
    assert.equal(
      (await until(() => answered(slow, dry), { what: 'the dry run is answered' })).status,
      'accepted',
    );
    const ack = await until(() => answered(quick, names[2]), { what: 'the other customer has its answer' });
    assert.equal(ack.status, 'accepted');
    assert.equal(await answered(slow, names[1]), null, 'files of an exchange go in order');
    release();
    await until(() => answered(slow, names[1]), { what: 'the second file has its answer' });
  } finally {
    release();
    await holding;
    await loop.stop();
  }
});

test('a file that fails time and again is held for a person; once the fault is gone it goes on from there', async () => {
  const own = await openFileHome(t);
  const name = own.fileName();
  await t.owner`
    create function failing() returns trigger language plpgsql as 'begin raise exception $$no$$; end'`;
  await t.owner`create trigger failing before insert on payroll.employments execute function failing()`;
  await own.put(`/in/employees/${name}`, employees(3));
  const inScope = <T>(fn: (sql: Tx) => Promise<T>) =>
    transact(t.platform, own.scope, systemActor('test'), (work) => fn(work.sql));
  const attemptOnce = async () => {
    await inScope((sql) => sql`update file_exchange.transfers set retry_at = null where file_name = ${name}`);
    await processPendingTransfers(t.platform);
    const [row] = await inScope(
      (sql) => sql<{ state: string }[]>`select state from file_exchange.transfers where file_name = ${name}`,
    );
    return row?.state;
  };
  for (let attempt = 1; attempt < 9; attempt++) assert.equal(await attemptOnce(), 'applying');
  assert.equal(await attemptOnce(), 'held');
  assert.equal((await own.answers(name)).ack?.codes['not-processed'], 1);
  await t.owner`drop function failing() cascade`;
  const id = await own.transferOf(name);
  await transact(t.platform, own.scope, systemActor('test'), async (work) =>
    approveTransfer(work, id, await own.decision(id, 'mended')),
  );
  assert.equal(await attemptOnce(), 'applied');
});

test('an upload that nobody renames is removed with its bytes, and one that was renamed keeps them', async () => {
  const own = await openFileHome(t);
  const name = own.fileName();
  const renamed = employees(2);
  await own.put('/in/employees/left.csv.part', 'half a file');
  await own.put(`/in/employees/${name}.part`, renamed);
  await own.home.rename(`/in/employees/${name}.part`, `/in/employees/${name}`, false);
  const objectOf = async (path: string) => (await own.home.find(path))?.file?.objectKey ?? '';
  const [left, kept] = [
    await objectOf('/in/employees/left.csv.part'),
    await objectOf(`/in/employees/${name}`),
  ];
  assert.equal(await expireUnfinished(t.platform), 0);
  t.platform.clock.set(t.platform.clock.now().add({ hours: 24 * 8 }));
  assert.equal(
    await expireUnfinished(t.platform),
    2,
    'the one that is left, and the former name of the other',
  );
  await runJobs(t, [fileExchange]);
  assert.equal(await own.home.find('/in/employees/left.csv.part'), undefined);
  await assert.rejects(t.platform.objects.readBuffer(left, 1_000), { code: 'OBJECT_EXPIRED' });
  assert.equal((await t.platform.objects.readBuffer(kept, 10_000)).toString('utf8'), renamed);
});
