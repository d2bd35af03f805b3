import { openDatabase } from '#platform/database.ts';
import type { TestDatabase } from '#testing/database.ts';
import type { Table } from './catalogue.ts';

/** Whose rows: a customer and one of its environments. */
export interface Tenant {
  customerId: string;
  environmentId: string;
}

/** A connection above all walls, to look at what there is and to put rows in place. */
export function openAboveWalls(t: TestDatabase) {
  const url = new URL(process.env['FAIRLEAD_TEST_DATABASE'] ?? '');
  url.pathname = new URL(t.ownerUrl).pathname;
  return openDatabase(url.href, { max: 1 });
}
export type AboveWalls = ReturnType<typeof openAboveWalls>;

/** The columns that a row can be given, with their types; those the database fills by itself are left out. */
export function columnsOf(above: AboveWalls, table: string): Promise<{ name: string; type: string }[]> {
  return above<{ name: string; type: string }[]>`
    select a.attname as name, format_type(a.atttypid, null) as type
    from pg_attribute a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum`;
}

/** Takes constraints and triggers away from a table of this database, so that any row fits. */
export async function loosen(above: AboveWalls, table: string): Promise<void> {
  const constraints = await above<{ name: string }[]>`
    select conname as name from pg_constraint
    where conrelid = ${table}::regclass and contype in ('c', 'f', 'p', 'u', 'x') and coninhcount = 0 order by contype desc`;
  for (const { name } of constraints)
    await above.unsafe(`alter table ${table} drop constraint if exists "${name}" cascade`);
  await above.unsafe(`alter table ${table} disable trigger all`);
}

/** Puts a made-up row of a tenant into a loosened table; every value fits its type and means nothing. */
export async function putStandIn(above: AboveWalls, table: Table, tenant: Tenant): Promise<void> {
  const columns = await columnsOf(above, table.name);
  const values = columns.map(({ name, type }) => {
    if (name === 'customer_id') return `'${tenant.customerId}'`;
    if (name === 'environment_id') return `'${tenant.environmentId}'`;
    return standIn(type);
  });
  await above.unsafe(
    `insert into ${table.name} (${columns.map(({ name }) => `"${name}"`).join(', ')}) overriding system value
     values (${values.join(', ')})`,
  );
}

function standIn(type: string): string {
  if (type.endsWith('[]')) return `'{}'::${type}`;
  if (type === 'uuid') return 'uuidv7()';
  if (type === 'text') return `'stand-in ' || gen_random_uuid()`;
  if (type === 'bytea') return 'uuid_send(gen_random_uuid())';
  if (type === 'jsonb' || type === 'json') return `'{}'`;
  if (type === 'boolean') return 'true';
  if (type === 'date') return 'current_date';
  if (type.startsWith('timestamp')) return 'now()';
  if (type === 'interval') return `'1 hour'`;
  if (type === 'inet' || type === 'cidr') return `'192.0.2.1'`;
  if (['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'].includes(type)) return '1';
  throw new Error(`no stand-in for the type ${type}`);
}
