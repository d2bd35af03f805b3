import type { ContactView, CustomerSort, EnvironmentKind, ServiceModel } from '#contract/customers.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** What a list shows of a customer. */
export interface CustomerListed
  extends Row<'customers.customers', 'id' | 'code' | 'name' | 'service_model' | 'head_count' | 'created_at'> {
  serviceModel: ServiceModel;
}

export interface Customer
  extends CustomerListed,
    Row<'customers.customers', 'director_id' | 'consultant_id' | 'team_lead_id' | 'domains'> {
  serviceModel: ServiceModel;
}

export interface Environment extends Row<'customers.environments', 'id' | 'customer_id' | 'kind'> {
  kind: EnvironmentKind;
}

export interface Contact
  extends Row<
    'customers.contacts',
    'id' | 'customer_id' | 'name' | 'email' | 'kind' | 'has_authority' | 'person_id'
  > {
  kind: ContactView['kind'];
  /** Whether they may sign in to the portal. */
  portal: boolean;
}

/** A contact with the end of their rights: when they last lost one, and when they were removed. */
export interface PastContact extends Contact, Row<'customers.contacts', 'lost_at' | 'removed_at'> {}

/** Reads one customer within its scope. */
export async function getCustomer(sql: Tx, customerId: string): Promise<Customer | undefined> {
  const [row] = await sql<Customer[]>`
    select id, code, name, service_model as "serviceModel", head_count as "headCount",
           director_id as "directorId", consultant_id as "consultantId", team_lead_id as "teamLeadId", domains, created_at as "createdAt"
    from customers.customers where id = ${customerId}`;
  return row;
}

/** Where a page of the list ended: what it was sorted by, and the code. */
export interface ListKey {
  key: string;
  code: string;
}

/** A page of the customers that a search finds, sorted, for staff. */
export async function listCustomers(
  sql: Tx | Database,
  wish: {
    search: string | undefined;
    sort: CustomerSort;
    descending: boolean;
    after: ListKey | undefined;
    limit: number;
  },
): Promise<(CustomerListed & { key: string; total: number })[]> {
  const { search, sort, descending, after, limit } = wish;
  return sql<(CustomerListed & { key: string; total: number })[]>`
    select id, code, name, service_model as "serviceModel", head_count as "headCount", created_at as "createdAt",
           key, total::int as total
    from customers.list_across_customers(${search || null}, ${sort}, ${descending}, ${after?.key ?? null},
      ${after?.code ?? null}, ${limit})`;
}

export async function insertCustomer(sql: Tx, customer: Customer): Promise<boolean> {
  const rows = await sql`
    insert into customers.customers (id, code, name, service_model, head_count, director_id,
      consultant_id, team_lead_id, domains, created_at)
    values (${customer.id}, ${customer.code}, ${customer.name}, ${customer.serviceModel}, ${customer.headCount},
            ${customer.directorId}, ${customer.consultantId}, ${customer.teamLeadId}, ${customer.domains}, ${customer.createdAt.toString()})
    on conflict (code) do nothing returning id`;
  return rows.length === 1;
}

/** Writes what may change of a customer. */
export async function updateCustomer(sql: Tx, customer: Customer): Promise<void> {
  await sql`
    update customers.customers
    set name = ${customer.name}, service_model = ${customer.serviceModel}, head_count = ${customer.headCount},
        director_id = ${customer.directorId}, consultant_id = ${customer.consultantId},
        team_lead_id = ${customer.teamLeadId}, domains = ${customer.domains}
    where id = ${customer.id}`;
}

/** Adds a customer's stream, its two environments and theirs. */
export async function insertEnvironments(
  sql: Tx,
  customerId: string,
  environments: Environment[],
  at: Temporal.Instant,
): Promise<void> {
  for (const environment of environments) {
    await sql`
      insert into customers.environments (id, customer_id, kind, created_at)
      values (${environment.id}, ${customerId}, ${environment.kind}, ${at.toString()})`;
  }
}

/** Adds an empty stream; its scope must be set in the transaction. */
export async function insertStream(
  sql: Tx,
  stream: { id: string; kind: 'environment' | 'customer'; customerId: string; environmentId: string | null },
): Promise<void> {
  await sql`
    insert into platform.streams (id, kind, customer_id, environment_id)
    values (${stream.id}, ${stream.kind}, ${stream.customerId}, ${stream.environmentId})`;
}

/** Sets the scope of the rest of the transaction: for making a customer, whose id nothing knows before. */
export async function enterScope(sql: Tx, customerId: string, environmentId: string): Promise<void> {
  await sql`select set_config('app.customer', ${customerId}, true), set_config('app.environment', ${environmentId}, true)`;
}

/** A customer's environments, sandbox first. */
export async function environmentsOf(sql: Tx, customerId: string): Promise<Environment[]> {
  return sql<Environment[]>`
    select id, customer_id as "customerId", kind from customers.environments
    where customer_id = ${customerId} order by kind desc`;
}

export async function getEnvironment(sql: Tx, environmentId: string): Promise<Environment | undefined> {
  const [row] = await sql<Environment[]>`
    select id, customer_id as "customerId", kind from customers.environments where id = ${environmentId}`;
  return row;
}

/** Every customer's environments, for background scans. */
export async function allEnvironments(sql: Tx | Database): Promise<Environment[]> {
  return sql<Environment[]>`select id, customer_id as "customerId", kind from customers.all_environments()`;
}

/** A customer has no more contacts than this, so that a list of them is whole. */
export const mostContacts = 500;

/** A customer's contacts, in order of name; those who were removed are not among them. */
export async function contactsOf(sql: Tx, customerId: string): Promise<Contact[]> {
  return sql<Contact[]>`
    select ${contactColumns(sql)}
    from customers.contacts c left join access.people p on p.id = c.person_id
    where c.customer_id = ${customerId} and c.removed_at is null order by c.name, c.id limit ${mostContacts}`;
}

/** One contact, also one that was removed: for what they did and what they hold. */
export async function findContact(
  sql: Tx,
  customerId: string,
  by: { id: string } | { email: string },
): Promise<PastContact | undefined> {
  const [row] = await sql<PastContact[]>`
    select ${contactColumns(sql)}, c.lost_at as "lostAt", c.removed_at as "removedAt"
    from customers.contacts c left join access.people p on p.id = c.person_id
    where c.customer_id = ${customerId}
      and ${'id' in by ? sql`c.id = ${by.id}` : sql`c.email = lower(${by.email})`}`;
  return row;
}

const contactColumns = (sql: Tx) => sql`
  c.id, c.customer_id as "customerId", c.name, c.email, c.kind, c.has_authority as "hasAuthority",
  c.person_id as "personId", coalesce(p.active, false) as portal`;

/**
 * Writes what may change of a contact; its address never does. `lostAt` when a right is taken away by it. A contact that was
 * removed is back.
 */
export async function updateContact(
  sql: Tx,
  contact: Contact,
  lostAt: Temporal.Instant | null,
): Promise<void> {
  await sql`
    update customers.contacts
    set name = ${contact.name}, kind = ${contact.kind}, has_authority = ${contact.hasAuthority},
        person_id = ${contact.personId}, removed_at = null, lost_at = coalesce(${lostAt?.toString() ?? null}, lost_at)
    where customer_id = ${contact.customerId} and id = ${contact.id}`;
}

/** Takes a contact out of the customer's contacts; the row stays for what they did. */
export async function markRemoved(sql: Tx, contact: Contact, at: Temporal.Instant): Promise<void> {
  await sql`
    update customers.contacts
    set removed_at = ${at.toString()}, lost_at = ${at.toString()}, has_authority = false
    where customer_id = ${contact.customerId} and id = ${contact.id}`;
}

export async function insertContact(sql: Tx, contact: Contact, at: Temporal.Instant): Promise<boolean> {
  const rows = await sql`
    insert into customers.contacts (id, customer_id, name, email, kind, has_authority, person_id, created_at)
    values (${contact.id}, ${contact.customerId}, ${contact.name}, ${contact.email}, ${contact.kind},
            ${contact.hasAuthority}, ${contact.personId}, ${at.toString()})
    on conflict (customer_id, email) do nothing returning id`;
  return rows.length === 1;
}

/** Customers that an e-mail address belongs to, by contact or by the address's domain. */
export async function customersByEmail(sql: Tx | Database, email: string) {
  return sql<
    {
      customerId: string;
      contactId: string | null;
      personId: string | null;
      matchedBy: 'contact' | 'domain';
    }[]
  >`
    select customer_id as "customerId", contact_id as "contactId", person_id as "personId", matched_by as "matchedBy"
    from customers.find_by_email(${email})`;
}
