import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** Keeps what a key is called; it never changes. */
export async function insertWritingKey(
  sql: Tx,
  key: Row<'payroll.writing_keys', 'id' | 'label' | 'customer_id' | 'environment_id'>,
): Promise<void> {
  await sql`
    insert into payroll.writing_keys (environment_id, customer_id, id, label)
    values (${key.environmentId}, ${key.customerId}, ${key.id}, ${key.label}) on conflict do nothing`;
}

/** What these keys are called, by id. */
export async function selectWritingKeys(
  sql: Tx,
  environmentId: string,
  ids: string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<Row<'payroll.writing_keys', 'id' | 'label'>[]>`
    select id, label from payroll.writing_keys where environment_id = ${environmentId} and id = any(${ids}::uuid[])`;
  return new Map(rows.map((row) => [row.id, row.label]));
}
