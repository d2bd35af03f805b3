import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { Endpoint, EndpointSetup, PauseCause } from './endpoint.ts';

/** Adds an endpoint; it has no secret yet. */
export async function insertEndpoint(
  sql: Tx,
  endpoint: EndpointSetup & {
    id: string;
    customerId: string;
    environmentId: string;
    label: string;
    fingerprint: string;
    createdBy: string;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into webhooks.endpoints (environment_id, customer_id, id, label, url, event_types, include_values,
      skip_own_changes, fingerprint, created_at, created_by)
    values (${endpoint.environmentId}, ${endpoint.customerId}, ${endpoint.id}, ${endpoint.label}, ${endpoint.url},
      ${endpoint.eventTypes}, ${endpoint.includeValues}, ${endpoint.skipOwnChanges}, ${endpoint.fingerprint},
      ${endpoint.now.toString()}, ${endpoint.createdBy})`;
}

/**
 * All endpoints of an environment, newest first: as many as portal.endpoints lets be made. `id` gives one, `lock` holds them
 * until commit, `bare` counts no backlog.
 */
export async function listEndpoints(
  sql: Tx,
  environmentId: string,
  options: { id?: string; lock?: boolean; bare?: boolean } = {},
): Promise<Endpoint[]> {
  return sql<Endpoint[]>`
    select e.id, e.customer_id as "customerId", e.environment_id as "environmentId", e.label, e.url,
           e.event_types as "eventTypes", e.include_values as "includeValues", e.skip_own_changes as "skipOwnChanges",
           e.status, e.pause_cause as "pauseCause", e.secret, e.secret_hint as "secretHint",
           e.previous_secret as "previousSecret", e.previous_until as "previousUntil", e.fingerprint,
           e.active_from as "activeFrom", e.verification, e.first_delivered_at as "firstDeliveredAt",
           e.last_delivered_at as "lastDeliveredAt", e.failing_since as "failingSince", e.created_at as "createdAt",
           e.created_by as "createdBy", d.waiting, d.oldest as "oldestWaiting"
    from webhooks.endpoints e
    cross join lateral (
      select count(*)::int as waiting, min(d.created_at) as oldest from webhooks.deliveries d
      where ${options.bare !== true} and d.environment_id = e.environment_id and d.endpoint_id = e.id
        and d.state = 'waiting') d
    where e.environment_id = ${environmentId} ${options.id === undefined ? sql`` : sql`and e.id = ${options.id}`}
    order by e.id desc
    ${options.lock === true ? sql`for update of e` : sql``}`;
}

export async function countEndpoints(sql: Tx, environmentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks.endpoints:${environmentId}`}, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from webhooks.endpoints where environment_id = ${environmentId}`;
  return row?.count ?? 0;
}

export async function updateEndpoint(
  sql: Tx,
  environmentId: string,
  id: string,
  change: EndpointSetup & { label: string; fingerprint: string },
): Promise<void> {
  await sql`
    update webhooks.endpoints
    set label = ${change.label}, url = ${change.url}, event_types = ${change.eventTypes},
        include_values = ${change.includeValues}, skip_own_changes = ${change.skipOwnChanges},
        fingerprint = ${change.fingerprint}
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Enables (cause null) or pauses an endpoint; false when it was so already. */
export async function setEndpointStatus(
  sql: Tx,
  environmentId: string,
  id: string,
  cause: PauseCause | null,
): Promise<boolean> {
  const rows = await sql`
    update webhooks.endpoints
    set status = ${cause === null ? 'enabled' : 'paused'}, pause_cause = ${cause},
        failing_since = case when ${cause === null} then null else failing_since end,
        failures = case when ${cause === null} then 0 else failures end, warned_at = null
    where environment_id = ${environmentId} and id = ${id} and (status = 'paused') is distinct from ${cause !== null}
    returning id`;
  return rows.length === 1;
}

/** From which event on an endpoint gets messages: the one that tells of its creation. */
export async function activateEndpoint(
  sql: Tx,
  environmentId: string,
  id: string,
  sequence: number,
): Promise<void> {
  await sql`
    update webhooks.endpoints set active_from = ${sequence}
    where environment_id = ${environmentId} and id = ${id} and active_from is null`;
}

/** Keeps what a verification found. */
export async function setVerification(
  sql: Tx,
  environmentId: string,
  id: string,
  verification: NonNullable<Endpoint['verification']>,
): Promise<void> {
  await sql`
    update webhooks.endpoints
    set verification = ${sql.json(verification)},
        verified_fingerprint = case when ${verification.passed} then ${verification.fingerprint} else verified_fingerprint end
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Where an endpoint's failures stand after a batch of attempts. */
export interface EndpointHealth
  extends Row<
    'webhooks.endpoints',
    'failing_since' | 'failures' | 'warned_at' | 'fingerprint' | 'label' | 'url'
  > {
  /** True when this is the first message of an event delivered under the present configuration. */
  firstDelivered: boolean;
}

/** Notes on the endpoint what a batch of attempts came to; one success ends a run of failures. */
export async function noteHealth(
  sql: Tx,
  environmentId: string,
  id: string,
  batch: { delivered: number; deliveredEvents: number; failed: number; now: Temporal.Instant },
): Promise<EndpointHealth | undefined> {
  const at = batch.now.toString();
  const [row] = await sql<EndpointHealth[]>`
    update webhooks.endpoints
    set last_delivered_at = case when ${batch.delivered > 0} then ${at}::timestamptz else last_delivered_at end,
        first_delivered_at = case when ${batch.deliveredEvents > 0} then coalesce(first_delivered_at, ${at}::timestamptz)
                                  else first_delivered_at end,
        delivered_fingerprint = case when ${batch.deliveredEvents > 0} then fingerprint else delivered_fingerprint end,
        failing_since = case when ${batch.delivered > 0} then null
                             when ${batch.failed > 0} then coalesce(failing_since, ${at}::timestamptz)
                             else failing_since end,
        failures = case when ${batch.delivered > 0} then 0 else failures + ${batch.failed}::int end,
        warned_at = case when ${batch.delivered > 0} then null else warned_at end
    where environment_id = ${environmentId} and id = ${id}
    returning failing_since as "failingSince", failures, warned_at as "warnedAt", fingerprint, label, url,
      ${batch.deliveredEvents > 0} and old.delivered_fingerprint is distinct from new.fingerprint as "firstDelivered"`;
  return row;
}

export async function noteWarned(
  sql: Tx,
  environmentId: string,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update webhooks.endpoints set warned_at = ${now.toString()}
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Endpoints of all customers that have something to send now, with whose they are. */
export async function dueEndpoints(
  db: Database,
  now: Temporal.Instant,
): Promise<{ customerId: string; environmentId: string; endpointId: string; endpoints: number }[]> {
  return db<{ customerId: string; environmentId: string; endpointId: string; endpoints: number }[]>`
    select customer_id as "customerId", environment_id as "environmentId", endpoint_id as "endpointId", endpoints
    from webhooks.due_endpoints(${now.toString()}, 500)`;
}
