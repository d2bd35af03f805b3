import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { createAccount, createExchange, registerKey, revokeKey } from '#modules/file-exchange/index.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { freshSshKey } from '#testing/ssh-key.ts';
import { until } from '#testing/until.ts';
import { openSftpDoor, type SftpDoor } from './open-sftp-door.ts';

const run = promisify(execFile);
const keys = freshSshKey('door');
const withOpenSsh = {
  skip:
    spawnSync('sftp', ['-V']).error === undefined && existsSync('/usr/bin/sftp')
      ? false
      : 'OpenSSH is not installed',
};

let t: TestDatabase;
let door: SftpDoor;
let folder: string;
let scope: { customerId: string; environmentId: string };
let accountId: string;
const userName = 'robot-sandbox';

before(async () => {
  t = await openTestDatabase({
    sftp: { maxConnectionsPerAccount: 60 },
    files: { maxUploadBytes: 8_000_000 },
  });
  const made = await makeCustomer(t.platform);
  scope = { customerId: made.customerId, environmentId: made.sandboxId };
  await transact(t.platform, scope, systemActor('test'), async (work) => {
    ({ accountId } = await createAccount(work, { userName }));
    await registerKey(work, { accountId, publicKey: keys.public, label: 'test' });
    await createExchange(work, { code: 'employees' });
  });
  door = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  folder = await mkdtemp(join(tmpdir(), 'fairlead-sftp-'));
  await writeFile(join(folder, 'key'), keys.private);
  await chmod(join(folder, 'key'), 0o600);
});
after(async () => {
  await door.close();
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

const sshOptions = () => [
  ...['-P', String(door.port), '-i', join(folder, 'key'), '-o', 'StrictHostKeyChecking=no'],
  ...['-o', `UserKnownHostsFile=${join(folder, 'known')}`, '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes'],
];

async function batch(lines: string[]): Promise<string> {
  const file = join(folder, `batch-${randomBytes(4).toString('hex')}`);
  await writeFile(file, `${lines.join('\n')}\n`);
  const { stdout } = await run('sftp', [...sshOptions(), '-b', file, `${userName}@127.0.0.1`], {
    timeout: 20_000,
  });
  return stdout;
}

async function connected(): Promise<SftpClient> {
  const client = new SftpClient();
  client.on('error', () => {});
  await client.connect({ host: '127.0.0.1', port: door.port, username: userName, privateKey: keys.private });
  return client;
}

const transfers = () =>
  read(
    t.platform,
    scope,
    (sql) => sql<{ fileName: string; sha256: string; sizeBytes: number; dryRun: boolean }[]>`
    select file_name as "fileName", sha256, size_bytes as "sizeBytes", dry_run as "dryRun"
    from file_exchange.transfers where environment_id = ${scope.environmentId} order by id`,
  );
const eventTypes = () =>
  read(
    t.platform,
    scope,
    (sql) => sql<{ type: string }[]>`
    select type from platform.events where stream_id = ${scope.environmentId} order by sequence`,
  );

test(
  "OpenSSH's sftp puts, lists, looks at and gets a file; each put is one transfer with its hash",
  withOpenSsh,
  async () => {
    const content = randomBytes(3_000_000);
    await writeFile(join(folder, 'big.csv'), content);
    const out = await batch([
      'pwd',
      'ls -l /',
      'cd in/employees',
      `put -p ${join(folder, 'big.csv')} KOWHAI_big.csv`,
      'ls -l KOWHAI_big.csv',
      `get KOWHAI_big.csv ${join(folder, 'back.csv')}`,
      'df',
      `put ${join(folder, 'big.csv')} other.csv.part`,
      'rename other.csv.part other.csv',
    ]);
    assert.match(out, /Remote working directory: \//);
    assert.match(out, /drwxr-xr-x.* archive/);
    assert.match(out, /3000000 .*KOWHAI_big\.csv/);
    assert.deepEqual(await readFile(join(folder, 'back.csv')), content);
    const found = (await transfers()).filter((one) => one.sizeBytes === 3_000_000);
    assert.deepEqual(
      found.map((one) => one.fileName),
      ['KOWHAI_big.csv', 'other.csv'],
    );
    for (const one of found) assert.equal(one.sha256, hash('sha256', content, 'hex'));
    const types = (await eventTypes()).map((one) => one.type);
    assert.equal(types.filter((type) => type === 'transfer.received').length, 2);
    assert.equal(types.filter((type) => type === 'sftp.first_login').length, 1);
  },
);

test("OpenSSH's scp puts a file", withOpenSsh, async () => {
  await writeFile(join(folder, 'scp.csv'), 'a,b\n1,2\n');
  await run(
    'scp',
    [...sshOptions(), '-p', join(folder, 'scp.csv'), `${userName}@127.0.0.1:/in/employees/scp.csv`],
    {
      timeout: 20_000,
    },
  );
  assert.ok((await transfers()).some((one) => one.fileName === 'scp.csv' && one.sizeBytes === 8));
});

test('a .part is no file until its rename, and a dropped connection leaves nothing behind', async () => {
  const client = await connected();
  await client.put(Buffer.from('x'), '/in/employees/half.csv.part');
  assert.ok(!(await transfers()).some((one) => one.fileName.startsWith('half')));
  await client.rename('/in/employees/half.csv.part', '/in/employees/half.csv');
  assert.ok((await transfers()).some((one) => one.fileName === 'half.csv'));
  await client.end();

  const raw = await rawSftp();
  const handle = await opened(raw.sftp, '/in/employees/dropped.csv');
  await written(raw.sftp, handle, Buffer.from('half a li'), 0);
  raw.client.destroy();
  const again = await connected();
  assert.equal(await again.exists('/in/employees/dropped.csv'), false);
  assert.ok(!(await transfers()).some((one) => one.fileName === 'dropped.csv'));
  await again.end();
});

test('pieces written out of order and a file of zero bytes arrive whole', async () => {
  const { client, sftp } = await rawSftp();
  const content = randomBytes(200_000);
  const handle = await opened(sftp, '/in/employees/pieces.csv');
  const starts = Array.from({ length: 20 }, (_, i) => i * 10_000).reverse();
  await Promise.all(
    starts.map((start) => written(sftp, handle, content.subarray(start, start + 10_000), start)),
  );
  await closed(sftp, handle);
  const found = (await transfers()).find((one) => one.fileName === 'pieces.csv');
  assert.equal(found?.sha256, hash('sha256', content, 'hex'));
  client.end();
  const other = await connected();
  await other.put(Buffer.alloc(0), '/in/employees/zero.csv');
  assert.equal((await other.stat('/in/employees/zero.csv')).size, 0);
  await other.end();
});

test('an upload that grows beyond the limit is refused in words, and nothing of it is kept', async () => {
  const { client, sftp } = await rawSftp();
  const handle = await opened(sftp, '/in/employees/huge.csv');
  await written(sftp, handle, Buffer.alloc(100), 0);
  const tooLarge = { code: 4, message: /at most 8000000 bytes/ };
  await assert.rejects(written(sftp, handle, Buffer.alloc(100), 7_999_950), tooLarge);
  await assert.rejects(written(sftp, handle, Buffer.alloc(100), 100), tooLarge);
  await assert.rejects(closed(sftp, handle), tooLarge);
  client.end();
  const other = await connected();
  assert.equal(await other.exists('/in/employees/huge.csv'), false);
  assert.deepEqual(await readdir(join(t.platform.config.server.dataDir, 'objects', 'unfinished')), []);
  await other.put(Buffer.alloc(8_000_000), '/in/employees/just.csv');
  await other.end();
});

test('fsync is answered once the bytes are durable, and with a failure when the disk says so', async () => {
  const { objects } = t.platform;
  let synced = 0;
  let isBroken = false;
  // A disk that counts, and then fails: the rest of the store is the real one.
  t.platform.objects = {
    ...objects,
    create: async (owner) => {
      const writer = await objects.create(owner);
      return {
        write: (chunk, position) => writer.write(chunk, position),
        truncate: (sizeBytes) => writer.truncate(sizeBytes),
        get sizeBytes() {
          return writer.sizeBytes;
        },
        finish: () => writer.finish(),
        abort: () => writer.abort(),
        sync: async () => {
          if (isBroken) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
          await writer.sync();
          synced += 1;
        },
      };
    },
  };
  try {
    const { client, sftp } = await rawSftp();
    const handle = await opened(sftp, '/in/employees/synced.csv');
    await written(sftp, handle, Buffer.from('a line'), 0);
    const sync = () => called((done) => sftp.ext_openssh_fsync(handle, done));
    await sync();
    assert.equal(synced, 1);
    isBroken = true;
    await assert.rejects(sync(), /No space/);
    client.destroy();
  } finally {
    t.platform.objects = objects;
  }
});

test('a path that climbs stays inside the home, and no path of the host shows', async () => {
  const client = await connected();
  assert.equal(await client.realPath('../../../etc/passwd'), '/etc/passwd');
  assert.equal(await client.exists('../../etc/passwd'), false);
  await assert.rejects(client.get('/../../etc/passwd'), /no \/etc\/passwd/i);
  await assert.rejects(client.put(Buffer.from('x'), '../../etc/passwd'), /There is no \/etc/);
  await assert.rejects(client.put(Buffer.from('x'), '/out/employees/x.csv'), /Put files into/);
  await assert.rejects(client.mkdir('/in/mine'), /Folders come with exchanges/);
  await assert.rejects(client.rmdir('/in/employees'), /Folders stay/);
  const { sftp, client: raw } = await rawSftp();
  await assert.rejects(new Promise((_, reject) => sftp.symlink('/a', '/b', (error) => reject(error))));
  await assert.rejects(new Promise((_, reject) => sftp.stat('/in/employees/\0', (error) => reject(error))));
  await assert.rejects(
    new Promise((_, reject) => sftp.open(`/in/employees/${'ā'.repeat(128)}`, 'w', (error) => reject(error))),
    /255 bytes/,
  );
  raw.end();
  await client.end();
});

test('the probe of each direction is seen once its bytes are right', async () => {
  const client = await connected();
  const [out] = await client.list('/out/employees');
  assert.match(out?.name ?? '', /^probe-[0-9a-f]+\.txt$/);
  const content = (await client.get(`/out/employees/${out?.name}`)) as Buffer;
  const token = content.toString().trim().split(' ').at(-1);
  await client.put(Buffer.from('wrong'), `/in/employees/probe-${token}.txt`);
  assert.match(
    ((await client.get(`/out/ack/probe-${token}.txt.ack.json`)) as Buffer).toString(),
    /probe-differs/,
  );
  await client.put(Buffer.from(`Fairlead probe in ${token}\n`), `/in/employees/probe-${token}.txt`);
  await client.end();
  const probed = await read(
    t.platform,
    scope,
    (sql) => sql<{ direction: string }[]>`
    select data->>'direction' as direction from platform.events
    where stream_id = ${scope.environmentId} and type = 'exchange.probed' order by sequence`,
  );
  assert.deepEqual(
    probed.map((one) => one.direction),
    ['out', 'in'],
  );
});

test('garbage on the wire or in the subsystem ends that session and nothing else', async () => {
  const socket = connect(door.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(randomBytes(5_000));
  await new Promise((resolve) => socket.on('close', resolve));
  for (const garbage of [
    Buffer.alloc(64),
    Buffer.from('ffffffff00', 'hex'),
    Buffer.from('0000000503000000', 'hex'),
  ]) {
    const client = await rawClient();
    const closed = new Promise<void>((resolve, reject) =>
      client.subsys('sftp', (error, channel) => {
        if (error) return reject(error);
        channel.on('close', () => resolve());
        channel.on('data', () => {});
        channel.write(garbage);
        if (garbage.length < 10) channel.end();
      }),
    );
    await closed;
    client.end();
  }
  const client = await connected();
  assert.ok(await client.exists('/in/employees'));
  await client.end();
});

test('an unknown key and a wrong user are refused; a hundred handles are the most', async () => {
  const stranger = freshSshKey('door').private;
  for (const [username, privateKey] of [
    [userName, stranger],
    ['nobody-here', keys.private],
  ] as const) {
    const client = new SftpClient();
    client.on('error', () => {});
    await assert.rejects(
      client.connect({ host: '127.0.0.1', port: door.port, username, privateKey }),
      /authentication/i,
    );
  }
  const { client, sftp } = await rawSftp();
  const opened = await Promise.allSettled(
    Array.from(
      { length: 105 },
      (_, i) =>
        new Promise<void>((resolve, reject) =>
          sftp.open(`/in/employees/many-${i}.csv.part`, 'w', (error) => (error ? reject(error) : resolve())),
        ),
    ),
  );
  assert.equal(opened.filter((one) => one.status === 'fulfilled').length, 100);
  client.end();
});

test('after a restart the door shows the same host keys', async () => {
  const second = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  const keyOf = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const client = new ssh2.Client();
      client.on('error', reject);
      client.connect({
        host: '127.0.0.1',
        port,
        username: userName,
        privateKey: keys.private,
        hostVerifier: (key: Buffer) => {
          resolve(hash('sha256', key, 'hex'));
          return true;
        },
      });
      client.on('ready', () => client.end());
    });
  assert.equal(await keyOf(second.port), await keyOf(door.port));
  await second.close();
});

test('a client that never says who it is, is let go', async () => {
  const impatient = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1', handshakeTimeoutMs: 150 });
  const socket = connect(impatient.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await until(() => socket.destroyed || socket.readableEnded, { what: 'the silent client is disconnected' });
  await impatient.close();
});

function rawClient(): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => resolve(client));
    client.connect({ host: '127.0.0.1', port: door.port, username: userName, privateKey: keys.private });
  });
}

function called(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
const opened = (sftp: ssh2.SFTPWrapper, path: string) =>
  new Promise<Buffer>((resolve, reject) =>
    sftp.open(path, 'w', (error, handle) => (error ? reject(error) : resolve(handle))),
  );
const written = (sftp: ssh2.SFTPWrapper, handle: Buffer, data: Buffer, position: number) =>
  called((done) => sftp.write(handle, data, 0, data.length, position, done));
const closed = (sftp: ssh2.SFTPWrapper, handle: Buffer) => called((done) => sftp.close(handle, done));

async function rawSftp(): Promise<{ client: ssh2.Client; sftp: ssh2.SFTPWrapper }> {
  const client = await rawClient();
  const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
    client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
  );
  return { client, sftp };
}

test('a key that is taken out of use signs in no more, and the connection it has opened ends', async () => {
  const other = freshSshKey('lost laptop');
  const connect = async (): Promise<SftpClient> => {
    const client = new SftpClient();
    client.on('error', () => {});
    const port = door.port;
    await client.connect({ host: '127.0.0.1', port, username: userName, privateKey: other.private });
    return client;
  };
  const act = <T>(fn: (work: Work) => Promise<T>) => transact(t.platform, scope, systemActor('test'), fn);
  const { keyId } = await act((work) => registerKey(work, { accountId, publicKey: other.public }));
  const client = await connect();
  const stays = await connected();
  let hasEnded = false;
  client.on('end', () => {
    hasEnded = true;
  });
  assert.ok(await client.exists('/in/employees'));
  await act((work) => revokeKey(work, { accountId, keyId }));
  await until(async () => hasEnded);
  await assert.rejects(client.list('/'));
  await assert.rejects(connect());
  assert.ok(await stays.exists('/in/employees'), 'those of other keys stay');
  await stays.end();
});
