import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openS3Store } from '#testing/s3-store.ts';
import { loadConfig } from '../config.ts';
import { storeBytes } from '../objects.ts';
import { StartupFault } from '../startup-fault.ts';
import { claimStore } from './claim-store.ts';
import { openLocalBlobs } from './local-blobs.ts';
import { openS3Blobs } from './s3-blobs.ts';

let t: TestDatabase;
let folder: string;
before(async () => {
  t = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'fairlead-stores-'));
});
after(async () => {
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

const refuses = (claiming: Promise<void>, why: RegExp) =>
  assert.rejects(claiming, (error: Error) => error instanceof StartupFault && why.test(error.message));

test('an empty store for a database that has files already is refused, even where no start has claimed one', async () => {
  await storeBytes(t.platform.objects, { class: 'mail' }, Buffer.from('a mail'));
  const empty = await openLocalBlobs(join(folder, 'empty'));
  await refuses(claimStore(t.platform.db, empty), /empty holds no object store.*copy the whole store/);
  await claimStore(t.platform.db, t.store.blobs);
});

test('the store of the first start is the only one from then on, wherever it is moved', async () => {
  await claimStore(t.platform.db, t.store.blobs);
  await refuses(
    claimStore(t.platform.db, await openLocalBlobs(join(folder, 'second'))),
    /second holds no object store/,
  );
  const other = await openTestDatabase();
  await claimStore(other.platform.db, other.store.blobs);
  await refuses(claimStore(t.platform.db, other.store.blobs), /holds another object store/);
  await other.close();
  const moved = join(folder, 'moved');
  await cp(join(t.platform.config.server.dataDir, 'objects'), moved, { recursive: true });
  await claimStore(t.platform.db, await openLocalBlobs(moved));
});

test('a bucket is claimed as a folder is, two starts at once agree, and one that is away is named', async () => {
  const [s3, fresh] = [await openS3Store(), await openTestDatabase()];
  const config = loadConfig({ objects: { ...s3.settings, attempts: 1, requestTimeoutMs: 2_000 } }, {});
  const [one, two] = [await openS3Blobs(config), await openS3Blobs(config)];
  await Promise.all([claimStore(fresh.platform.db, one), claimStore(fresh.platform.db, two)]);
  await claimStore(fresh.platform.db, one);
  await refuses(claimStore(fresh.platform.db, fresh.store.blobs), /the folder .* holds no object store/);
  await s3.stop();
  await refuses(claimStore(fresh.platform.db, two), /cannot be used: the bucket fairlead at http/);
  await s3.start();
  await claimStore(fresh.platform.db, two);
  await fresh.close();
  await s3.close();
});

test('while a bucket is away nothing is accepted and nothing is concluded; once it is back all goes on', async () => {
  const s3 = await openS3Store();
  const away = await openTestDatabase({ objects: { ...s3.settings, attempts: 2, requestTimeoutMs: 2_000 } });
  const { objects } = away.platform;
  const kept = await storeBytes(objects, { class: 'mail' }, Buffer.from('a mail'));
  await s3.stop();
  await assert.rejects(storeBytes(objects, { class: 'mail' }, Buffer.from('another')), {
    code: 'OBJECT_AWAY',
  });
  await assert.rejects(objects.readBuffer(kept.key, 100), { code: 'OBJECT_AWAY' });
  assert.deepEqual(await readdir(away.store.unfinished), []);
  const alarms = await away.platform.db`select key from platform.unreadable_objects(10)`;
  assert.equal(alarms.length, 0, 'a store that is away has lost nothing');
  await s3.start();
  assert.deepEqual(await objects.readBuffer(kept.key, 100), Buffer.from('a mail'));
  await storeBytes(objects, { class: 'mail' }, Buffer.from('another'));
  await away.close();
  await s3.close();
});
