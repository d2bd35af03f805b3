import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { until } from '#testing/until.ts';
import { portsFrom } from './ports.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fairlead-serve-'));
let t: TestDatabase;
let env: Record<string, string>;
let base: string;
const started: ChildProcess[] = [];

before(async () => {
  t = await openTestDatabase();
  const { http } = await portsFrom(0);
  base = `http://localhost:${http}`;
  env = {
    DATABASE_URL: t.ownerUrl,
    FAIRLEAD_HTTP_PORT: String(http),
    FAIRLEAD_SERVER_DATA_DIR: folder,
    FAIRLEAD_SERVER_PUBLIC_URL: base,
    FAIRLEAD_SECRETS_MASTER_KEY: randomBytes(32).toString('base64'),
    FAIRLEAD_HTTP_TRUSTED_PROXIES: 'none',
    FAIRLEAD_DESK_HELPDESK_ADDRESS: 'helpdesk@payroll.example',
    FAIRLEAD_MAIL_TRANSPORT: 'relay',
    FAIRLEAD_MAIL_FROM: 'Fairlead <no-reply@payroll.example>',
    FAIRLEAD_MAIL_RELAY_URL: 'smtp://localhost:9',
    FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES: '',
  };
});
after(async () => {
  for (const child of started) child.kill('SIGKILL');
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(
  args: string[],
  change: Record<string, string> = {},
): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env, ...change },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  return { child, said: () => text, ended: new Promise((done) => child.once('close', done)) };
}

test('a new installation is served, its first administrator comes in by invitation and lets others in', async () => {
  const serving = run(['serve', '--roles', 'web,worker', '--no-console']);
  await until(async () => {
    if (serving.child.exitCode !== null) throw new Error(serving.said());
    return fetch(`${base}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
  });
  const people = await t.owner`select 1 from access.people`;
  assert.equal(people.length, 0, 'production seeds nobody');

  const nameless = run(['invite', 'ada@payroll.example']);
  assert.equal(await nameless.ended, 1);
  assert.match(nameless.said(), /add --name/);
  const inviting = run(['invite', 'Ada@payroll.example', '--name', 'Ada']);
  assert.equal(await inviting.ended, 0, inviting.said());
  const link = /http\S+/.exec(inviting.said())?.[0] ?? '';
  const token = new URL(link).searchParams.get('token');
  const enter = () =>
    fetch(`${base}/api/auth/magic-link/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
  const cookies = (await enter()).headers.getSetCookie().map((one) => one.split(';')[0]);
  const headers = { cookie: cookies.join('; '), 'content-type': 'application/json' };
  const me = (await (await fetch(`${base}/api/me`, { headers })).json()) as {
    person: { roles: string[] };
    demonstration: boolean;
  };
  assert.deepEqual(me.person.roles, ['administrator']);
  assert.equal(me.demonstration, false);
  for (const path of ['update-user', 'change-email', 'delete-user', 'sign-up/email']) {
    const closed = await fetch(`${base}/api/auth/${path}`, {
      method: 'POST',
      headers: { ...headers, origin: base },
      body: '{"name":"Somebody else"}',
    });
    assert.equal(closed.status, 404, path);
  }
  const added = await fetch(`${base}/api/people`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'Iri', email: 'iri@payroll.example', roles: ['integrations-manager'] }),
  });
  assert.equal(added.status, 201, await added.text());
  const again = await enter();
  assert.equal(
    again.headers.getSetCookie().filter((one) => one.includes('session')).length,
    0,
    'a link works once',
  );

  serving.child.kill('SIGTERM');
  assert.equal(await serving.ended, 0, serving.said());
});

test('a process without the web can be watched, at a port of its own', async () => {
  const { http } = await portsFrom(0);
  const serving = run(['serve', '--roles', 'smtp'], {
    FAIRLEAD_WATCHING_PORT: String(http),
    FAIRLEAD_SMTP_PORT: '0',
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${http}${path}`);
  await until(async () => {
    if (serving.child.exitCode !== null) throw new Error(serving.said());
    return ask('/readyz').then(
      (reply) => reply.ok,
      () => false,
    );
  });
  assert.match(await (await ask('/metrics')).text(), /^process_cpu_seconds_total /m);
  assert.equal((await ask('/api/me')).status, 404);
  serving.child.kill('SIGTERM');
  assert.equal(await serving.ended, 0, serving.said());
});

test('another master key is refused by every command that opens the database, in one sentence', async () => {
  const other = { FAIRLEAD_SECRETS_MASTER_KEY: randomBytes(32).toString('base64') };
  for (const args of [
    ['serve', '--roles', 'worker'],
    ['serve', '--roles', 'sftp'],
    ['invite', 'eve@payroll.example', '--name', 'Eve'],
  ]) {
    const opening = run(args, other);
    assert.equal(await opening.ended, 1);
    assert.match(opening.said(), /^The secrets in this database are sealed under another master key.*\n$/);
  }
});

test('a database of an installation in production is no place for a demonstration, nor the other way round', async () => {
  const start = ['start', '--port', '0', '--no-console', '--data-dir', folder];
  const other = { FAIRLEAD_MAIL_TRANSPORT: 'kept' };
  const starting = run(start, other);
  assert.equal(await starting.ended, 1);
  assert.match(starting.said(), /\nThis database belongs to an installation in production.*\n$/);
  await t.owner`update platform.settings set value = '"demonstration"' where name = 'mode'`;
  for (const args of [['serve', '--roles', 'worker'], ['migrate']]) {
    const opening = run(args);
    assert.equal(await opening.ended, 1);
    assert.match(opening.said(), /^This database holds a demonstration.*\n$/);
  }
  await t.owner`update platform.settings set value = '"production"' where name = 'mode'`;
});

test('a database whose clock was moved is refused', async () => {
  await t.owner`update platform.clock set offset_ms = 60000`;
  const serving = run(['serve', '--roles', 'worker']);
  assert.equal(await serving.ended, 1);
  assert.match(serving.said(), /^The clock of this database was moved.*\n$/);
});
