import type { Database, Tx } from '../database.ts';
import type { Row } from '../row.ts';
import { type Scope, withinScope } from '../transact.ts';

/** A data key as it is kept: wrapped under the master key. */
export type WrappedKey = Row<
  'platform.data_keys',
  'id' | 'customer_id' | 'environment_id' | 'wrapped' | 'retired_at'
>;

const columns = (sql: Tx | Database) => sql`
  id, customer_id as "customerId", environment_id as "environmentId", wrapped, retired_at as "retiredAt"`;

/** The key for new objects of a scope; the one given is kept where there is none yet. */
export function currentKey(
  db: Database,
  scope: Scope,
  fresh: { id: string; wrapped: Buffer; now: Temporal.Instant },
): Promise<WrappedKey> {
  const { customerId = null, environmentId = null } = scope;
  return withinScope(db, scope, async (sql) => {
    const find = async () => {
      const [row] = await sql<WrappedKey[]>`
        select ${columns(sql)} from platform.data_keys
        where customer_id is not distinct from ${customerId}::uuid and retired_at is null
          and environment_id is not distinct from ${environmentId}::uuid`;
      return row;
    };
    const found = await find();
    if (found !== undefined) return found;
    await sql`
      insert into platform.data_keys (id, customer_id, environment_id, wrapped, created_at)
      values (${fresh.id}, ${customerId}, ${environmentId}, ${fresh.wrapped}, ${fresh.now.toString()})
      on conflict do nothing`;
    const kept = await find();
    if (kept === undefined) throw new Error('a data key was retired as it was made');
    return kept;
  });
}

export async function findDataKey(db: Database, id: string): Promise<WrappedKey | undefined> {
  const [row] = await db<WrappedKey[]>`select ${columns(db)} from platform.find_data_key(${id})`;
  return row;
}

export function allDataKeys(db: Database | Tx): Promise<WrappedKey[]> {
  return db<WrappedKey[]>`select ${columns(db)} from platform.all_data_keys()`;
}

/** Keys that were retired before a moment and that no object names. */
export function spentDataKeys(db: Database, before: Temporal.Instant): Promise<WrappedKey[]> {
  return db<WrappedKey[]>`select ${columns(db)} from platform.spent_data_keys(${before.toString()})`;
}

/** From now on new objects of the key's scope get another one. */
export async function retireDataKey(db: Database, key: WrappedKey, now: Temporal.Instant): Promise<void> {
  await withinScope(
    db,
    scopeOf(key),
    (sql) => sql`
      update platform.data_keys set retired_at = ${now.toString()} where id = ${key.id} and retired_at is null`,
  );
}

/** Throws where an object names the key after all: without it nobody could read that object. */
export async function deleteDataKey(db: Database, key: WrappedKey): Promise<void> {
  await withinScope(db, scopeOf(key), (sql) => sql`delete from platform.data_keys where id = ${key.id}`);
}

/** Replaces what a key is wrapped in, in the transaction of a change of the master key. */
export async function rewrapDataKey(sql: Tx, key: WrappedKey, wrapped: Buffer): Promise<void> {
  await sql`select set_config('app.customer', ${key.customerId ?? ''}, true)`;
  await sql`update platform.data_keys set wrapped = ${wrapped} where id = ${key.id}`;
}

function scopeOf({ customerId, environmentId }: WrappedKey): Scope {
  return { customerId: customerId ?? undefined, environmentId: environmentId ?? undefined };
}
