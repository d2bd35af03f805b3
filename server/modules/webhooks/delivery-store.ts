import type { DeliveryState } from '#contract/webhooks.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** How long a claimed message is ours, and how often that is renewed while it waits for its slot. */
export const leaseSeconds = 6;

/** A message to put into an endpoint's queue. */
export interface NewDelivery
  extends Row<'webhooks.deliveries', 'position' | 'message_id' | 'event_sequence' | 'event_type' | 'body'> {
  /** Messages with the same key are delivered one after the other; null has no order. */
  orderKey: string | null;
}

/** A message that this process may send until its lease ends. */
export interface ClaimedDelivery
  extends Row<'webhooks.deliveries', 'id' | 'message_id' | 'event_type' | 'body' | 'attempts'> {
  lease: string;
  /** When the attempts began that the schedule counts; null before the first. */
  firstAttemptAt: Temporal.Instant | null;
}

/** What became of one attempt. */
export interface AttemptOutcome {
  id: string;
  lease: string;
  at: Temporal.Instant;
  durationMs: number;
  status: number | null;
  error: string | null;
  response: string | null;
  state: DeliveryState;
  nextAt: Temporal.Instant | null;
}

/** Takes the next `count` numbers of an endpoint and returns the first; it stays locked until commit. */
export async function takePositions(
  sql: Tx,
  environmentId: string,
  endpointId: string,
  count: number,
): Promise<number> {
  const [row] = await sql<{ last: number }[]>`
    update webhooks.endpoints set positions = positions + ${count}
    where environment_id = ${environmentId} and id = ${endpointId} returning positions as last`;
  return (row?.last ?? 0) - count + 1;
}

export async function insertDeliveries(
  sql: Tx,
  of: { customerId: string; environmentId: string; endpointId: string; now: Temporal.Instant },
  deliveries: NewDelivery[],
): Promise<void> {
  await sql`
    insert into webhooks.deliveries (environment_id, customer_id, endpoint_id, position, message_id, event_sequence,
      event_type, order_key, body, next_at, created_at)
    select ${of.environmentId}, ${of.customerId}, ${of.endpointId}, d.position, d."messageId", d."eventSequence",
           d."eventType", d."orderKey", d.body, ${of.now.toString()}, ${of.now.toString()}
    from jsonb_to_recordset(${sql.json(deliveries as never)}) as d(position bigint, "messageId" uuid,
      "eventSequence" bigint, "eventType" text, "orderKey" text, body text)`;
}

/**
 * Claims messages of one endpoint that are due and whose turn it is: none of the same order key may be ahead of them.
 * First attempts go before retries. Nobody else gets them until the lease ends.
 */
export async function claimDeliveries(
  sql: Tx,
  of: { environmentId: string; endpointId: string; lease: string; now: Temporal.Instant; limit: number },
): Promise<ClaimedDelivery[]> {
  return sql<ClaimedDelivery[]>`
    with turn as (
      select d.id from webhooks.deliveries d
      where d.environment_id = ${of.environmentId} and d.endpoint_id = ${of.endpointId} and d.state = 'waiting'
        and d.next_at <= ${of.now.toString()} and (d.lease_until is null or d.lease_until < clock_timestamp())
        and not exists (
          select from webhooks.deliveries p
          where p.environment_id = d.environment_id and p.endpoint_id = d.endpoint_id and p.state = 'waiting'
            and p.order_key = d.order_key and p.position < d.position)
      order by d.attempts > 0, d.position
      limit ${of.limit}
      for update skip locked)
    update webhooks.deliveries d
    set lease = ${of.lease}, lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    from turn where d.environment_id = ${of.environmentId} and d.id = turn.id
    returning d.id, d.lease, d.message_id as "messageId", d.event_type as "eventType", d.body, d.attempts,
      d.first_attempt_at as "firstAttemptAt"`;
}

/** Holds claimed messages for longer. */
export async function renewLeases(
  sql: Tx,
  environmentId: string,
  lease: string,
  ids: string[],
): Promise<void> {
  await sql`
    update webhooks.deliveries set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    where environment_id = ${environmentId} and id = any (${ids}) and lease = ${lease} and state = 'waiting'`;
}

/** Gives claimed messages back that were not sent. */
export async function releaseLeases(
  sql: Tx,
  environmentId: string,
  lease: string,
  ids: string[],
): Promise<void> {
  await sql`
    update webhooks.deliveries set lease = null, lease_until = null
    where environment_id = ${environmentId} and id = any (${ids}) and lease = ${lease} and state = 'waiting'`;
}

/**
 * Writes what became of a batch of attempts, each attempt and its message's new state together. An attempt made under
 * a lease that was lost meanwhile is left out; returns the ids of the others.
 */
export async function recordAttempts(
  sql: Tx,
  of: { customerId: string; environmentId: string },
  outcomes: AttemptOutcome[],
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with outcome as (
      select * from jsonb_to_recordset(${sql.json(outcomes as never)}) as o(id uuid, lease uuid, at timestamptz,
        "durationMs" numeric, status int, error text, response text, state text, "nextAt" timestamptz)),
    changed as (
      update webhooks.deliveries d
      set state = o.state, attempts = d.attempts + 1, next_at = coalesce(o."nextAt", d.next_at),
          last_status = o.status, last_error = o.error, lease = null, lease_until = null,
          first_attempt_at = coalesce(d.first_attempt_at, o.at),
          delivered_at = case when o.state = 'delivered' then o.at end
      from outcome o
      where d.environment_id = ${of.environmentId} and d.id = o.id and d.lease = o.lease
      returning d.id, d.attempts),
    noted as (
      insert into webhooks.attempts (environment_id, customer_id, delivery_id, number, at, duration_ms, status, error, response)
      select ${of.environmentId}, ${of.customerId}, c.id, c.attempts, o.at, o."durationMs", o.status, o.error, o.response
      from changed c join outcome o on o.id = c.id)
    select id from changed`;
  return rows.map((row) => row.id);
}

/** Makes a message due again whatever became of it; false while it is being sent. */
export async function requeueDelivery(
  sql: Tx,
  environmentId: string,
  id: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update webhooks.deliveries
    set state = 'waiting', next_at = ${now.toString()}, first_attempt_at = null, delivered_at = null,
        lease = null, lease_until = null
    where environment_id = ${environmentId} and id = ${id}
      and (lease_until is null or lease_until < clock_timestamp())
    returning id`;
  return rows.length === 1;
}

/** Lets everything that waits at an endpoint go out now, its days of retries begun anew: after it was enabled again. */
export async function hastenDeliveries(
  sql: Tx,
  environmentId: string,
  endpointId: string,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update webhooks.deliveries set next_at = least(next_at, ${now.toString()}), first_attempt_at = null
    where environment_id = ${environmentId} and endpoint_id = ${endpointId} and state = 'waiting'
      and (next_at > ${now.toString()} or first_attempt_at is not null)`;
}
