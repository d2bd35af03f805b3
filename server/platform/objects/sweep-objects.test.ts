import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { access } from '#modules/access/index.ts';
import { dataAudits } from '#modules/data-audits/index.ts';
import { desk, receiveMail } from '#modules/desk/index.ts';
import { documents } from '#modules/documents/index.ts';
import { fileExchange } from '#modules/file-exchange/index.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { type ObjectOwner, storeBytes } from '../objects.ts';
import { read } from '../transact.ts';
import { sweepLeftovers, sweepObjects } from './sweep-objects.ts';

let t: TestDatabase;
let f: FileHome;
let folder: string;
before(async () => {
  t = await openTestDatabase();
  f = await openFileHome(t);
  folder = join(t.platform.config.server.dataDir, 'objects');
});
after(() => t.close());

const uses = [fileExchange, dataAudits, documents, desk].flatMap((module) => module.objects ?? []);
const sweep = () => sweepObjects({ platform: t.platform, store: t.store, uses });
const store = (owner: ObjectOwner, text = 'some bytes') =>
  storeBytes(t.platform.objects, owner, Buffer.from(text));
const isKept = async (key: string) => (await readdir(folder)).includes(key);

/** Lets so many days pass for what `work` does. */
async function later(days: number, work: () => Promise<unknown>): Promise<void> {
  const { clock } = t.platform;
  const now = clock.now();
  clock.set(now.add({ hours: 24 * days }));
  try {
    await work();
  } finally {
    clock.set(now);
  }
}

async function storedMail(): Promise<{ key: string; sha256: string }> {
  const stored = await store({ class: 'mail' }, 'Subject: hello');
  await receiveMail(t.platform, {
    objectKey: stored.key,
    sha256: Buffer.from(stored.sha256, 'hex'),
    sizeBytes: stored.sizeBytes,
    envelopeFrom: 'somebody@elsewhere.example',
    envelopeTo: ['helpdesk@vendor.example'],
    remoteAddress: '192.0.2.1',
    helo: null,
    authenticatedAs: null,
  });
  return stored;
}

const keyOf = async (name: string) => {
  const [row] = await read(
    t.platform,
    f.scope,
    (sql) => sql<{ objectKey: string }[]>`
      select object_key as "objectKey" from file_exchange.files
      where environment_id = ${f.scope.environmentId} and name = ${name} and kind = 'data'`,
  );
  return row?.objectKey ?? '';
};

test('what nothing names is removed after a day; what a row names stays, and so does what is younger', async () => {
  const orphan = await store({ class: 'transfer', ...f.scope });
  const mail = await storedMail();
  const name = f.fileName();
  await f.put(`/in/employees/${name}`, employees(1));
  const file = await keyOf(name);
  await sweep();
  assert.ok(await isKept(orphan.key), 'it may be about to be named');
  await later(2, sweep);
  assert.ok(!(await isKept(orphan.key)));
  assert.ok((await isKept(mail.key)) && (await isKept(file)));
  const entries = await read(
    t.platform,
    f.scope,
    (sql) => sql<{ detail: object }[]>`select detail from platform.audit where action = 'objects.removed'`,
  );
  assert.deepEqual(
    entries.map((entry) => entry.detail),
    [{ class: 'transfer', because: 'unused', count: 1 }],
  );
  assert.deepEqual(await t.platform.objects.readBuffer(mail.key, 100), Buffer.from('Subject: hello'));
});

test('a class is kept for its days; what work still waits for stays beyond them, and a file is listed no longer', async () => {
  const name = f.fileName();
  await f.send(employees(2), name);
  const waiting = f.fileName();
  await f.put(`/in/employees/${waiting}`, employees(1));
  const [done, open] = [await keyOf(name), await keyOf(waiting)];
  const mail = await storedMail();
  await later(7 * 366, sweep);
  assert.ok(await isKept(open), 'a file that was not processed yet');
  assert.ok(!(await isKept(done)));
  await assert.rejects(t.platform.objects.readBuffer(done, 100_000), { code: 'OBJECT_EXPIRED' });
  assert.equal(await f.home.find(`/archive/${name}`), undefined);
  assert.ok(await isKept(mail.key), 'a mail that was not read yet');
  const [transfer] = await read(
    t.platform,
    f.scope,
    (sql) => sql<{ sha256: string }[]>`select sha256 from file_exchange.transfers where object_key = ${done}`,
  );
  assert.match(transfer?.sha256 ?? '', /^[0-9a-f]{64}$/, 'what was noted of it stays');
});

test('bytes that no object is noted for are removed after a month, and nothing else in the folder', async () => {
  const kept = await storedMail();
  const [old, young] = [randomUUID(), randomUUID()];
  for (const name of [old, young, 'notes.txt']) await writeFile(join(folder, name), 'left over');
  const monthsAgo = new Date(Date.now() - 40 * 86_400_000);
  for (const name of [old, kept.key, 'notes.txt']) await utimes(join(folder, name), monthsAgo, monthsAgo);
  assert.equal(await sweepLeftovers({ store: t.store }), 1);
  assert.ok(!(await isKept(old)));
  for (const name of [young, kept.key, 'notes.txt']) assert.ok(await isKept(name), name);
});

test('an object that cannot be read is told to the administrators once a day, and no more once it is back', async () => {
  const administrator = await makePerson(t.platform, { roles: ['administrator'] });
  const { key } = await storedMail();
  const bytes = await readFile(join(folder, key));
  await t.store.blobs.remove(key);
  await assert.rejects(t.platform.objects.readBuffer(key, 100), { code: 'OBJECT_MISSING' });
  const mails = async () => {
    await sweep();
    await runConsumers(t.platform, access.consumers?.(t.platform) ?? []);
    const found = await read(
      t.platform,
      {},
      (sql) => sql`
        select 1 from mail.outbox o join access.people p on o.recipients = array[p.email]
        where p.id = ${administrator.id} and o.kind = 'objects-unreadable'`,
    );
    return found.length;
  };
  assert.deepEqual([await mails(), await mails()], [1, 1]);
  await later(1, async () => assert.equal(await mails(), 2));
  await writeFile(join(folder, key), bytes);
  await later(3, async () => assert.equal(await mails(), 2));
  const unreadable = await t.platform.db`select key from platform.unreadable_objects(10)`;
  assert.equal(unreadable.length, 0);
});
