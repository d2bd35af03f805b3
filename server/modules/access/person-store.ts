import type { Role } from '#contract/roles.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { Person, StaffPerson } from './person.ts';

/** Finds an active person by id, whatever the scope: for sessions and for naming who did something. */
export async function personById(sql: Tx | Database, id: string): Promise<Person | undefined> {
  const [row] = await sql<Person[]>`
    select id, name, email, customer_id as "customerId", roles, own_roles as "ownRoles", stands_for as "standsFor"
    from access.person_by_id(${id})`;
  return row;
}

/** Finds an active person by e-mail address, whatever the scope. */
export async function personByEmail(sql: Tx | Database, email: string): Promise<Person | undefined> {
  const [row] = await sql<Person[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId", p.roles, p.own_roles as "ownRoles",
           p.stands_for as "standsFor"
    from access.person_by_email(${email}) e cross join lateral access.person_by_id(e.id) p`;
  return row;
}

/** The vendor's people who hold a role, in order of name. */
export async function peopleWithRole(sql: Tx | Database, role: Role): Promise<Person[]> {
  return sql<Person[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId",
           array(select r.role from access.roles r where r.person_id = p.id order by 1) as roles
    from access.people p join access.roles held on held.person_id = p.id
    where held.role = ${role} and p.active and p.customer_id is null
      and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
    order by p.name`;
}

/** The vendor's own people (customerId null) or those of a customer, in order of name. */
export async function peopleOf(
  sql: Tx | Database,
  customerId: string | null,
  limit = 200,
): Promise<Person[]> {
  return sql<Person[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId",
           array(select r.role from access.roles r where r.person_id = p.id order by 1) as roles
    from access.people p
    where p.active and p.customer_id is not distinct from ${customerId}::uuid
      and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
    order by p.name limit ${limit}`;
}

/** All of the vendor's people, those who have left too, in order of name: only administrators add to them. */
export async function staff(sql: Tx): Promise<StaffPerson[]> {
  return sql<StaffPerson[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId", p.active, p.last_day as "lastDay",
           array(select r.role from access.roles r where r.person_id = p.id order by 1) as roles
    from access.people p where p.customer_id is null order by p.active desc, p.name`;
}

/** One of the vendor's people with their own roles, here or gone, locked for a change. */
export async function staffPerson(sql: Tx, id: string): Promise<StaffPerson | undefined> {
  const [row] = await sql<StaffPerson[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId", p.active, p.last_day as "lastDay",
           array(select r.role from access.roles r where r.person_id = p.id order by 1) as roles
    from access.people p where p.id = ${id} and p.customer_id is null for update`;
  return row;
}

/** One of a customer's people with their own roles, here or gone, locked for a change. */
export async function portalPerson(sql: Tx, id: string): Promise<StaffPerson | undefined> {
  const [row] = await sql<StaffPerson[]>`
    select p.id, p.name, p.email, p.customer_id as "customerId", p.active, p.last_day as "lastDay",
           array(select r.role from access.roles r where r.person_id = p.id order by 1) as roles
    from access.people p where p.id = ${id} and p.customer_id is not null for update`;
  return row;
}

/** Whether a role is a person's own, not that of somebody they stand in for. */
export async function holdsThemselves(sql: Tx, personId: string, role: Role): Promise<boolean> {
  const rows = await sql`select from access.roles where person_id = ${personId} and role = ${role}`;
  return rows.length > 0;
}

/** The ids of the administrators, locked so that two changes can't each take the last but one. */
export async function lockAdministrators(sql: Tx): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select p.id from access.people p
    where p.active and p.customer_id is null and p.last_day is null
      and exists (select from access.roles r where r.person_id = p.id and r.role = 'administrator')
    order by p.id for update`;
  return rows.map((row) => row.id);
}

/** Writes a person's name, roles, whether they are here and until when; `lostAt` when a right is taken away by it. */
export async function updatePerson(
  sql: Tx,
  person: StaffPerson,
  timeZone: string,
  lostAt: Temporal.Instant | null,
): Promise<void> {
  await sql`
    update access.people
    set name = ${person.name}, active = ${person.active}, last_day = ${person.lastDay},
        last_day_zone = ${person.lastDay === null ? null : timeZone},
        lost_at = coalesce(${lostAt?.toString() ?? null}, lost_at)
    where id = ${person.id}`;
  await sql`delete from access.roles where person_id = ${person.id} and role <> all (${person.roles as string[]})`;
  await sql`
    insert into access.roles (person_id, role)
    select ${person.id}, role from unnest(${person.roles as string[]}::text[]) as role on conflict do nothing`;
}

/**
 * Adds a person with their roles; their sign-in record follows by trigger. False when somebody has the address already,
 * were it another customer's person or one who left.
 */
export async function insertPerson(
  sql: Tx,
  person: Person & { lastDay: string | null },
  at: Temporal.Instant,
  timeZone: string,
): Promise<boolean> {
  const rows = await sql`
    insert into access.people (id, name, email, customer_id, last_day, last_day_zone, created_at)
    values (${person.id}, ${person.name}, ${person.email}, ${person.customerId}, ${person.lastDay},
      ${person.lastDay === null ? null : timeZone}, ${at.toString()})
    on conflict (email) do nothing returning id`;
  if (rows.length === 0) return false;
  await sql`
    insert into access.roles (person_id, role)
    select ${person.id}, role from unnest(${person.roles as string[]}::text[]) as role on conflict do nothing`;
  return true;
}

/** Whether nobody has been added yet. */
export async function hasNobody(db: Database): Promise<boolean> {
  const rows = await db`select 1 from access.people limit 1`;
  return rows.length === 0;
}

/** The customer a portal person belongs to, in words. */
export async function customerOf(sql: Tx, id: string) {
  const [row] = await sql<Row<'customers.customers', 'id' | 'code' | 'name'>[]>`
    select id, code, name from customers.customers where id = ${id}`;
  return row ?? null;
}

/** How a portal person's customer is called, before any scope is known. */
export async function customerNameOf(sql: Tx | Database, customerId: string): Promise<string | null> {
  const [row] = await sql<{ name: string }[]>`select access.customer_name(${customerId}) as name`;
  return row?.name ?? null;
}
