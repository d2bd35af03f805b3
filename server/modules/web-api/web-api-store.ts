import type { Tx } from '#platform/database.ts';

/** The newest sequence of an environment's log. */
export async function headOf(sql: Tx, environmentId: string): Promise<number> {
  const [row] = await sql<{ head: number }[]>`select head from platform.streams where id = ${environmentId}`;
  return row?.head ?? 0;
}

interface Seen {
  customerId: string;
  environmentId: string;
  keyId: string;
  operation: string;
  now: Temporal.Instant;
}

/** Notes a key's first call; false when it was noted before. */
export async function insertFirstCall(sql: Tx, seen: Seen): Promise<boolean> {
  const made = await sql`
    insert into web_api.first_calls (customer_id, environment_id, key_id, operation, called_at)
    values (${seen.customerId}, ${seen.environmentId}, ${seen.keyId}, ${seen.operation}, ${seen.now.toString()})
    on conflict do nothing returning 1`;
  return made.length > 0;
}

/** Notes that an operation was answered under a configuration, for a key; false when it was noted before. */
export async function insertOperation(sql: Tx, seen: Seen & { fingerprint: string }): Promise<boolean> {
  const made = await sql`
    insert into web_api.operations_seen (customer_id, environment_id, operation, fingerprint, key_id, seen_at)
    values (${seen.customerId}, ${seen.environmentId}, ${seen.operation}, ${seen.fingerprint}, ${seen.keyId},
      ${seen.now.toString()})
    on conflict do nothing returning 1`;
  return made.length > 0;
}
