import type { Database, Tx } from '../database.ts';
import type { ObjectClass } from '../objects.ts';
import { withinScope } from '../transact.ts';
import { columns, type ObjectRecord, recordScope } from './object-record-store.ts';

/** Objects from before a moment that no row has been seen to name. */
export function unsettledObjects(
  db: Database,
  before: Temporal.Instant,
  atMost: number,
): Promise<ObjectRecord[]> {
  return db<ObjectRecord[]>`
    select ${columns(db)} from platform.unsettled_objects(${before.toString()}, ${atMost})`;
}

/** Objects of a class from before a moment, the oldest first, those after `after`. */
export function agedObjects(
  db: Database,
  of: { class: ObjectClass; before: Temporal.Instant; after: string },
  atMost: number,
): Promise<ObjectRecord[]> {
  return db<ObjectRecord[]>`
    select ${columns(db)} from platform.aged_objects(${of.class}, ${of.before.toString()}, ${of.after}, ${atMost})`;
}

/** Objects that are in clear, or under a key that was retired; by key, those after `after`. */
export function objectsToEncrypt(db: Database, after: string, atMost: number): Promise<ObjectRecord[]> {
  return db<ObjectRecord[]>`select ${columns(db)} from platform.objects_to_encrypt(${after}, ${atMost})`;
}

export function unreadableObjects(db: Database, atMost: number): Promise<ObjectRecord[]> {
  return db<ObjectRecord[]>`select ${columns(db)} from platform.unreadable_objects(${atMost})`;
}

/** How many objects cannot be read, up to a thousand. */
export async function countUnreadable(db: Database): Promise<number> {
  const [row] = await db<
    { count: number }[]
  >`select count(*)::int as count from platform.unreadable_objects(1000)`;
  return row?.count ?? 0;
}

/** Of these keys, those of objects that are kept. */
export async function keptObjects(db: Database, keys: string[]): Promise<Set<string>> {
  const rows = await db<{ key: string }[]>`select key from platform.kept_objects(${keys})`;
  return new Set(rows.map((row) => row.key));
}

/** Notes that a row names an object: from now on only its class removes it. */
export async function markSettled(db: Database, record: ObjectRecord, now: Temporal.Instant): Promise<void> {
  await withinScope(
    db,
    recordScope(record),
    (sql) => sql`
      update platform.objects set settled_at = ${now.toString()} where key = ${record.key} and settled_at is null`,
  );
}

/** Notes on which day somebody was told about unreadable objects; false when that was noted before. */
export async function noteAlarm(sql: Tx, day: string): Promise<boolean> {
  const rows = await sql`
    insert into platform.settings (name, value) values ('objects-alarm', to_jsonb(${day}::text))
    on conflict (name) do update set value = excluded.value where platform.settings.value <> excluded.value
    returning name`;
  return rows.length === 1;
}
