import assert from 'node:assert/strict';
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { openS3Store, type S3Store } from '#testing/s3-store.ts';
import { claimDatabase } from '../claim-database.ts';
import { loadConfig } from '../config.ts';
import { open, seal } from '../crypto.ts';
import { type StoredObject, storeBytes } from '../objects.ts';
import { openObjects } from './open-objects.ts';
import { changeMasterKey, deleteSpentKeys, rotateDataKeys } from './rotate-keys.ts';

const stores: Record<string, () => Promise<S3Store | undefined>> = {
  'a local folder': async () => undefined,
  'an S3 store': openS3Store,
};

for (const [name, openStore] of Object.entries(stores))
  describe(`rotating the keys of ${name}`, () => {
    let t: TestDatabase;
    let s3: S3Store | undefined;
    const kept: { stored: StoredObject; bytes: Buffer }[] = [];
    before(async () => {
      s3 = await openStore();
      t = await openTestDatabase(s3 === undefined ? {} : { objects: s3.settings });
      const { customerId, sandboxId } = await makeCustomer(t.platform);
      for (let i = 0; i < 12; i++) {
        const bytes = randomBytes(i === 0 ? 3_000_000 : i * 20_000);
        const owner = i % 2 === 0 ? { customerId, environmentId: sandboxId } : {};
        kept.push({
          stored: await storeBytes(t.platform.objects, { class: 'transfer', ...owner }, bytes),
          bytes,
        });
      }
    });
    after(async () => {
      await t.close();
      await s3?.close();
    });
    const allRead = async (objects = t.platform.objects) => {
      for (const { stored, bytes } of kept)
        assert.ok((await objects.readBuffer(stored.key, 4_000_000)).equals(bytes));
    };
    const keys = () => t.platform.db<{ id: string; retired: boolean }[]>`
      select id, retired_at is not null as retired from platform.all_data_keys()`;

    test('broken off and run again it goes on; every object is under a new key and readable all the while', async () => {
      const reader = await t.platform.objects.openReader(kept[0]?.stored.key ?? '');
      assert.ok((await reader.read(0, 100)).equals(kept[0]?.bytes.subarray(0, 100) ?? Buffer.alloc(0)));
      const before = await keys();
      const { publish } = t.store.blobs;
      let published = 0;
      t.store.blobs.publish = async (key, file) => {
        if (++published === 5) throw new Error('killed');
        return publish.call(t.store.blobs, key, file);
      };
      await assert.rejects(rotateDataKeys(t.store), /killed/);
      t.store.blobs.publish = publish;
      await allRead();
      const resumed = await rotateDataKeys(t.store);
      assert.deepEqual([resumed.retiredKeys, resumed.encrypted, resumed.unreadable], [0, 8, 0]);
      await allRead();
      const after = await keys();
      assert.deepEqual(
        before.map(({ id }) => after.find((one) => one.id === id)?.retired),
        before.map(() => true),
      );
      assert.ok(
        (await reader.read(2_900_000, 50)).equals(
          kept[0]?.bytes.subarray(2_900_000, 2_900_050) ?? Buffer.alloc(0),
        ),
      );
      await reader.close();
    });

    test('a retired key is destroyed after a day, and no object is under it', async () => {
      const retired = (await keys()).filter((key) => key.retired);
      assert.equal(await deleteSpentKeys(t.store), 0, 'another process may still write under it');
      const { clock } = t.platform;
      const now = clock.now();
      clock.set(now.add({ hours: 25 }));
      assert.equal(await deleteSpentKeys(t.store), retired.length);
      clock.set(now);
      await allRead();
      await t.platform.db`
        select 1 from platform.all_data_keys() k where k.id = any (${retired.map((key) => key.id)})`.then(
        (rows) => assert.equal(rows.length, 0),
      );
    });

    test('a new master key takes the place of the one before: with it alone everything is read, with the old one nothing', async () => {
      const { config, db, clock, log } = t.platform;
      await claimDatabase(db, config);
      const sealed = seal(config, 'a secret');
      const old = config.secrets.masterKey.reveal();
      const fresh = randomBytes(32).toString('base64');
      const withKeys = (masterKey: string, previousMasterKey = '') =>
        loadConfig(
          {
            server: { dataDir: config.server.dataDir },
            secrets: { masterKey, previousMasterKey },
            ...(s3 === undefined ? {} : { objects: s3.settings }),
          },
          {},
        );
      await assert.rejects(
        changeMasterKey(db, withKeys(fresh, randomBytes(32).toString('base64'))),
        /sealed under another master key/,
      );
      assert.equal(await changeMasterKey(db, withKeys(fresh, old)), (await keys()).length);
      assert.equal(await changeMasterKey(db, withKeys(fresh, old)), undefined, 'once');
      const present = withKeys(fresh);
      await claimDatabase(db, present);
      assert.equal(open(present, sealed), 'a secret');
      const store = await openObjects(present, { databaseUrl: t.ownerUrl, clock, log });
      await allRead(store.objects);
      const again = randomBytes(32).toString('base64');
      assert.equal(await changeMasterKey(db, withKeys(again, fresh)), (await keys()).length);
      const third = withKeys(again);
      await claimDatabase(db, third);
      assert.equal(open(third, sealed), 'a secret');
      await store.close();
      for (const gone of [old, fresh])
        await assert.rejects(claimDatabase(db, withKeys(gone)), /sealed under another master key/);
    });
  });

test('what an earlier version kept in clear is encrypted by a rotation, unless it is not what was stored', async () => {
  const t = await openTestDatabase();
  const folder = join(t.platform.config.server.dataDir, 'objects');
  const text = Buffer.from('salary 78123 '.repeat(9_000));
  const [good, changed] = [randomUUID(), randomUUID()];
  for (const key of [good, changed]) {
    await writeFile(join(folder, key), text);
    await t.owner`
      insert into platform.objects (key, class, size_bytes, sha256, created_at)
      values (${key}, 'mail', ${text.length}, ${hash('sha256', text, 'hex')}, now())`;
  }
  await writeFile(join(folder, changed), 'something else');
  const done = await rotateDataKeys(t.store);
  assert.deepEqual([done.encrypted, done.unreadable], [1, 1]);
  assert.ok(!(await readFile(join(folder, good), 'latin1')).includes('78123'));
  assert.deepEqual(await t.platform.objects.readBuffer(good, 1_000_000), text);
  await t.close();
});
