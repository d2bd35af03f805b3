import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { StartupFault } from '../startup-fault.ts';
import { readPidFile } from './postmaster.ts';
import { prepareDatabase } from './prepare-database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const root = process.getuid?.() === 0;
const base = mkdtempSync(join(tmpdir(), 'fairlead-supervisor-'));
chmodSync(base, 0o755);
const running: EmbeddedPostgres[] = [];

after(async () => {
  await Promise.all(running.map((server) => server.stop(1_000)));
  rmSync(base, { recursive: true, force: true });
});

function folder(name: string): string {
  const path = join(base, name);
  mkdirSync(path, { recursive: true });
  return path;
}

async function start(dataDir: string, more: object = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: quiet, fsync: false, ...more });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

/** Starts Postgres from a Node process of its own, which is then killed without a chance to tidy up. */
async function leaveOrphan(dataDir: string): Promise<number> {
  const code = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./start-embedded-postgres.ts', import.meta.url).href)};
    const log = { info() {}, warn() {}, error() {} };
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log, fsync: false });
    process.stdout.write('ready ' + server.pid());
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return Number(first.toString().split(' ')[1]);
}

test('a healthy Postgres left behind by a killed process is taken over with its data', async () => {
  const dataDir = folder('orphan');
  const orphan = await leaveOrphan(dataDir);
  const server = await start(dataDir);
  assert.equal(server.pid(), orphan);
  assert.equal((await query(server.url, 'select 1 as one'))[0]?.['one'], 1);
});

test('a Postgres left behind with other settings is ended and replaced, and nothing committed is lost', async () => {
  const dataDir = folder('replaced');
  const orphan = await leaveOrphan(dataDir);
  const first = await start(dataDir);
  await query(first.url, 'create table kept as select 42 as answer');
  assert.equal(first.pid(), orphan);
  await first.stop();
  const again = await leaveOrphan(dataDir);
  const server = await start(dataDir, { maxConnections: 33 });
  assert.notEqual(server.pid(), again);
  assert.equal((await query(server.url, 'select answer from kept'))[0]?.['answer'], 42);
});

test('a lock file whose number now belongs to another process does not keep Postgres from starting', async () => {
  const dataDir = folder('stale');
  const first = await start(dataDir);
  await first.stop();
  const data = join(dataDir, 'postgres', 'data');
  writeFileSync(
    join(data, 'postmaster.pid'),
    `${process.pid}\n${data}\n1700000000\n20000\n\n127.0.0.1\n0 0\nready\n`,
  );
  const server = await start(dataDir);
  assert.equal(readPidFile(data)?.pid, server.pid());
});

test('a Postgres that is killed while we run comes back at the same address with what was committed', async () => {
  const server = await start(folder('killed'), { fsync: true });
  await query(server.url, 'create table kept as select 7 as answer');
  const killed = server.pid();
  process.kill(killed, 'SIGKILL');
  const deadline = Date.now() + 30_000;
  while (server.pid() === killed && Date.now() < deadline) await pause(50);
  assert.equal((await query(server.url, 'select answer from kept'))[0]?.['answer'], 7);
});

test('the database is owned by a role that is no superuser', async () => {
  const server = await start(folder('roles'));
  const first = await prepareDatabase({ superuserUrl: server.url });
  assert.deepEqual(await prepareDatabase({ superuserUrl: server.url }), first);
  const [role] = await query(
    first.ownerUrl,
    'select rolsuper, rolbypassrls, current_user as name from pg_roles where rolname = current_user',
  );
  assert.deepEqual({ ...role }, { rolsuper: false, rolbypassrls: false, name: 'fairlead_migrator' });
});

test('connecting needs the password, and it is kept where only the owner reads it', async () => {
  const server = await start(folder('password'));
  const url = new URL(server.url);
  url.password = 'wrong';
  await assert.rejects(query(url.href, 'select 1'), /password authentication failed/);
});

test("Postgres' own log keeps no value of a statement that failed", async () => {
  const dataDir = folder('logged');
  const server = await start(dataDir);
  await assert.rejects(query(server.url, "select '78123 dollars'::numeric"), /78123/);
  await server.stop();
  const said = readFileSync(join(dataDir, 'postgres', 'postgres.log'), 'utf8');
  assert.match(said, /ready to accept connections/);
  assert.doesNotMatch(said, /78123/);
});

test('a data folder that is a file is refused in one sentence', async () => {
  const path = join(base, 'a-file');
  writeFileSync(path, '');
  await assert.rejects(start(join(path, 'data')), (error: Error) => {
    assert.ok(error instanceof StartupFault);
    assert.match(error.message, /is not a folder/);
    return true;
  });
});

test('root in a folder the database user cannot enter is refused by name when the folder was asked for', {
  skip: !root && 'needs root',
}, async () => {
  const closed = folder('closed');
  chmodSync(closed, 0o700);
  await assert.rejects(start(join(closed, 'data'), { dataDirNamed: true }), (error: Error) => {
    assert.ok(error instanceof StartupFault);
    assert.match(error.message, /cannot enter/);
    return true;
  });
});

test('root in a folder the database user cannot enter keeps the cluster elsewhere, and finds it again', {
  skip: !root && 'needs root',
}, async () => {
  const closed = folder('closed-by-default');
  chmodSync(closed, 0o700);
  const fallbackRoot = folder('fallback');
  const dataDir = join(closed, 'data');
  const first = await start(dataDir, { fallbackRoot });
  await query(first.url, 'create table kept as select 5 as answer');
  await first.stop();
  const second = await start(dataDir, { fallbackRoot });
  assert.equal((await query(second.url, 'select answer from kept'))[0]?.['answer'], 5);
});
