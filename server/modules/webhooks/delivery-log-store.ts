import type { DeliveryState } from '#contract/webhooks.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** A message as the log of deliveries shows it. */
export interface LoggedDelivery
  extends Row<
    'webhooks.deliveries',
    | 'id'
    | 'message_id'
    | 'endpoint_id'
    | 'position'
    | 'event_type'
    | 'event_sequence'
    | 'state'
    | 'attempts'
    | 'last_status'
    | 'last_error'
    | 'next_at'
    | 'created_at'
    | 'delivered_at'
    | 'body'
  > {
  endpointLabel: string;
  endpointUrl: string;
  state: DeliveryState;
}

export type LoggedAttempt = Row<
  'webhooks.attempts',
  'number' | 'at' | 'duration_ms' | 'status' | 'error' | 'response'
>;

/** Messages of an environment, newest first, by endpoint and state. */
export async function listDeliveries(
  sql: Tx,
  environmentId: string,
  filter: {
    id?: string | undefined;
    endpoint?: string | undefined;
    state?: DeliveryState | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<LoggedDelivery[]> {
  return sql<LoggedDelivery[]>`
    select d.id, d.message_id as "messageId", d.endpoint_id as "endpointId", e.label as "endpointLabel",
           e.url as "endpointUrl", d.position, d.event_type as "eventType", d.event_sequence as "eventSequence", d.state,
           d.attempts, d.last_status as "lastStatus", d.last_error as "lastError", d.next_at as "nextAt",
           d.created_at as "createdAt", d.delivered_at as "deliveredAt", d.body
    from webhooks.deliveries d
    join webhooks.endpoints e on e.environment_id = d.environment_id and e.id = d.endpoint_id
    where d.environment_id = ${environmentId}
      ${filter.id === undefined ? sql`` : sql`and d.id = ${filter.id}`}
      ${filter.endpoint === undefined ? sql`` : sql`and d.endpoint_id = ${filter.endpoint}`}
      ${filter.state === undefined ? sql`` : sql`and d.state = ${filter.state}`}
      ${filter.before === undefined ? sql`` : sql`and d.id < ${filter.before}`}
    order by d.id desc
    limit ${filter.limit}`;
}

/** Every attempt of one message, oldest first (the last hundred). */
export async function attemptsOf(
  sql: Tx,
  environmentId: string,
  deliveryId: string,
): Promise<LoggedAttempt[]> {
  const rows = await sql<LoggedAttempt[]>`
    select number, at, duration_ms as "durationMs", status, error, response from webhooks.attempts
    where environment_id = ${environmentId} and delivery_id = ${deliveryId}
    order by number desc limit 100`;
  return rows.reverse();
}
