import type { Database, Tx } from '#platform/database.ts';
import type { Json } from '#platform/json.ts';
import type { Row } from '#platform/row.ts';

/** A one-time link as it is kept: the token itself is nowhere. */
export interface OneTimeLink
  extends Row<
    'credentials.one_time_links',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'kind'
    | 'title'
    | 'subject'
    | 'created_at'
    | 'expires_at'
    | 'revealed_at'
    | 'browser_hash'
    | 'reveals'
    | 'voided_at'
  > {
  subject: { [key: string]: Json };
  /** Whether its holder still has the rights with which they got it. */
  held: boolean;
}

/** Whom a link was made for: a contact or portal person by address, or one of the vendor's people. */
export interface LinkHolder {
  email: string | null;
  personId: string | null;
  roles: readonly string[];
}

/** Whose link this is; undefined when there is none with that token. */
export async function findLink(
  db: Database,
  tokenHash: Buffer,
): Promise<{ id: string; customerId: string; environmentId: string | null } | undefined> {
  const [row] = await db<{ id: string; customerId: string; environmentId: string | null }[]>`
    select id, customer_id as "customerId", environment_id as "environmentId"
    from credentials.link_by_token(${tokenHash})`;
  return row;
}

export async function insertLink(
  sql: Tx,
  link: Pick<
    OneTimeLink,
    'id' | 'customerId' | 'environmentId' | 'kind' | 'title' | 'subject' | 'expiresAt'
  > & {
    tokenHash: Buffer;
    holder: LinkHolder;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into credentials.one_time_links
      (id, customer_id, environment_id, token_hash, kind, title, subject, created_at, expires_at, holder_email,
       holder_person, holder_roles)
    values (${link.id}, ${link.customerId}, ${link.environmentId}, ${link.tokenHash}, ${link.kind}, ${link.title},
      ${sql.json(link.subject as never)}, ${link.now.toString()}, ${link.expiresAt.toString()},
      ${link.holder.email}, ${link.holder.personId}, ${link.holder.roles as string[]})`;
}

/** One link, locked when it is about to be used. */
export async function getLink(
  sql: Tx,
  customerId: string,
  linkId: string,
  lock: boolean,
): Promise<OneTimeLink | undefined> {
  const [row] = await sql<OneTimeLink[]>`
    select id, customer_id as "customerId", environment_id as "environmentId", kind, title, subject,
           created_at as "createdAt", expires_at as "expiresAt", revealed_at as "revealedAt",
           browser_hash as "browserHash", reveals, voided_at as "voidedAt",
           credentials.link_is_held(l) as held
    from credentials.one_time_links l
    where customer_id = ${customerId} and id = ${linkId}
    ${lock ? sql`for update` : sql``}`;
  return row;
}

/** Notes a reveal; the moment and the browser are those of the first. */
export async function markRevealed(
  sql: Tx,
  customerId: string,
  linkId: string,
  browserHash: Buffer,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update credentials.one_time_links
    set revealed_at = coalesce(revealed_at, ${now.toString()}), browser_hash = coalesce(browser_hash, ${browserHash}),
        reveals = reveals + 1
    where customer_id = ${customerId} and id = ${linkId}`;
}

export async function markVoid(
  sql: Tx,
  customerId: string,
  linkId: string,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update credentials.one_time_links set voided_at = coalesce(voided_at, ${now.toString()})
    where customer_id = ${customerId} and id = ${linkId}`;
}
