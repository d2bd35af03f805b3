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
