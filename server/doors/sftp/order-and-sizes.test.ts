import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Client } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { placeOutgoing } from '#modules/file-exchange/index.ts';
import { systemActor } from '#platform/actor.ts';
import { storeBytes } from '#platform/objects.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openFlags, RawSftp } from '#testing/raw-sftp.ts';
import { openSftpBench, type SftpBench } from '#testing/sftp-bench.ts';

const run = promisify(execFile);
const found = (command: string) => ({
  skip: existsSync(`/usr/bin/${command}`) ? false : `${command} is not installed`,
});
const { read, write, append, create, truncate, exclusive } = openFlags;
const megabytes20 = randomBytes(20_000_000);

let t: TestDatabase;
let bench: SftpBench;
let client: Client;
let sftp: RawSftp;

before(async () => {
  t = await openTestDatabase({ sftp: { maxConnectionsPerAccount: 60 } });
  bench = await openSftpBench(t.platform);
  client = await bench.connect();
  sftp = await RawSftp.open(client);
  await writeFile(join(bench.folder, 'sent'), megabytes20);
});
after(async () => {
  client.end();
  await bench.close();
  await t.close();
});

const at = (name: string) => `/in/employees/${name}`;

async function put(path: string, content: Buffer, flags = write | create | truncate): Promise<number> {
  const { handle, status } = await sftp.openFile(path, flags);
  if (handle === '') return status;
  const answers = await sftp.send(sftp.write(handle, 0, content), sftp.close(handle));
  return answers.find((one) => one.status !== 0)?.status ?? 0;
}

async function place(name: string, content: Buffer): Promise<string> {
  const owner = { class: 'extract' as const, ...bench.scope };
  const stored = await storeBytes(t.platform.objects, owner, content);
  await transact(t.platform, bench.scope, systemActor('test'), (work) =>
    placeOutgoing(work, { name, stored }),
  );
  return `/out/extracts/${name}`;
}

test('answers leave in the order of the requests, whatever the disk is faster with', async () => {
  await put(at('order.part'), randomBytes(64 * 1024));
  const { objects } = t.platform;
  // A disk that gives the first stretch only after the last one was asked for.
  t.platform.objects = {
    ...objects,
    openReader: async (key) => {
      const reader = await objects.openReader(key);
      const lastAsked = Promise.withResolvers<void>();
      return {
        sizeBytes: reader.sizeBytes,
        read: async (position, length) => {
          if (position === 3 * 16_384) lastAsked.resolve();
          if (position === 0) await lastAsked.promise;
          return reader.read(position, length);
        },
        close: () => reader.close(),
      };
    },
  };
  try {
    const { handle } = await sftp.openFile(at('order.part'), read);
    const asked = [0, 1, 2, 3].map((i) => sftp.read(handle, i * 16_384, 16_384));
    const begun = sftp.answers.length;
    await sftp.send(...asked, sftp.stat('/'), sftp.close(handle));
    const ids = sftp.answers.slice(begun).map((answer) => answer.id);
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    );
  } finally {
    t.platform.objects = objects;
  }
});

test('a file is collected when all of it has left before the client closes, not when it was only asked for', async () => {
  const collected = async () => (await bench.events()).filter((type) => type === 'file.collected').length;
  const path = await place('whole.csv', Buffer.alloc(50_000, 'a'));
  const fetch = async (offset: number, length: number, isPipelined: boolean) => {
    const { handle } = await sftp.openFile(path, read);
    const [ask, close] = [sftp.read(handle, offset, length), sftp.close(handle)];
    if (isPipelined) await sftp.send(ask, close);
    else for (const one of [ask, close]) await sftp.send(one);
  };
  await fetch(0, 50_000, true);
  await fetch(0, 49_999, false);
  await fetch(1, 50_000, false);
  assert.equal(await collected(), 0);
  await fetch(0, 50_000, false);
  assert.equal(await collected(), 1);
});

test('a size that is set cuts or extends the file that is being written, and the bytes after it follow', async () => {
  const path = at('sized.csv.part');
  await put(path, Buffer.from('a long earlier upload'));
  // As scp does: the earlier bytes stay at the open, and the end of the new ones is set.
  const { handle } = await sftp.openFile(path, write | create);
  const done = await sftp.send(
    sftp.write(handle, 0, Buffer.from('short')),
    sftp.resizeOpen(handle, 5),
    sftp.close(handle),
  );
  assert.deepEqual(
    done.map((one) => one.status),
    [0, 0, 0],
  );
  assert.equal(String(await sftp.whole(path)), 'short');
  await sftp.send(sftp.resize(path, 3));
  assert.equal(String(await sftp.whole(path)), 'sho');
  await sftp.send(sftp.resize(path, 5));
  assert.equal(String(await sftp.whole(path)), 'sho\0\0');
  const sized = await sftp.openFile(path, write | create | truncate, 2);
  await sftp.send(sftp.close(sized.handle));
  assert.equal(String(await sftp.whole(path)), '\0\0');
});

test('what was received keeps its size and bytes: opened for writing it starts empty, appending is refused', async () => {
  const path = at('received.txt');
  await put(path, Buffer.from('received with a long tail'));
  assert.equal((await sftp.ask(9, (writer) => writer.bytes(path).uint32(1).uint64(5))).status, 3);
  assert.equal(await put(path, Buffer.from('more'), write | append | create), 3);
  assert.equal(await put(path, Buffer.from('new'), write | create), 0);
  assert.equal(String(await sftp.whole(path)), 'new');
  const names = (await bench.transfers()).filter((one) => one.fileName === 'received.txt');
  assert.deepEqual(
    names.map((one) => one.sizeBytes),
    [25, 3],
  );
});

test('bytes that are appended follow each other in the order in which they were sent', async () => {
  const path = at('appended.part');
  await put(path, Buffer.from('0'));
  const { handle } = await sftp.openFile(path, write | append);
  await sftp.send(
    ...[...'123456'].map((digit) => sftp.write(handle, 0, Buffer.from(digit))),
    sftp.close(handle),
  );
  assert.equal(String(await sftp.whole(path)), '0123456');
});

test('of writes to one place the later one counts, however the disk orders them', async () => {
  const { handle } = await sftp.openFile(at('overlap.part'), write | create);
  const pieces = Array.from({ length: 40 }, (_, i) =>
    Buffer.alloc(30_000 - i * 10, String.fromCharCode(48 + i)),
  );
  const expected = Buffer.alloc(30_000);
  for (const piece of pieces) piece.copy(expected);
  await sftp.send(...pieces.map((piece) => sftp.write(handle, 0, piece)), sftp.close(handle));
  assert.deepEqual(await sftp.whole(at('overlap.part')), expected);
});

test('after a write that failed the file cannot be closed with success, and nothing of it is kept', async () => {
  const tooLong = (handle: string) => sftp.write(handle, 5, Buffer.alloc(261_121));
  const tooFar = (handle: string) =>
    sftp.request(6, (writer) => writer.bytes(handle).uint32(0xffff_ffff).uint32(0).bytes('x'));
  const tooLarge = (handle: string) => sftp.resizeOpen(handle, 2 ** 50);
  for (const [i, failing] of [tooLong, tooFar, tooLarge].entries()) {
    const { handle } = await sftp.openFile(at(`failed-${i}.csv`), write | create);
    const begin = sftp.write(handle, 0, Buffer.from('begin'));
    const answers = await sftp.send(begin, failing(handle), sftp.close(handle));
    assert.equal(answers[0]?.status, 0);
    assert.notEqual(answers[1]?.status, 0);
    assert.match(answers[2]?.message ?? '', /nothing .*was kept/);
  }
  assert.ok(!(await bench.transfers()).some((transfer) => transfer.fileName.startsWith('failed')));
});

test('a file that is to be new is not put over one that came meanwhile', async () => {
  const path = at('exclusive.csv');
  const flags = write | create | exclusive;
  const [first, second] = [await sftp.openFile(path, flags), await sftp.openFile(path, flags)];
  const [closed] = await sftp.send(sftp.close(first.handle));
  const [late] = await sftp.send(sftp.close(second.handle));
  assert.equal(closed?.status, 0);
  assert.match(late?.message ?? '', /There is a file/);
  assert.equal(await put(path, Buffer.from('x'), flags), 4);
});

test('a rename replaces only when that was asked, and a name that is being written stays', async () => {
  await put(at('from.part'), Buffer.from('from'));
  await put(at('to.part'), Buffer.from('to'));
  const [refused, replaced] = await sftp.send(
    sftp.rename(at('from.part'), at('to.part')),
    sftp.replace(at('from.part'), at('to.part')),
  );
  assert.deepEqual([refused?.status, replaced?.status], [4, 0]);
  assert.equal(String(await sftp.whole(at('to.part'))), 'from');
  assert.equal(await sftp.whole(at('from.part')), undefined);
  const { handle } = await sftp.openFile(at('to.part'), write);
  for (const asked of [sftp.rename(at('to.part'), at('other.csv')), sftp.remove(at('to.part'))])
    assert.match((await sftp.send(asked))[0]?.message ?? '', /being written/);
  await sftp.send(sftp.close(handle));
});

test('one upload renamed twice at once becomes one file', async () => {
  const other = await RawSftp.open(client);
  for (let round = 0; round < 5; round++) {
    const part = at(`twice-${round}.part`);
    await put(part, Buffer.from('once'));
    const statuses = await Promise.all(
      [sftp, other].map(
        async (one, i) => (await one.send(one.rename(part, at(`twice-${round}-${i}.csv`))))[0]?.status,
      ),
    );
    assert.deepEqual(statuses.toSorted(), [0, 2]);
  }
  await other.end();
  const names = (await bench.transfers()).filter((one) => one.fileName.startsWith('twice'));
  assert.equal(names.length, 5);
});

test('what another session renamed or removed is gone for the one that put it, too', async () => {
  const other = await RawSftp.open(client);
  const names = ['moved.part', 'removed.part', 'removed.csv.ctl.json'].map(at);
  for (const name of names) await put(name, Buffer.from('x'));
  const done = await other.send(
    other.rename(names[0] ?? '', at('moved.csv')),
    ...names.slice(1).map((name) => other.remove(name)),
  );
  await other.end();
  assert.deepEqual(
    done.map((one) => one.status),
    [0, 0, 0],
  );
  for (const name of names) {
    assert.equal((await sftp.send(sftp.stat(name)))[0]?.status, 2);
    assert.equal(await sftp.whole(name), undefined);
  }
});

test('the time that a client gives a file is listed, through its rename, and nobody else gives one', async () => {
  const path = at('timed.csv.part');
  await put(path, Buffer.from('x'));
  const timed = (to: string) =>
    sftp.ask(9, (writer) => writer.bytes(to).uint32(8).uint32(1).uint32(1_600_000_000));
  assert.equal((await timed(path)).status, 0);
  await sftp.send(sftp.rename(path, at('timed.csv')));
  assert.equal(await secondsAt(at('timed.csv')), 1_600_000_000);
  assert.equal((await timed('/in/employees')).status, 3);
  assert.equal((await timed(await place('untimed.csv', Buffer.from('x')))).status, 3);
});

async function secondsAt(path: string): Promise<number | undefined> {
  await sftp.send(sftp.stat(path));
  const body = sftp.answers.at(-1)?.body;
  return body?.readUInt32BE(body.length - 4);
}

test('ssh2-sftp-client puts and gets 0 bytes, 2 KB and 20 MB, byte by byte', async () => {
  const theirs = new SftpClient();
  const { privateKey, userName: username, door } = bench;
  await theirs.connect({ host: '127.0.0.1', port: door.port, username, privateKey });
  for (const content of [Buffer.alloc(0), randomBytes(2_000), megabytes20]) {
    const path = at(`theirs-${content.length}.csv`);
    await theirs.put(content, path);
    const back = Buffer.from((await theirs.get(path)) as Uint8Array);
    assert.ok(content.equals(back), `${content.length} bytes`);
  }
  await theirs.end();
});

test("OpenSSH's scp and sftp put and get 20 MB several times, byte by byte", found('scp'), async () => {
  const target = `${bench.userName}@127.0.0.1:${at('scp.part')}`;
  const options = { timeout: 60_000 };
  for (let round = 0; round < 2; round++) {
    const back = join(bench.folder, `back-${round}`);
    await run('scp', [...bench.sshOptions, join(bench.folder, 'sent'), target], options);
    await run('scp', [...bench.sshOptions, target, back], options);
    assert.ok(megabytes20.equals(await readFile(back)), `scp, round ${round}`);
    await run('sftp', [...bench.sshOptions, target, `${back}-sftp`], options);
    assert.ok(megabytes20.equals(await readFile(`${back}-sftp`)), `sftp, round ${round}`);
  }
});

test('scp puts a short file over a long upload and leaves no old tail', found('scp'), async () => {
  await put(at('tail.part'), Buffer.alloc(100_000, 'old'));
  await writeFile(join(bench.folder, 'short'), 'new\n');
  const target = `${bench.userName}@127.0.0.1:${at('tail.part')}`;
  await run('scp', [...bench.sshOptions, join(bench.folder, 'short'), target]);
  assert.equal(String(await sftp.whole(at('tail.part'))), 'new\n');
});

test('curl puts and gets 20 MB, byte by byte', found('curl'), async (context) => {
  const { stdout } = await run('curl', ['--version']);
  if (!stdout.includes('sftp')) return context.skip('this curl has no SFTP');
  const base = [
    '--silent',
    '--show-error',
    '--insecure',
    '--user',
    `${bench.userName}:`,
    '--key',
    join(bench.folder, 'key'),
  ];
  const url = `sftp://127.0.0.1:${bench.door.port}${at('curl.part')}`;
  await run('curl', [...base, '--upload-file', join(bench.folder, 'sent'), url], { timeout: 60_000 });
  await run('curl', [...base, '--output', join(bench.folder, 'back-curl'), url], { timeout: 60_000 });
  assert.ok(megabytes20.equals(await readFile(join(bench.folder, 'back-curl'))));
});
