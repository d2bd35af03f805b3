import './mend-postgres-driver.ts';

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

// Imported late, so that the mending is in place when the driver is loaded.
const { openDatabase } = await import('./database.ts');
const { startEmbeddedPostgres } = await import('./postgres-supervisor/start-embedded-postgres.ts');

const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-driver-'));
chmodSync(dataDir, 0o755);
const log = { info: () => {}, warn: () => {}, error: () => {} };
const server = await startEmbeddedPostgres({ dataDir, log, fsync: false });
after(async () => {
  await server.stop(1_000);
  rmSync(dataDir, { recursive: true, force: true });
});

test('a database that dies under busy connections ends no process, and every connection works again after it', async () => {
  const size = 8;
  const sql = openDatabase(server.url, { max: size });
  let busy = true;
  let refused = 0;
  const work = Array.from({ length: size * 2 }, async () => {
    while (busy) {
      await sql
        .begin(async (tx) => {
          await tx`select 1`;
          await tx`select pg_sleep(0.002)`;
        })
        .catch(() => {
          refused++;
          return pause(5);
        });
    }
  });
  for (let round = 0; round < 2; round++) {
    await pause(200);
    const killed = server.pid();
    process.kill(killed, 'SIGKILL');
    const deadline = Date.now() + 30_000;
    while (server.pid() === killed && Date.now() < deadline) await pause(20);
  }
  busy = false;
  await Promise.all(work);
  assert.ok(refused > 0, 'the kills hit nothing');
  const all = Promise.all(Array.from({ length: size * 4 }, () => sql`select pg_sleep(0.05), 1 as one`));
  const late = pause(8_000, 'late', { ref: false });
  assert.notEqual(await Promise.race([all, late]), 'late', 'a connection never sent its query');
  await sql.end({ timeout: 1 });
});

test('a write on a reserved connection whose database is gone is refused', async () => {
  const sql = openDatabase(server.url, { max: 1 });
  const reserved = await sql.reserve();
  await reserved`select 1`;
  const killed = server.pid();
  process.kill(killed, 'SIGKILL');
  const deadline = Date.now() + 30_000;
  while (server.pid() === killed && Date.now() < deadline) await pause(20);
  await assert.rejects(async () => {
    await reserved`select 1`;
    await reserved`select 1`;
  });
  await sql.end({ timeout: 1 });
});

/** Ends a database's connection from outside, as a crash would. */
async function cut(pid: number): Promise<void> {
  const other = openDatabase(server.url, { max: 1 });
  await other`select pg_terminate_backend(${pid}, 5000)`;
  await other.end({ timeout: 1 });
}

test('who reserved a connection that was lost speaks on nobody else’s, and gives nothing back', async () => {
  const sql = openDatabase(server.url, { max: 1 });
  const reserved = await sql.reserve();
  const [one] = await reserved<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await cut(one?.pid ?? 0);
  await assert.rejects(async () => {
    for (;;) await reserved`select 1`;
  });
  await sql.begin(async (tx) => {
    await tx`create temporary table kept (id int) on commit drop`;
    await assert.rejects(async () => reserved`rollback`);
    reserved.release();
    await tx`insert into kept values (1)`;
  });
  await sql`select 1`;
  await sql.end({ timeout: 1 });
});

test('a transaction whose connection was lost ends no other one', async () => {
  const sql = openDatabase(server.url, { max: 1 });
  let late: () => Promise<unknown> = async () => {};
  const lost = sql.begin(async (tx) => {
    const [one] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    late = async () => tx`rollback`;
    await cut(one?.pid ?? 0);
    for (;;) await tx`select 1`;
  });
  await assert.rejects(async () => lost);
  await sql.begin(async (tx) => {
    await tx`create temporary table kept (id int) on commit drop`;
    await assert.rejects(late);
    await tx`insert into kept values (1)`;
  });
  await sql.end({ timeout: 1 });
});
