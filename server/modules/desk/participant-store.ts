import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** What an address is on a ticket: who asked, another of the customer's people, the vendor's, or anybody else. */
export type ParticipantRole = 'requester' | 'customer' | 'staff' | 'outsider';

/**
 * An address of a ticket. Only an admitted one takes part: its proved mail goes on the ticket, and answers may go to it. One
 * that was only named by an unproved mail waits until a person lets it in.
 */
export interface Participant
  extends Row<'desk.participants', 'address' | 'name' | 'first_seen_at' | 'admitted_at' | 'admitted_by'> {
  role: ParticipantRole;
  admitted: boolean;
  /** Whether it is one of the vendor's or the customer's people. */
  belongs: boolean;
  /** Whether a mail of this ticket went to it. */
  written: boolean;
}

/** The addresses of a ticket in the order in which they were first seen, those who take part first; at most 500. */
export async function listParticipants(
  sql: Tx,
  ticket: { customerId: string; id: string },
): Promise<Participant[]> {
  return sql<Participant[]>`
    select p.address, p.name, p.first_seen_at as "firstSeenAt", p.admitted_at as "admittedAt",
           p.admitted_by as "admittedBy", p.admitted_at is not null as admitted,
           case
             when p.address = lower(t.requester_address) then 'requester'
             when ${isStaff(sql)} then 'staff'
             when ${isOfCustomer(sql)} then 'customer'
             else 'outsider'
           end as role,
           ${isStaff(sql)} or ${isOfCustomer(sql)} as belongs,
           exists (select from desk.mails m
                   where m.customer_id = p.customer_id and m.ticket_id = p.ticket_id and m.direction = 'out'
                     and p.address = any (m.recipients)) as written
    from desk.participants p
    join desk.tickets t on t.customer_id = p.customer_id and t.id = p.ticket_id
    where p.customer_id = ${ticket.customerId} and p.ticket_id = ${ticket.id}
    order by p.admitted_at is null, p.first_seen_at, p.address limit 500`;
}

/**
 * Notes that addresses were named on a ticket; with `by` they take part from now on. Who takes part already stays, with who
 * let them in. The first name that came with an address is kept.
 */
export async function addParticipants(
  sql: Tx,
  ticket: { customerId: string; id: string },
  people: { address: string; name?: string | null }[],
  at: Temporal.Instant,
  by: string | null,
): Promise<void> {
  const first = new Map<string, string | null>();
  for (const { address, name } of people) {
    const key = address.toLowerCase();
    if (!first.has(key)) first.set(key, name ?? null);
  }
  if (first.size === 0) return;
  const admittedAt = by === null ? null : at.toString();
  await sql`
    insert into desk.participants (customer_id, ticket_id, address, name, first_seen_at, admitted_at, admitted_by)
    select ${ticket.customerId}, ${ticket.id}, person.address, person.name, ${at.toString()}, ${admittedAt}, ${by}
    from unnest(${[...first.keys()]}::text[], ${[...first.values()]}::text[]) as person (address, name)
    on conflict (customer_id, ticket_id, address) do update
    set name = coalesce(desk.participants.name, excluded.name),
        admitted_at = coalesce(desk.participants.admitted_at, excluded.admitted_at),
        admitted_by = coalesce(desk.participants.admitted_by, excluded.admitted_by)`;
}

const isStaff = (sql: Tx) => sql`
  exists (select from access.people a where a.email = p.address and a.customer_id is null)`;
const isOfCustomer = (sql: Tx) => sql`
  (exists (select from customers.customers c
           where c.id = p.customer_id and split_part(p.address, '@', 2) = any (c.domains))
   or exists (select from customers.contacts k where k.customer_id = p.customer_id and k.email = p.address)
   or exists (select from access.people a where a.email = p.address and a.customer_id = p.customer_id))`;

/** Those of the addresses that are the customer's or the vendor's people's. */
export async function judgeAddresses(sql: Tx, customerId: string, addresses: string[]): Promise<string[]> {
  const rows = await sql<{ address: string }[]>`
    select p.address
    from (select ${customerId}::uuid as customer_id, address from unnest(${addresses}::text[]) as address) p
    where ${isStaff(sql)} or ${isOfCustomer(sql)}`;
  return rows.map((row) => row.address);
}
