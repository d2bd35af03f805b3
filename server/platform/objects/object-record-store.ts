import type { Database, Tx } from '../database.ts';
import type { ObjectClass, ObjectOwner, StoredObject } from '../objects.ts';
import type { Row } from '../row.ts';
import { type Scope, withinScope } from '../transact.ts';

/** What the database knows of an object. */
export interface ObjectRecord
  extends Row<
    'platform.objects',
    | 'key'
    | 'customer_id'
    | 'environment_id'
    | 'size_bytes'
    | 'sha256'
    | 'data_key_id'
    | 'created_at'
    | 'unreadable_since'
    | 'removed_at'
  > {
  class: ObjectClass;
}

/** Why an object was removed: a row let go of it, nothing ever named it, or its class is not kept for longer. */
export type Removal = 'released' | 'unused' | 'retention';

export const columns = (sql: Tx | Database) => sql`
  key, class, customer_id as "customerId", environment_id as "environmentId", size_bytes as "sizeBytes", sha256,
  data_key_id as "dataKeyId", created_at as "createdAt", unreadable_since as "unreadableSince", removed_at as "removedAt"`;

/** Notes an object before it becomes visible; fails when its data key is gone, without which nobody could read it. */
export async function insertObject(
  db: Database,
  owner: ObjectOwner,
  stored: StoredObject & { dataKeyId: string; now: Temporal.Instant },
): Promise<void> {
  await withinScope(
    db,
    owner,
    (sql) => sql`
      insert into platform.objects (key, class, customer_id, environment_id, size_bytes, sha256, data_key_id, created_at)
      values (${stored.key}, ${owner.class}, ${owner.customerId ?? null}, ${owner.environmentId ?? null},
              ${stored.sizeBytes}, ${stored.sha256}, ${stored.dataKeyId}, ${stored.now.toString()})`,
  );
}

export async function findObject(db: Database, key: string): Promise<ObjectRecord | undefined> {
  const [row] = await db<ObjectRecord[]>`select ${columns(db)} from platform.find_object(${key})`;
  return row;
}

/** Notes that an object is removed; false when it was before. Its bytes go after the commit. */
export async function markRemoved(
  sql: Tx,
  key: string,
  because: Removal,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update platform.objects set removed_at = ${now.toString()}, removed_because = ${because}, data_key_id = null
    where key = ${key} and removed_at is null returning key`;
  return rows.length === 1;
}

/** Notes since when an object is missing, or that it is there again; true when that is news. */
export async function markUnreadable(
  db: Database,
  record: ObjectRecord,
  since: Temporal.Instant | null,
): Promise<boolean> {
  const rows = await withinScope(
    db,
    recordScope(record),
    (sql) => sql`
      update platform.objects set unreadable_since = ${since?.toString() ?? null}
      where key = ${record.key} and (unreadable_since is null) <> ${since === null} returning key`,
  );
  return rows.length === 1;
}

/** Notes under which key an object is encrypted now; false when it was removed meanwhile. */
export async function markEncrypted(
  db: Database,
  record: ObjectRecord,
  now: { dataKeyId: string; sizeBytes: number; sha256: string },
): Promise<boolean> {
  const rows = await withinScope(
    db,
    recordScope(record),
    (sql) => sql`
      update platform.objects
      set data_key_id = ${now.dataKeyId}, size_bytes = ${now.sizeBytes}, sha256 = ${now.sha256}
      where key = ${record.key} and removed_at is null returning key`,
  );
  return rows.length === 1;
}

/** Whose rows a statement about an object needs to see. */
export function recordScope({ customerId, environmentId }: ObjectRecord): Scope {
  return { customerId: customerId ?? undefined, environmentId: environmentId ?? undefined };
}
