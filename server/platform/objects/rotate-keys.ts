import { fitsMasterKey, otherMasterKey, rootUnder, wrappedRoot } from '../claim-database.ts';
import type { Config } from '../config.ts';
import { keyFrom, wrap } from '../crypto.ts';
import type { Database } from '../database.ts';
import { ObjectExpired, ObjectFault } from '../objects.ts';
import { allDataKeys, deleteDataKey, retireDataKey, rewrapDataKey, spentDataKeys } from './data-key-store.ts';
import { unwrapDataKey, wrapDataKey } from './data-keys.ts';
import { encryptAnew, type ObjectStore } from './open-objects.ts';
import { objectsToEncrypt } from './sweep-store.ts';

const atOnce = 100;
/** So long a retired key stays: a process that took it as the present one may still write under it. */
const retiredHours = 24;

/**
 * Puts secrets.master_key in the place of secrets.previous_master_key, all in one transaction: the installation's root and
 * every data key are wrapped under it. Returns how many data keys; undefined when it was done before.
 */
export async function changeMasterKey(db: Database, config: Config): Promise<number | undefined> {
  const { secrets } = config;
  const [previous, present] = [secrets.previousMasterKey.reveal(), secrets.masterKey.reveal()];
  return db.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(7270467)`;
    const kept = await wrappedRoot(sql);
    if (kept !== undefined && rootUnder(present, kept) !== undefined) return undefined;
    const before = { ...config, secrets: { ...secrets, masterKey: secrets.previousMasterKey } };
    if (kept === undefined && !(await fitsMasterKey(sql, before))) throw otherMasterKey();
    const root = kept === undefined ? previous : rootUnder(previous, kept);
    if (root === undefined) throw otherMasterKey();
    const keys = await allDataKeys(sql);
    for (const key of keys) {
      const bytes = unwrapDataKey(previous, key.id, key.wrapped);
      await rewrapDataKey(sql, key, wrapDataKey(present, { id: key.id, bytes }));
    }
    const wrapped = wrap(keyFrom(present, 'root-key'), 'root-key', Buffer.from(root)).toString('base64');
    await sql`
      insert into platform.settings (name, value) values ('root-key', to_jsonb(${wrapped}::text))
      on conflict (name) do update set value = excluded.value`;
    return keys.length;
  }) as Promise<number | undefined>;
}

/** What a rotation did. */
export interface Rotation {
  retiredKeys: number;
  encrypted: number;
  /** Objects that the store does not give: they keep their key. */
  unreadable: number;
  deletedKeys: number;
}

/**
 * Gives every scope a new data key and encrypts what is under an older one, or in clear, anew. Broken off at any moment
 * it is run again and goes on: while objects are left of a rotation before, no further key is retired.
 */
export async function rotateDataKeys(
  store: ObjectStore,
  onProgress: (encrypted: number) => void = () => {},
): Promise<Rotation> {
  const { db, clock } = store;
  const done: Rotation = { retiredKeys: 0, encrypted: 0, unreadable: 0, deletedKeys: 0 };
  const keys = await allDataKeys(db);
  const spent = await spentDataKeys(db, clock.now());
  if (keys.filter((key) => key.retiredAt !== null).length <= spent.length)
    for (const key of keys.filter((one) => one.retiredAt === null)) {
      await retireDataKey(db, key, clock.now());
      done.retiredKeys += 1;
    }
  store.keys.forgetCurrent();
  for (let after = ''; ; ) {
    const found = await objectsToEncrypt(db, after, atOnce);
    if (found.length === 0) break;
    for (const record of found) {
      after = record.key;
      try {
        await encryptAnew(store, record);
        done.encrypted += 1;
      } catch (error) {
        if (error instanceof ObjectExpired) continue;
        if (!(error instanceof ObjectFault) || error.kind === 'away') throw error;
        done.unreadable += 1;
      }
    }
    onProgress(done.encrypted);
  }
  done.deletedKeys = await deleteSpentKeys(store);
  return done;
}

/** Destroys keys that were retired a day ago and that no object names, and with them what they ever protected. */
export async function deleteSpentKeys({ db, clock }: Pick<ObjectStore, 'db' | 'clock'>): Promise<number> {
  const spent = await spentDataKeys(db, clock.now().subtract({ hours: retiredHours }));
  for (const key of spent) await deleteDataKey(db, key);
  return spent.length;
}
