import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Command, Copy, Reach } from './client.ts';
import { type Observer, rekeysSeen } from './observer.ts';
import { runCommand, startCommand } from './run-command.ts';
import { openStallingRelay } from './stalling-relay.ts';

/** A client at an open door. */
export interface Trial {
  client: Client;
  at: Reach;
  observer: Observer;
}

/** Tries an operation: true when all of it went well, false when the client has no such thing; throws what went wrong. */
export type Operation = (trial: Trial) => Promise<boolean>;

const sizes = { '0 B': 0, '2 KB': 2_000, '20 MB': 20_000_000 };
const half = 1_000_000;
const atOnce = 8;
const smallFiles = 1_000;
const time = 1_600_000_000;

/** What each client is tried with, in this order. Each uses names of its own, since a received file stays. */
export const operations: Record<string, Operation> = {
  ...Object.fromEntries(
    Object.entries(sizes).flatMap(([label, size]) => [
      [`put ${label}`, (trial: Trial) => put(trial, `put-${size}.csv`, size)],
      [`get ${label}`, (trial: Trial) => get(trial, `get-${size}.csv`, size)],
    ]),
  ),
  resume: async (trial) => {
    const { client, at, observer } = trial;
    if (client.resumePut === undefined || client.resumeGet === undefined) return false;
    const content = randomBytes(2 * half);
    const copy = await local(trial, 'resumed.csv.part', content);
    await observer.write(copy.remote, content.subarray(0, half));
    await runCommand(client.resumePut(at, copy));
    same(await observer.read(copy.remote), content, 'the resumed upload');
    await writeFile(copy.local, content.subarray(0, half));
    await runCommand(client.resumeGet(at, copy));
    same(await readFile(copy.local), content, 'the resumed download');
    return true;
  },
  rename: async ({ client, at, observer }) => {
    if (client.rename === undefined) return false;
    const content = randomBytes(2_000);
    const [from, to] = [remote('renamed.csv.part'), remote('renamed.csv')];
    await observer.write(from, content);
    await runCommand(client.rename(at, { from, to }));
    same(await observer.read(to), content, 'the renamed file');
    assert.equal(await observer.read(from), undefined, 'the old name is there still');
    await isReceivedOnce(observer, 'renamed.csv', content);
    return true;
  },
  truncate: async (trial) => {
    const { client, at, observer } = trial;
    const content = randomBytes(20_000);
    const copy = await local(trial, 'truncated.csv.part', content.subarray(0, 2_000));
    await observer.write(copy.remote, content);
    await runCommand(client.put(at, copy));
    same(await observer.read(copy.remote), content.subarray(0, 2_000), 'a short file over a long upload');
    if (client.truncate === undefined) return true;
    await runCommand(client.truncate(at, { remote: copy.remote, size: 700 }));
    same(await observer.read(copy.remote), content.subarray(0, 700), 'the truncated upload');
    return true;
  },
  append: async (trial) => {
    const { client, at, observer } = trial;
    if (client.append === undefined) return false;
    const content = randomBytes(200_000);
    const copy = await local(trial, 'appended.csv.part', content.subarray(60_000));
    await observer.write(copy.remote, content.subarray(0, 60_000));
    await runCommand(client.append(at, copy));
    same(await observer.read(copy.remote), content, 'the upload appended to');
    return true;
  },
  times: async (trial) => {
    const { client, at, observer } = trial;
    if (client.putTimed === undefined || client.getTimed === undefined) return false;
    const copy = await local(trial, 'timed.csv', randomBytes(2_000));
    await utimes(copy.local, time, time);
    await runCommand(client.putTimed(at, copy));
    assert.equal(await observer.modifiedAt(copy.remote), time, 'the time that was set');
    const back = { ...copy, local: `${copy.local}.back` };
    await runCommand(client.getTimed(at, back));
    assert.equal(Math.floor((await stat(back.local)).mtimeMs / 1000), time, 'the time that was read');
    return true;
  },
  '1000 files': async ({ client, at, observer }) => {
    const names = Array.from({ length: smallFiles }, (_, i) => `many-${String(i).padStart(4, '0')}.csv`);
    const contents = names.map((name) =>
      Buffer.from(`${name},${'x'.repeat(Math.floor(Math.random() * 900))}\n`),
    );
    const [there, back] = [join(at.folder, 'many'), join(at.folder, 'many-back')];
    await mkdir(there, { recursive: true });
    await mkdir(back, { recursive: true });
    for (const [i, name] of names.entries()) await writeFile(join(there, name), contents[i] ?? '');
    await runCommand(client.putMany(at, { local: there, names, remote: '/in/employees' }), 300_000);
    await runCommand(client.getMany(at, { local: back, names, remote: '/in/employees' }), 300_000);
    for (const [i, name] of names.entries()) {
      same(await readFile(join(back, name)), contents[i] ?? Buffer.alloc(0), name);
    }
    await isReceivedOnce(observer, names.at(-1) ?? '', contents.at(-1) ?? Buffer.alloc(0));
    return true;
  },
  '8 at once': async (trial) => {
    const { client, at, observer } = trial;
    const contents = Array.from({ length: atOnce }, () => randomBytes(half));
    const copies = await Promise.all(contents.map((one, i) => local(trial, `at-once-${i}.csv`, one)));
    await allWell(copies.map((copy) => runCommand(client.put(at, copy))));
    const backs = copies.map((copy) => ({ ...copy, local: `${copy.local}.back` }));
    await allWell(backs.map((copy) => runCommand(client.get(at, copy))));
    for (const [i, content] of contents.entries()) {
      await isReceivedOnce(observer, `at-once-${i}.csv`, content);
      same(await readFile(backs[i]?.local ?? ''), content, `download ${i}`);
    }
    return true;
  },
  rekeying: async (trial) => {
    const { client, at, observer } = trial;
    if (client.putRekeying === undefined || client.getRekeying === undefined) return false;
    const content = randomBytes(sizes['20 MB']);
    const copy = await local(trial, 'rekeyed.csv', content);
    await rekeying(client.putRekeying(at, copy));
    await isReceivedOnce(observer, 'rekeyed.csv', content);
    const back = { ...copy, local: `${copy.local}.back` };
    await rekeying(client.getRekeying(at, back));
    same(await readFile(back.local), content, 'the download');
    return true;
  },
  'cut-off': async (trial) => {
    const { client, at, observer } = trial;
    const content = randomBytes(sizes['20 MB']);
    const copy = await local(trial, 'cut-off.csv', content);
    const relay = await openStallingRelay(at.port, 4 * half);
    try {
      const running = startCommand(client.put({ ...at, port: relay.port }, copy));
      const early = running.ended.then(({ code, output }) => {
        throw new Error(`it ended with code ${code} before it was cut off: ${output.trim().slice(-300)}`);
      });
      await Promise.race([relay.stalled, early]);
      running.kill();
      await early.catch(() => {});
    } finally {
      await relay.close();
    }
    assert.equal(await observer.read(copy.remote), undefined, 'a half file is there');
    await runCommand(client.put(at, copy));
    await isReceivedOnce(observer, 'cut-off.csv', content);
    return true;
  },
  'old scp': async (trial) => {
    const { client, at, observer } = trial;
    if (client.putLegacy === undefined) return false;
    const copy = await local(trial, 'legacy.csv', randomBytes(2_000));
    const said = await runCommand(client.putLegacy(at, copy), 20_000).then(
      () => 'success',
      (error: Error) => error.message,
    );
    assert.match(said, /SFTP/, 'it is not refused with its reason');
    assert.equal(await observer.read(copy.remote), undefined, 'a refused file is there');
    return true;
  },
};

const remote = (name: string) => `/in/employees/${name}`;

/** A local file, and where it goes. */
async function local({ at }: Trial, name: string, content: Buffer): Promise<Copy> {
  const path = join(at.folder, name);
  await writeFile(path, content);
  return { local: path, remote: remote(name) };
}

async function put(trial: Trial, name: string, size: number): Promise<boolean> {
  const content = randomBytes(size);
  const copy = await local(trial, name, content);
  await runCommand(trial.client.put(trial.at, copy));
  same(await trial.observer.read(copy.remote), content, 'the upload');
  await isReceivedOnce(trial.observer, name, content);
  return true;
}

async function get({ client, at, observer }: Trial, name: string, size: number): Promise<boolean> {
  const content = randomBytes(size);
  await observer.write(remote(name), content);
  const path = join(at.folder, name);
  await runCommand(client.get(at, { local: path, remote: remote(name) }));
  same(await readFile(path), content, 'the download');
  return true;
}

async function rekeying(command: Command): Promise<void> {
  const before = rekeysSeen();
  await runCommand(command);
  assert.ok(rekeysSeen() > before, 'no keys were exchanged anew');
}

async function isReceivedOnce(observer: Observer, name: string, content: Buffer): Promise<void> {
  const expected = [{ sha256: hash('sha256', content, 'hex'), sizeBytes: content.length }];
  const found = (await observer.received(name)).map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes }));
  assert.deepEqual(found, expected, `${name} is not recorded once with its bytes`);
}

async function allWell(all: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function same(found: Buffer | undefined, expected: Buffer, what: string): void {
  if (found === undefined) throw new Error(`${what} is not there`);
  if (!found.equals(expected))
    throw new Error(`${what} has other bytes (${found.length} of them, not ${expected.length})`);
}
