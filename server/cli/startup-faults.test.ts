import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAlive, readPidFile } from '#platform/postgres-supervisor/postmaster.ts';
import { openTestDatabase } from '#testing/database.ts';
import { until } from '#testing/until.ts';
import { assertFitDatabase } from './own-database.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fairlead-faults-'));
// So that the database's user can enter it when root runs this.
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program as a user would and returns what it said; it must have refused. */
async function refusal(args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 1, said);
  assert.doesNotMatch(said, /\n\s+at /, 'a stack trace reached the user');
  return said.trim();
}

function oneSentence(said: string, about: RegExp): void {
  assert.match(said, about);
  assert.ok(!said.includes('\n'), said);
}

const start = (name: string) => [
  'start',
  '--no-demo',
  '--no-console',
  '--data-dir',
  join(folder, name),
  '--port',
];

test('an unknown command is named', async () => {
  oneSentence(await refusal(['sail']), /no command "sail"/);
});

test('a bug that nobody caught is told without the row or the input that it is about', async () => {
  const module = new URL('./report-fault.ts', import.meta.url).href;
  for (const bug of [
    `Promise.reject(Object.assign(new Error('violates check constraint'), { detail: 'Failing row (49091850)' }))`,
    `setImmediate(() => JSON.parse('x49091850'))`,
  ]) {
    const script = `import { endOnBugs } from '${module}'; endOnBugs(() => process.exit(7)); ${bug}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    const said = child.stderr.toArray();
    const [code] = await once(child, 'close');
    assert.equal(code, 7);
    assert.match(String(Buffer.concat(await said)), /^Fairlead failed unexpectedly: /);
    assert.doesNotMatch(String(Buffer.concat(await said)), /49091850/);
  }
});

test('a taken port is named', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '0.0.0.0', done));
  const { port } = other.address() as AddressInfo;
  oneSentence(
    await refusal([...start('port'), String(port)]),
    new RegExp(`Port ${port} \\(http\\) is taken`),
  );
  other.close();
});

test('a data folder that is a file is named', async () => {
  writeFileSync(join(folder, 'file'), '');
  oneSentence(await refusal([...start('file/data'), '0']), /is not a folder/);
});

test('a DATABASE_URL at which nothing answers is named without its password', async () => {
  const said = await refusal([...start('nothing'), '0'], {
    DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/mine',
  });
  oneSentence(said, /DATABASE_URL \(127\.0\.0\.1:1\/mine\) cannot be used: nothing answers there/);
  assert.ok(!said.includes('hidden'));
});

test('a DATABASE_URL at which something answers that is no database is given up', async () => {
  const other = createServer((socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as AddressInfo;
  await assert.rejects(assertFitDatabase(`postgres://me:hidden@127.0.0.1:${port}/mine`, 300), {
    message: `DATABASE_URL (127.0.0.1:${port}/mine) cannot be used: no PostgreSQL answers there.`,
  });
  other.close();
});

test('a DATABASE_URL that is no address is refused', async () => {
  oneSentence(await refusal([...start('nonsense'), '0'], { DATABASE_URL: 'mine' }), /not an address such as/);
});

test('a DATABASE_URL with a bare % in its password is refused', async () => {
  oneSentence(
    await refusal([...start('escape'), '0'], { DATABASE_URL: 'postgres://me:100%@127.0.0.1:1/mine' }),
    /a % in a password is written %25/,
  );
});

test('a wrong password, database or host in DATABASE_URL is told apart, without the password', async () => {
  const database = await openTestDatabase();
  try {
    const wrong: [Partial<URL>, RegExp][] = [
      [{ password: 'hidden' }, /refuses the user name or password/],
      [{ pathname: '/nowhere' }, /has no database of that name/],
      [{ hostname: 'nowhere.invalid' }, /there is no such host/],
    ];
    for (const [change, about] of wrong) {
      const url = Object.assign(new URL(database.ownerUrl), change);
      const said = await refusal([...start('wrong'), '0'], { DATABASE_URL: url.href });
      oneSentence(said, about);
      assert.ok(!said.includes(url.password), said);
    }
  } finally {
    await database.close();
  }
});

test('a demonstration that would send mail into the world is refused', async () => {
  const relay = { FAIRLEAD_MAIL_TRANSPORT: 'relay', FAIRLEAD_MAIL_RELAY_URL: 'smtp://mail.payroll.example' };
  assert.match(
    await refusal([...start('relay'), '0'], relay),
    /mail\.transport: a demonstration keeps all mail/,
  );
});

test('a superuser in DATABASE_URL is refused with the SQL that makes a fit role', async () => {
  const url = process.env['FAIRLEAD_TEST_DATABASE'] ?? '';
  oneSentence(
    await refusal([...start('superuser'), '0'], { DATABASE_URL: url }),
    /create role fairlead login/,
  );
});

test('a database of a newer, breaking version is refused', async () => {
  const database = await openTestDatabase();
  try {
    await database.owner`
      insert into schema_history.migrations (version, name, hash, breaking) values (9999, '9999-later.sql', '', true)`;
    oneSentence(
      await refusal([...start('newer'), '0'], { DATABASE_URL: database.ownerUrl }),
      /schema 9999, newer/,
    );
  } finally {
    await database.close();
  }
});

test('whoever stops it while the database starts leaves no database running', async () => {
  const dataDir = join(folder, 'stopped');
  const child = spawn(process.execPath, [program, ...start('stopped'), '0'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const cluster = join(dataDir, 'postgres', 'data');
  const { pid } = await until(() => readPidFile(cluster), { deadlineMs: 60_000 });
  child.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
  assert.ok(!isAlive(pid));
});

test('serve without settings names every one that is missing', async () => {
  const said = await refusal(['serve', '--data-dir', join(folder, 'serve')]);
  for (const setting of ['secrets.master_key', 'database.url', 'server.public_url', 'desk.helpdesk_address'])
    assert.ok(said.includes(setting), setting);
});
