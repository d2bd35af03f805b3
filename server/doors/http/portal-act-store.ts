import type { Tx } from '#platform/database.ts';

/** Counts one act of a person and returns how many of its kind they did in this hour; a new hour begins anew. */
export async function countPortalAct(
  sql: Tx,
  act: { customerId: string; personId: string; kind: string; hour: Temporal.Instant },
): Promise<number> {
  const [row] = await sql<{ acts: number }[]>`
    insert into platform.portal_acts as a (customer_id, person_id, kind, hour, acts)
    values (${act.customerId}, ${act.personId}, ${act.kind}, ${act.hour.toString()}, 1)
    on conflict (customer_id, person_id, kind) do update
    set acts = case when a.hour = excluded.hour then least(a.acts, 1000000) + 1 else 1 end, hour = excluded.hour
    returning acts`;
  return row?.acts ?? 1;
}
