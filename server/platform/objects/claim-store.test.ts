import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
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
  await fresh.close();
  await s3.close();
});
