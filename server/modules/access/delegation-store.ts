import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { Person } from './person.ts';

/** One of the vendor's people acts for another one, from a first to a last day. */
export type Delegation = Row<
  'access.delegations',
  'id' | 'person_id' | 'delegate_id' | 'starts_on' | 'ends_on' | 'time_zone'
>;

/** The delegations that have not ended by a day, in order of their first: all of them, which only staff add to. */
export async function delegationsFrom(sql: Tx, day: string): Promise<Delegation[]> {
  return sql<Delegation[]>`
    select id, person_id as "personId", delegate_id as "delegateId", starts_on as "startsOn", ends_on as "endsOn",
           time_zone as "timeZone"
    from access.delegations where ends_on >= ${day} order by starts_on, id`;
}

/** One delegation by id; undefined when there is none. */
export async function delegationById(sql: Tx, id: string): Promise<Delegation | undefined> {
  const [row] = await sql<Delegation[]>`
    select id, person_id as "personId", delegate_id as "delegateId", starts_on as "startsOn", ends_on as "endsOn",
           time_zone as "timeZone"
    from access.delegations where id = ${id}`;
  return row;
}

/** Whether someone acts for a person already on one of these days. */
export async function isDelegatedWithin(
  sql: Tx,
  personId: string,
  days: { startsOn: string; endsOn: string },
): Promise<boolean> {
  const rows = await sql`
    select 1 from access.delegations
    where person_id = ${personId} and starts_on <= ${days.endsOn} and ends_on >= ${days.startsOn} limit 1`;
  return rows.length > 0;
}

/** Adds a delegation. */
export async function insertDelegation(sql: Tx, delegation: Delegation): Promise<void> {
  const { id, personId, delegateId, startsOn, endsOn, timeZone } = delegation;
  await sql`
    insert into access.delegations (id, person_id, delegate_id, starts_on, ends_on, time_zone)
    values (${id}, ${personId}, ${delegateId}, ${startsOn}, ${endsOn}, ${timeZone})`;
}

/** Takes a delegation away. */
export async function deleteDelegation(sql: Tx, id: string): Promise<void> {
  await sql`delete from access.delegations where id = ${id}`;
}

/** Takes away every delegation by a person and to them; answers how many there were. */
export async function deleteDelegationsOf(sql: Tx, personId: string): Promise<number> {
  const rows = await sql`
    delete from access.delegations where person_id = ${personId} or delegate_id = ${personId} returning id`;
  return rows.length;
}

/** The people who act for a person today. */
export async function delegatesOf(sql: Tx, personId: string): Promise<Person[]> {
  return sql<Person[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId", p.roles, p.own_roles as "ownRoles",
           p.stands_for as "standsFor"
    from access.delegations d cross join lateral access.person_by_id(d.delegate_id) p
    where d.person_id = ${personId} and ${personId} = any (p.stands_for) order by p.name`;
}
