import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { storeBytes } from '../objects.ts';

let t: TestDatabase;
let folder: string;
let scope: { customerId: string; environmentId: string };
before(async () => {
  t = await openTestDatabase();
  folder = join(t.platform.config.server.dataDir, 'objects');
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  scope = { customerId, environmentId: sandboxId };
});
after(() => t.close());

const words = 'salary_annual 78123.0000 bank 12-3141-0123456-050 ';
const text = Buffer.from(words.repeat(4_000));
const store = (bytes = text, owner = {}) =>
  storeBytes(t.platform.objects, { class: 'transfer', ...scope, ...owner }, bytes);

/** Every byte under the store's folder, finished or not. */
async function everything(): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const read = files
    .filter((one) => one.isFile())
    .map((one) => readFile(join(one.parentPath, one.name), 'latin1'));
  return (await Promise.all(read)).join('');
}

test('whoever reads the disk finds no word of an object, finished or left over by a crash', async () => {
  await store();
  const left = await t.platform.objects.create({ class: 'mail' });
  await left.write(text.subarray(0, 100_000));
  await left.write(Buffer.from(words), 300_000);
  await left.sync();
  const found = await everything();
  assert.ok(found.length > text.length + 100_000, 'both are on the disk');
  assert.ok(!found.includes('78123') && !found.includes('salary'));
  await left.abort();
});

test('an object that was changed anywhere, cut off, exchanged or put under another key is noticed', async () => {
  const { objects } = t.platform;
  const whole = await store();
  const file = join(folder, whole.key);
  const kept = await readFile(file);
  const other = await store(randomBytes(text.length));
  const cases: [string, () => Promise<unknown>][] = [
    ...[0, 10, 20, 40, 50, 60, 80, 90, 30_000, 70_000, kept.length - 1].map(
      (at): [string, () => Promise<unknown>] => [
        `byte ${at}`,
        () => writeFile(file, Buffer.from(kept).fill((kept[at] ?? 0) ^ 1, at, at + 1)),
      ],
    ),
    ['cut at a page', () => truncate(file, 84 + 65_564)],
    ['cut amid a page', () => truncate(file, kept.length - 7)],
    ['cut to nothing', () => truncate(file, 0)],
    ['longer', () => writeFile(file, Buffer.concat([kept, Buffer.alloc(9)]))],
    ['another object', () => copyFile(join(folder, other.key), file)],
    ['clear bytes', () => writeFile(file, text)],
    [
      'two pages exchanged',
      () =>
        writeFile(
          file,
          Buffer.concat([
            kept.subarray(0, 84),
            kept.subarray(84 + 65_564, 84 + 2 * 65_564),
            kept.subarray(84, 84 + 65_564),
            kept.subarray(84 + 2 * 65_564),
          ]),
        ),
    ],
  ];
  for (const [what, change] of cases) {
    await writeFile(file, kept);
    await change();
    await assert.rejects(objects.readBuffer(whole.key, 1_000_000), { code: 'OBJECT_DAMAGED' }, what);
  }
  await writeFile(file, kept);
  assert.deepEqual(await objects.readBuffer(whole.key, 1_000_000), text);
});

test('objects of two environments, of a customer and of nobody are under keys of their own', async () => {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  await store();
  await store(text, { customerId, environmentId: sandboxId });
  await store(text, { class: 'pdf', customerId, environmentId: undefined });
  await store(text, { class: 'mail', customerId: undefined, environmentId: undefined });
  const keys = await t.platform.db<{ environmentId: string | null }[]>`
    select environment_id as "environmentId" from platform.all_data_keys()`;
  assert.equal(new Set(keys.map((key) => key.environmentId)).size, 3, 'two environments, and none');
  assert.equal(keys.length, 4);
});

test('what an earlier version kept in clear is read as it is; no other object may be in clear', async () => {
  const key = randomUUID();
  await writeFile(join(folder, key), text);
  await assert.rejects(t.platform.objects.readBuffer(key, 1_000_000), { code: 'OBJECT_DAMAGED' });
  await t.owner`
    insert into platform.objects (key, class, size_bytes, sha256, created_at)
    values (${key}, 'mail', ${text.length}, ${'0'.repeat(64)}, now())`;
  assert.deepEqual(await t.platform.objects.readBuffer(key, 1_000_000), text);
});

test('an object that is not there is a fault of the installation and noted; a removed one is not', async () => {
  const { objects } = t.platform;
  const lost = await store();
  await t.store.blobs.remove(lost.key);
  await assert.rejects(objects.readBuffer(lost.key, 1_000_000), { code: 'OBJECT_MISSING' });
  await assert.rejects(objects.read(lost.key).toArray(), { code: 'OBJECT_MISSING' });
  const noted = await t.platform.db<{ key: string }[]>`select key from platform.unreadable_objects(10)`;
  assert.ok(noted.some((one) => one.key === lost.key));
  const removed = await store();
  await objects.remove(removed.key);
  await assert.rejects(objects.readBuffer(removed.key, 1_000_000), { code: 'OBJECT_EXPIRED' });
});
