import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

export type Account = Row<
  'file_exchange.accounts',
  'id' | 'user_name' | 'allowed_addresses' | 'created_at' | 'first_login_at' | 'last_login_at'
>;

export type AccountKey = Row<
  'file_exchange.account_keys',
  | 'id'
  | 'account_id'
  | 'algorithm'
  | 'public_key'
  | 'fingerprint'
  | 'label'
  | 'registered_at'
  | 'last_used_at'
> & {
  /** Who registered it has left since, or lost a right. */
  holderLeft: boolean;
};

/** A registered key of an account, found before it is known whose it is. */
export interface Login {
  customerId: string;
  environmentId: string;
  accountId: string;
  keyId: string;
  userName: string;
  publicKey: string;
  allowedAddresses: string[];
}

/** Which of these keys were taken out of use, whosever they are. */
export async function revokedKeys(db: Database, keyIds: string[]): Promise<string[]> {
  const rows = await db<{ id: string }[]>`select id from file_exchange.revoked_keys(${keyIds}) as id`;
  return rows.map((row) => row.id);
}

export async function isUserNameTaken(sql: Tx, userName: string): Promise<boolean> {
  const [row] = await sql<{ taken: boolean }[]>`select file_exchange.user_name_taken(${userName}) as taken`;
  return row?.taken ?? false;
}

export async function insertAccount(
  sql: Tx,
  account: Pick<Account, 'userName' | 'allowedAddresses'> & {
    customerId: string;
    environmentId: string;
    createdBy: string;
    at: Temporal.Instant;
  },
): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    insert into file_exchange.accounts
      (environment_id, customer_id, user_name, allowed_addresses, created_at, created_by)
    values (${account.environmentId}, ${account.customerId}, ${account.userName}, ${account.allowedAddresses},
            ${account.at.toString()}, ${account.createdBy})
    on conflict do nothing returning id`;
  return row?.id;
}

/** All accounts of an environment: as many as createAccount makes. */
export async function listAccounts(sql: Tx, environmentId: string): Promise<Account[]> {
  return sql<Account[]>`
    select id, user_name as "userName", allowed_addresses as "allowedAddresses", created_at as "createdAt",
           first_login_at as "firstLoginAt", last_login_at as "lastLoginAt"
    from file_exchange.accounts where environment_id = ${environmentId} order by id`;
}

/** How many accounts an environment has; until commit nobody else counts them. */
export async function countAccounts(sql: Tx, environmentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sftp-accounts:${environmentId}`}, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from file_exchange.accounts where environment_id = ${environmentId}`;
  return row?.count ?? 0;
}

/** All keys in use of an environment: portal.sftpKeysPerAccount bounds those of each of its accounts. */
export async function listKeys(sql: Tx, environmentId: string): Promise<AccountKey[]> {
  return sql<AccountKey[]>`
    select id, account_id as "accountId", algorithm, public_key as "publicKey", fingerprint, label,
           registered_at as "registeredAt", last_used_at as "lastUsedAt",
           file_exchange.registrant_left(registered_by, registered_at) as "holderLeft"
    from file_exchange.account_keys
    where environment_id = ${environmentId} and revoked_at is null order by id`;
}

/** A key in use that somebody who has left registered. */
export interface KeyToRetire
  extends Row<
    'file_exchange.account_keys',
    'id' | 'label' | 'fingerprint' | 'customer_id' | 'registered_at'
  > {
  userName: string;
  customerCode: string;
  customerName: string;
  environmentKind: 'sandbox' | 'production';
  holder: string;
}

/** A page of the keys in use that somebody who has left registered, newest first; of one customer or of all. */
export async function listKeysToRetire(
  db: Database,
  page: { customer?: string | undefined; before?: string | undefined; limit: number },
): Promise<KeyToRetire[]> {
  return db<KeyToRetire[]>`
    select id, label, fingerprint, user_name as "userName", customer_id as "customerId",
           customer_code as "customerCode", customer_name as "customerName", environment_kind as "environmentKind",
           holder, registered_at as "registeredAt"
    from file_exchange.keys_to_retire(${page.customer ?? null}, ${page.before ?? null}, ${page.limit})`;
}

/** How many keys of an account are in use; until commit nobody else counts them. */
export async function countKeys(sql: Tx, environmentId: string, accountId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sftp-keys:${accountId}`}, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from file_exchange.account_keys
    where environment_id = ${environmentId} and account_id = ${accountId} and revoked_at is null`;
  return row?.count ?? 0;
}

export async function insertKey(
  sql: Tx,
  key: Pick<AccountKey, 'accountId' | 'algorithm' | 'publicKey' | 'fingerprint' | 'label'> & {
    customerId: string;
    environmentId: string;
    by: string;
    at: Temporal.Instant;
  },
): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    insert into file_exchange.account_keys
      (environment_id, customer_id, account_id, algorithm, public_key, fingerprint, label, registered_at, registered_by)
    values (${key.environmentId}, ${key.customerId}, ${key.accountId}, ${key.algorithm}, ${key.publicKey},
            ${key.fingerprint}, ${key.label}, ${key.at.toString()}, ${key.by})
    on conflict do nothing returning id`;
  return row?.id;
}

/** Takes a key out of use; false when it was not in use. */
export async function revokeKey(
  sql: Tx,
  environmentId: string,
  accountId: string,
  keyId: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update file_exchange.account_keys set revoked_at = ${at.toString()}
    where environment_id = ${environmentId} and account_id = ${accountId} and id = ${keyId} and revoked_at is null
    returning id`;
  return rows.length === 1;
}

/** Who registered the key that a file was put with; undefined where it is not known. */
export async function registrantOf(
  sql: Tx,
  transfer: { environmentId: string; keyId: string | null },
): Promise<string | undefined> {
  const [row] = await sql<{ by: string }[]>`
    select registered_by as by from file_exchange.account_keys
    where environment_id = ${transfer.environmentId} and id = ${transfer.keyId}`;
  return row?.by;
}

/** Notes a login; true when it was the account's first. */
export async function noteLogin(sql: Tx, login: Login, at: Temporal.Instant): Promise<boolean> {
  const [row] = await sql<{ first: boolean }[]>`
    update file_exchange.accounts
    set first_login_at = coalesce(first_login_at, ${at.toString()}), last_login_at = ${at.toString()}
    where environment_id = ${login.environmentId} and id = ${login.accountId}
    returning old.first_login_at is null as first`;
  await sql`
    update file_exchange.account_keys set last_used_at = ${at.toString()}
    where environment_id = ${login.environmentId} and id = ${login.keyId}`;
  return row?.first ?? false;
}

export type HostKeyRow = Row<'file_exchange.host_keys', 'algorithm' | 'sealed'>;

export async function listHostKeys(db: Database | Tx): Promise<HostKeyRow[]> {
  return db<HostKeyRow[]>`select algorithm, sealed from file_exchange.host_keys order by algorithm desc`;
}

/** Keeps a host key unless there is one of its kind already: the first process to start decides. */
export async function insertHostKey(db: Database | Tx, key: HostKeyRow, at: Temporal.Instant): Promise<void> {
  await db`
    insert into file_exchange.host_keys (algorithm, sealed, created_at)
    values (${key.algorithm}, ${key.sealed}, ${at.toString()}) on conflict do nothing`;
}
