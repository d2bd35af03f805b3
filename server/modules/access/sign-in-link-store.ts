import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** A sign-in link as it is kept, with what decides whether it works; the token itself is nowhere. */
export interface SignInLink extends Row<'access.sign_in_links', 'id' | 'person_id' | 'used_at'> {
  isOver: boolean;
  /** Whether the person has lost a right since it was made; getting it back brings no link back. */
  isLost: boolean;
}

export async function insertSignInLink(
  sql: Tx,
  link: {
    tokenHash: Buffer;
    personId: string;
    network: string;
    minutes: number;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into access.sign_in_links (token_hash, person_id, network, created_at, expires_at)
    values (${link.tokenHash}, ${link.personId}, ${link.network}, ${link.now.toString()},
      now() + make_interval(mins => ${link.minutes}))`;
}

/** The link with this token, locked when it is about to be used. */
export async function findSignInLink(
  sql: Tx | Database,
  tokenHash: Buffer,
  lock: boolean,
): Promise<SignInLink | undefined> {
  const [row] = await sql<SignInLink[]>`
    select id, person_id as "personId", used_at as "usedAt", expires_at <= now() as "isOver",
           access.has_lost_right(person_id, created_at) as "isLost"
    from access.sign_in_links where token_hash = ${tokenHash} ${lock ? sql`for update` : sql``}`;
  return row;
}

export async function markUsed(sql: Tx, id: string): Promise<void> {
  await sql`update access.sign_in_links set used_at = now() where id = ${id}`;
}

/** How many links a person has that work still: in all, and of those that were asked for from one network. */
export async function countOpenLinks(
  sql: Tx,
  personId: string,
  network: string,
): Promise<{ all: number; fromHere: number }> {
  const [row] = await sql<{ all: number; fromHere: number }[]>`
    select count(*)::int as all, (count(*) filter (where network = ${network}))::int as "fromHere"
    from access.sign_in_links where person_id = ${personId} and used_at is null and expires_at > now()`;
  return row ?? { all: 0, fromHere: 0 };
}

/** Removes links that have been over for a day. */
export async function forgetOldLinks(sql: Tx, personId: string): Promise<void> {
  await sql`delete from access.sign_in_links where person_id = ${personId} and expires_at < now() - interval '1 day'`;
}
