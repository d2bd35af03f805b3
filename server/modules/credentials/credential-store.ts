import type { ApiKeyScope, KeyRequest } from '#contract/credentials.ts';
import type { Database, Tx } from '#platform/database.ts';
import { refuseMissing } from '#platform/missing-reference.ts';
import type { Row } from '#platform/row.ts';
import type { EnvironmentKind } from './api-key.ts';

/** A key as it is kept; only the SHA-256 of its secret exists, and no read gives it out. */
export interface StoredKey
  extends Row<
    'credentials.api_keys',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'environment_kind'
    | 'label'
    | 'prefix'
    | 'scopes'
    | 'allowed_addresses'
    | 'contact_name'
    | 'contact_email'
    | 'issued_at'
    | 'issued_by_name'
    | 'link_id'
    | 'revealed_at'
    | 'last_used_at'
    | 'expires_at'
    | 'revoked_at'
    | 'revoke_reason'
    | 'leaked_at'
    | 'leaked_in'
    | 'replaces_id'
    | 'overlap_hours'
    | 'replaced_at'
    | 'integration_id'
  > {
  environmentKind: EnvironmentKind;
  scopes: ApiKeyScope[];
  linkExpiresAt: Temporal.Instant | null;
  /** Whether who was shown the secret, or was to be, has left since or lost a right. */
  holderLeft: boolean;
}

export interface StoredKeyRequest
  extends Row<
    'credentials.key_requests',
    | 'id'
    | 'contact_name'
    | 'contact_email'
    | 'person_id'
    | 'label'
    | 'purpose'
    | 'scopes'
    | 'status'
    | 'requested_at'
    | 'decided_at'
    | 'decided_by'
    | 'decided_by_name'
    | 'decline_reason'
    | 'key_id'
    | 'integration_id'
  > {
  scopes: ApiKeyScope[];
  status: KeyRequest['status'];
}

/** What authentication needs to know of a key. */
export interface FoundKey
  extends Row<
    'credentials.api_keys',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'environment_kind'
    | 'label'
    | 'scopes'
    | 'allowed_addresses'
    | 'expires_at'
    | 'revoked_at'
  > {
  environmentKind: EnvironmentKind;
}

/** The key with this secret, whoever's it is. */
export async function findKeyByHash(db: Database, secretHash: Buffer): Promise<FoundKey | undefined> {
  const [row] = await db<FoundKey[]>`
    select id, customer_id as "customerId", environment_id as "environmentId",
           environment_kind as "environmentKind", label, scopes, allowed_addresses as "allowedAddresses",
           expires_at as "expiresAt", revoked_at as "revokedAt"
    from credentials.key_by_hash(${secretHash})`;
  return row;
}

export interface KeyUse {
  keyId: string;
  customerId: string;
  environmentId: string;
  at: string;
}

/** Writes when keys were last used, many at once. */
export async function touchKeys(db: Database, uses: KeyUse[]): Promise<void> {
  await db.begin(async (sql) => {
    await sql`select credentials.touch_keys(${sql.json(uses as never)})`;
  });
}

export async function insertKeyRequest(
  sql: Tx,
  request: {
    id: string;
    customerId: string;
    environmentId: string;
    contactName: string;
    contactEmail: string;
    personId: string;
    label: string;
    purpose: string;
    scopes: string[];
    integrationId: string | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into credentials.key_requests
      (id, customer_id, environment_id, contact_name, contact_email, person_id, label, purpose, scopes, integration_id,
       requested_at)
    values (${request.id}, ${request.customerId}, ${request.environmentId}, ${request.contactName},
      ${request.contactEmail}, ${request.personId}, ${request.label}, ${request.purpose}, ${request.scopes},
      ${request.integrationId}, ${request.now.toString()})`.catch(
    refuseMissing('key_requests_integration', '/integration', 'is no integration of this customer'),
  );
}

/**
 * How many requests of a person are open in an environment, and which of them has the same purpose; until commit nobody
 * else counts them.
 */
export async function lockOpenRequests(
  sql: Tx,
  environmentId: string,
  personId: string,
  purpose: string,
): Promise<{ count: number; same: string | null }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`key-requests:${environmentId}:${personId}`}, 0))`;
  const [row] = await sql<{ count: number; same: string | null }[]>`
    select count(*)::int as count,
           (array_agg(id) filter (where platform.fold_search(purpose) = platform.fold_search(${purpose})))[1] as same
    from credentials.key_requests
    where environment_id = ${environmentId} and person_id = ${personId} and status = 'open'`;
  return row ?? { count: 0, same: null };
}

/** Requests of one environment, newest first; with an id that one only. */
export async function listKeyRequests(
  sql: Tx,
  environmentId: string,
  filter: {
    id?: string | undefined;
    status?: string | undefined;
    before?: string | undefined;
    limit: number;
    lock?: boolean;
  },
): Promise<StoredKeyRequest[]> {
  return sql<StoredKeyRequest[]>`
    select id, contact_name as "contactName", contact_email as "contactEmail", person_id as "personId", label, purpose, scopes, status,
           requested_at as "requestedAt", decided_at as "decidedAt", decided_by as "decidedBy",
           decided_by_name as "decidedByName", decline_reason as "declineReason", key_id as "keyId",
           integration_id as "integrationId"
    from credentials.key_requests
    where environment_id = ${environmentId}
      and (${filter.id ?? null}::uuid is null or id = ${filter.id ?? null})
      and (${filter.status ?? null}::text is null or status = ${filter.status ?? null})
      and (${filter.before ?? null}::uuid is null or id < ${filter.before ?? null})
    order by id desc limit ${filter.limit} ${filter.lock ? sql`for update` : sql``}`;
}

export interface KeyRequestAcross extends Omit<StoredKeyRequest, 'personId'> {
  customerId: string;
  customerCode: string;
  customerName: string;
  environmentKind: EnvironmentKind;
}

/** Requests of all customers, newest first, for staff. */
export async function listKeyRequestsAcross(
  db: Database,
  page: { status?: string | undefined; before?: string | undefined; limit: number },
): Promise<KeyRequestAcross[]> {
  return db<KeyRequestAcross[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName",
           environment_kind as "environmentKind", contact_name as "contactName", contact_email as "contactEmail",
           label, purpose, scopes, status, requested_at as "requestedAt", decided_at as "decidedAt",
           decided_by as "decidedBy", decided_by_name as "decidedByName", decline_reason as "declineReason",
           key_id as "keyId", integration_id as "integrationId"
    from credentials.key_requests_across_customers(${page.status ?? null}, ${page.before ?? null}, ${page.limit})`;
}

export async function decideKeyRequest(
  sql: Tx,
  environmentId: string,
  requestId: string,
  decision: {
    status: 'issued' | 'declined';
    by: string | null;
    byName: string;
    reason: string | null;
    keyId: string | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    update credentials.key_requests
    set status = ${decision.status}, decided_at = ${decision.now.toString()}, decided_by = ${decision.by},
        decided_by_name = ${decision.byName}, decline_reason = ${decision.reason}, key_id = ${decision.keyId}
    where environment_id = ${environmentId} and id = ${requestId}`;
}

export async function insertKey(
  sql: Tx,
  key: {
    id: string;
    customerId: string;
    environmentId: string;
    environmentKind: EnvironmentKind;
    label: string;
    scopes: string[];
    allowedAddresses: string[];
    contactName: string;
    contactEmail: string;
    issuedByName: string;
    linkId: string;
    expiresAt: string | null;
    replacesId: string | null;
    overlapHours: number | null;
    integrationId: string | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into credentials.api_keys
      (id, customer_id, environment_id, environment_kind, label, scopes, allowed_addresses, contact_name,
       contact_email, issued_at, issued_by_name, link_id, expires_at, replaces_id, overlap_hours, integration_id)
    values (${key.id}, ${key.customerId}, ${key.environmentId}, ${key.environmentKind}, ${key.label}, ${key.scopes},
      ${key.allowedAddresses}, ${key.contactName}, ${key.contactEmail}, ${key.now.toString()}, ${key.issuedByName},
      ${key.linkId}, ${key.expiresAt}, ${key.replacesId}, ${key.overlapHours}, ${key.integrationId})`.catch(
    refuseMissing('api_keys_integration', '/integration', 'is no integration of this customer'),
  );
}

/** Keys of one environment, newest first; with an id that one only, locked when it is about to change. */
export async function listKeys(
  sql: Tx,
  environmentId: string,
  filter: { id?: string; lock?: boolean; before?: string | undefined; limit?: number } = {},
): Promise<StoredKey[]> {
  return sql<StoredKey[]>`
    select k.id, k.customer_id as "customerId", k.environment_id as "environmentId",
           k.environment_kind as "environmentKind", k.label, k.prefix, k.scopes,
           k.allowed_addresses as "allowedAddresses", k.contact_name as "contactName",
           k.contact_email as "contactEmail", k.issued_at as "issuedAt", k.issued_by_name as "issuedByName",
           k.link_id as "linkId",
           (select l.expires_at from credentials.one_time_links l
            where l.customer_id = k.customer_id and l.id = k.link_id) as "linkExpiresAt",
           k.revealed_at as "revealedAt", k.last_used_at as "lastUsedAt", k.expires_at as "expiresAt",
           k.revoked_at as "revokedAt", k.revoke_reason as "revokeReason",
           k.leaked_at as "leakedAt", k.leaked_in as "leakedIn", k.replaces_id as "replacesId",
           credentials.has_left(k.customer_id, k.contact_email, k.issued_at, '{}') as "holderLeft",
           k.overlap_hours as "overlapHours", k.replaced_at as "replacedAt", k.integration_id as "integrationId"
    from credentials.api_keys k
    where k.environment_id = ${environmentId} and (${filter.id ?? null}::uuid is null or k.id = ${filter.id ?? null})
      and (${filter.before ?? null}::uuid is null or k.id < ${filter.before ?? null})
    order by k.id desc limit ${filter.limit ?? 200} ${filter.lock ? sql`for update of k` : sql``}`;
}

/** Whether an environment was ever given a key. */
export async function hasKey(sql: Tx, environmentId: string): Promise<boolean> {
  const rows = await sql`select 1 from credentials.api_keys where environment_id = ${environmentId} limit 1`;
  return rows.length > 0;
}

/** Gives a key its secret, or another one in place of the last. */
export async function setSecret(
  sql: Tx,
  environmentId: string,
  keyId: string,
  secret: { hash: Buffer; prefix: string; now: Temporal.Instant },
): Promise<void> {
  await sql`
    update credentials.api_keys
    set secret_hash = ${secret.hash}, prefix = ${secret.prefix},
        revealed_at = coalesce(revealed_at, ${secret.now.toString()})
    where environment_id = ${environmentId} and id = ${keyId}`;
}

/** Ends a replaced key at `endsAt`, or earlier where it ends earlier anyway. */
export async function endReplaced(
  sql: Tx,
  environmentId: string,
  keyId: string,
  endsAt: Temporal.Instant,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update credentials.api_keys
    set expires_at = least(coalesce(expires_at, 'infinity'), ${endsAt.toString()}), replaced_at = ${now.toString()}
    where environment_id = ${environmentId} and id = ${keyId} and replaced_at is null`;
}

export async function markRevoked(
  sql: Tx,
  environmentId: string,
  keyId: string,
  reason: string,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update credentials.api_keys set revoked_at = ${now.toString()}, revoke_reason = ${reason}
    where environment_id = ${environmentId} and id = ${keyId}`;
}

/** Notes that a live key was seen where no key belongs; undefined when that was noted less than a day ago. */
export async function markLeaked(
  sql: Tx,
  environmentId: string,
  keyId: string,
  place: string,
  now: Temporal.Instant,
): Promise<Row<'credentials.api_keys', 'label' | 'prefix' | 'contact_name' | 'contact_email'> | undefined> {
  const [row] = await sql<
    Row<'credentials.api_keys', 'label' | 'prefix' | 'contact_name' | 'contact_email'>[]
  >`
    update credentials.api_keys set leaked_at = ${now.toString()}, leaked_in = ${place}
    where environment_id = ${environmentId} and id = ${keyId} and revoked_at is null
      and (leaked_at is null or leaked_at < ${now.subtract({ hours: 24 }).toString()})
    returning label, prefix, contact_name as "contactName", contact_email as "contactEmail"`;
  return row;
}

/** Closes the open requests of a person in one environment; answers how many there were. */
export async function closeKeyRequests(
  sql: Tx,
  environmentId: string,
  personId: string,
  reason: string,
  now: Temporal.Instant,
): Promise<number> {
  const rows = await sql`
    update credentials.key_requests
    set status = 'closed', decided_at = ${now.toString()}, decided_by_name = 'Fairlead', decline_reason = ${reason}
    where environment_id = ${environmentId} and person_id = ${personId} and status = 'open' returning id`;
  return rows.length;
}

/** A secret that works and was shown to somebody who has left since. */
export interface SecretToRoll
  extends Row<'credentials.one_time_links', 'id' | 'kind' | 'title' | 'customer_id'> {
  customerCode: string;
  customerName: string;
  environmentKind: EnvironmentKind | null;
  holder: string;
  revealedAt: Temporal.Instant;
  keyId: string | null;
}

/** A page of the secrets that somebody who has left was shown, newest first; of one customer or of all. */
export async function listSecretsToRoll(
  sql: Tx | Database,
  page: {
    customerId?: string | undefined;
    before?: string | undefined;
    limit: number;
    now: Temporal.Instant;
  },
): Promise<SecretToRoll[]> {
  return sql<SecretToRoll[]>`
    select id, kind, title, customer_id as "customerId", customer_code as "customerCode",
           customer_name as "customerName", environment_kind as "environmentKind", holder,
           revealed_at as "revealedAt", key_id as "keyId"
    from credentials.secrets_to_roll(${page.now.toString()}, ${page.customerId ?? null}, ${page.before ?? null},
      ${page.limit})`;
}

/** Widens the rest of a customer's transaction again after `enterEnvironment`. */
export async function leaveEnvironment(sql: Tx, environmentId: string | undefined): Promise<void> {
  await sql`select set_config('app.environment', ${environmentId ?? ''}, true)`;
}

/** Narrows the rest of a customer's transaction to one of its environments. */
export async function enterEnvironment(sql: Tx, environmentId: string): Promise<void> {
  await sql`select set_config('app.environment', ${environmentId}, true)`;
}
