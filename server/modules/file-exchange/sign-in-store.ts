import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** What is known of a sign-in before it is judged; without an account the user name is none of ours. */
export interface SignIn {
  account:
    | { customerId: string; environmentId: string; id: string; userName: string; allowedAddresses: string[] }
    | undefined;
  key: { id: string; publicKey: string; isRevoked: boolean } | undefined;
  bannedUntil: Temporal.Instant | null;
}

export type Ban = Row<
  'file_exchange.sign_in_failures',
  'id' | 'user_name' | 'last_at' | 'last_address' | 'banned_until'
>;

export type RefusedSignIn = Row<
  'file_exchange.refused_sign_ins',
  'account_id' | 'address' | 'reason' | 'fingerprint' | 'times' | 'first_at' | 'last_at'
>;

const keptRefusals = 50;

export async function findSignIn(
  db: Database,
  userName: string,
  fingerprint: string,
  network: string,
): Promise<SignIn> {
  const [row] = await db<
    {
      customerId: string | null;
      environmentId: string;
      accountId: string;
      allowedAddresses: string[];
      keyId: string | null;
      publicKey: string;
      isRevoked: boolean;
      bannedUntil: Temporal.Instant | null;
    }[]
  >`
    select customer_id as "customerId", environment_id as "environmentId", account_id as "accountId",
           allowed_addresses as "allowedAddresses", key_id as "keyId", public_key as "publicKey",
           is_revoked as "isRevoked", banned_until as "bannedUntil"
    from file_exchange.find_sign_in(${userName}, ${fingerprint}, ${network})`;
  if (row === undefined) return { account: undefined, key: undefined, bannedUntil: null };
  const {
    customerId,
    environmentId,
    accountId: id,
    allowedAddresses,
    publicKey,
    isRevoked,
    bannedUntil,
  } = row;
  return {
    account: customerId === null ? undefined : { customerId, environmentId, id, userName, allowedAddresses },
    key: row.keyId === null ? undefined : { id: row.keyId, publicKey, isRevoked },
    bannedUntil,
  };
}

/** Adds to what a network has failed under a user name; counting begins anew after `window`. Returns the points. */
export async function addFailure(
  sql: Tx,
  failure: { network: string; userName: string; address: string; points: number },
  at: Temporal.Instant,
  windowStart: Temporal.Instant,
): Promise<number> {
  const now = at.toString();
  const [row] = await sql<{ points: number }[]>`
    insert into file_exchange.sign_in_failures as f (network, user_name, points, since, last_at, last_address)
    values (${failure.network}, ${failure.userName}, ${failure.points}, ${now}, ${now}, ${failure.address})
    on conflict (network, user_name) do update set
      points = excluded.points + case when f.since < ${windowStart.toString()} then 0 else f.points end,
      since = case when f.since < ${windowStart.toString()} then excluded.since else f.since end,
      last_at = excluded.last_at, last_address = excluded.last_address
    returning points`;
  return row?.points ?? 0;
}

export async function ban(
  sql: Tx,
  network: string,
  userName: string,
  until: Temporal.Instant,
): Promise<void> {
  await sql`
    update file_exchange.sign_in_failures set points = 0, banned_until = ${until.toString()}
    where network = ${network} and user_name = ${userName}`;
}

/** Forgets what a network has failed under a user name. */
export async function clearFailures(sql: Tx, network: string, userName: string): Promise<void> {
  await sql`delete from file_exchange.sign_in_failures where network = ${network} and user_name = ${userName}`;
}

/** Forgets failures that count no more and bans that are over. */
export async function deleteOldFailures(
  sql: Tx,
  before: Temporal.Instant,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    delete from file_exchange.sign_in_failures
    where last_at < ${before.toString()} and coalesce(banned_until, last_at) < ${now.toString()}`;
}

/** Bans in force, the latest first, after the one with this id. */
export async function listBans(
  sql: Tx,
  now: Temporal.Instant,
  before: string | null,
  limit: number,
): Promise<Ban[]> {
  return sql<Ban[]>`
    select id, user_name as "userName", last_at as "lastAt", last_address as "lastAddress",
           banned_until as "bannedUntil"
    from file_exchange.sign_in_failures
    where banned_until > ${now.toString()} and (${before}::uuid is null or id < ${before}::uuid)
    order by id desc limit ${limit}`;
}

/** Lifts a ban; undefined when there is none. */
export async function deleteBan(sql: Tx, id: string): Promise<Ban | undefined> {
  const [row] = await sql<Ban[]>`
    delete from file_exchange.sign_in_failures where id = ${id} and banned_until is not null
    returning id, user_name as "userName", last_at as "lastAt", last_address as "lastAddress",
      banned_until as "bannedUntil"`;
  return row;
}

/** Counts a refused sign-in of an account; of each account the latest 50 kinds are kept. */
export async function noteRefusal(
  sql: Tx,
  account: NonNullable<SignIn['account']>,
  refusal: { address: string; reason: string; fingerprint: string },
  at: Temporal.Instant,
): Promise<void> {
  const now = at.toString();
  await sql`
    insert into file_exchange.refused_sign_ins as r
      (environment_id, customer_id, account_id, address, reason, fingerprint, times, first_at, last_at)
    values (${account.environmentId}, ${account.customerId}, ${account.id}, ${refusal.address}, ${refusal.reason},
            ${refusal.fingerprint}, 1, ${now}, ${now})
    on conflict (environment_id, account_id, address, reason, fingerprint)
      do update set times = r.times + 1, last_at = excluded.last_at`;
  await sql`
    delete from file_exchange.refused_sign_ins r
    where r.environment_id = ${account.environmentId} and r.account_id = ${account.id} and r.last_at < (
      select min(kept.last_at) from (
        select o.last_at from file_exchange.refused_sign_ins o
        where o.environment_id = ${account.environmentId} and o.account_id = ${account.id}
        order by o.last_at desc limit ${keptRefusals}) kept)`;
}

/** The latest refused sign-ins of all accounts of an environment. */
export async function listRefusals(sql: Tx, environmentId: string): Promise<RefusedSignIn[]> {
  return sql<RefusedSignIn[]>`
    select account_id as "accountId", address, reason, fingerprint, times, first_at as "firstAt",
           last_at as "lastAt"
    from file_exchange.refused_sign_ins
    where environment_id = ${environmentId} order by last_at desc limit 500`;
}
