import type { Tx } from '#platform/database.ts';

const name = 'demonstration';

/** How far the demonstration has come, and whether the database holds customers of anybody's. */
export async function demonstrationState(
  sql: Tx,
): Promise<{ state: 'playing' | 'played' | undefined; hasCustomers: boolean }> {
  const [setting] = await sql<{ value: 'playing' | 'played' }[]>`
    select value from platform.settings where name = ${name}`;
  const customers =
    await sql`select 1 from customers.list_across_customers(null, null, false, null, null, 1)`;
  return { state: setting?.value, hasCustomers: customers.length > 0 };
}

/** Keeps how far the demonstration has come. */
export async function setDemonstrationState(sql: Tx, state: 'playing' | 'played'): Promise<void> {
  await sql`
    insert into platform.settings (name, value) values (${name}, ${sql.json(state)})
    on conflict (name) do update set value = excluded.value`;
}
