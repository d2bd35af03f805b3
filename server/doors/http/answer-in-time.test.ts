import '#platform/mend-postgres-driver.ts';

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Module } from '#platform/module.ts';
import type { Work } from '#platform/transact.ts';
import type { TestDatabase } from '#testing/database.ts';

// Imported late, so that the mending is in place when the driver is loaded.
const { transact } = await import('#platform/transact.ts');
const { openTestDatabase } = await import('#testing/database.ts');
const { testServer } = await import('#testing/http.ts');

let t: TestDatabase;
const servers: { close(): Promise<void> }[] = [];
before(async () => {
  t = await openTestDatabase({ database: { statementTimeoutMs: 200 }, http: { answerTimeoutMs: 400 } });
});
after(async () => {
  for (const server of servers) await server.close();
  await t.close();
});

const open = { config: { access: { public: true as const } } };
const keep = (work: Work, name: string) =>
  work.sql`insert into platform.settings (name, value) values (${name}, '1')`;
const kept = async (name: string) =>
  (await t.platform.db`select from platform.settings where name = ${name}`).length === 1;

/** A module with one route that does what a test needs. */
async function asked(
  handle: (change: (fn: (work: Work) => Promise<unknown>) => Promise<unknown>) => Promise<unknown>,
) {
  const module: Module = {
    name: 'tested',
    routes: (app, platform) =>
      app.post('/slow', open, async (request) => {
        await handle((fn) => transact(platform, {}, request.actor, fn));
        return { done: true };
      }),
  };
  const server = await testServer(t.platform, [module]);
  servers.push(server);
  return server.as(null).post('/slow');
}

test('a query that takes too long is a 503 that says that nothing was changed, and nothing was', async () => {
  const reply = await asked((change) =>
    change(async (work) => {
      await keep(work, 'query');
      await work.sql`select pg_sleep(20)`;
    }),
  );
  assert.equal(reply.statusCode, 503);
  assert.equal(reply.json().code, 'timed-out');
  assert.match(reply.json().detail, /nothing was changed/);
  assert.equal(await kept('query'), false);
});

test('a request that is given up is answered in time, and what its handler does afterwards is not kept', async () => {
  const answered = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const reply = await asked((change) => {
    const late = change(async (work) => {
      await keep(work, 'late');
      await answered.promise;
      await keep(work, 'later');
    }).then(() => change((work) => keep(work, 'second')));
    ended.resolve(late.catch((error) => error));
    return late;
  });
  assert.equal(reply.statusCode, 503);
  assert.equal(reply.json().code, 'timed-out');
  answered.resolve();
  assert.equal(((await ended.promise) as { code: string }).code, 'timed-out');
  for (const name of ['late', 'later', 'second']) assert.equal(await kept(name), false, name);
});

test('a request of which a part was kept already says so, and begins nothing more', async () => {
  const answered = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const reply = await asked(async (change) => {
    await change((work) => keep(work, 'first part'));
    await answered.promise;
    const second = change((work) => keep(work, 'second part'));
    ended.resolve(second.catch((error) => error));
    await second;
  });
  assert.equal(reply.statusCode, 504);
  assert.equal(reply.json().code, 'outcome-unknown');
  answered.resolve();
  await ended.promise;
  assert.deepEqual([await kept('first part'), await kept('second part')], [true, false]);
});

test('a database that is gone is a 503, not a fault of ours', async () => {
  const reply = await asked((change) =>
    change(async (work) => {
      await keep(work, 'gone');
      const [own] = await work.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await t.owner`select pg_terminate_backend(${own?.pid ?? 0})`;
      await keep(work, 'gone later');
    }),
  );
  assert.equal(reply.statusCode, 503);
  assert.equal(reply.json().code, 'unavailable');
  assert.equal(await kept('gone'), false);
});

test('a full disk or a deadlock is a 503 that can be tried again', async () => {
  for (const state of ['53100', '40P01']) {
    const reply = await asked((change) =>
      change((work) =>
        work.sql.unsafe(`do $$ begin raise exception using errcode = '${state}', message = 'no'; end $$`),
      ),
    );
    assert.equal(reply.statusCode, 503);
    assert.equal(reply.json().code, 'unavailable');
  }
});
