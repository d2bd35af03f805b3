import type { InboundState } from '#contract/webhooks.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** A message as it came, to be stored before it is answered. */
export interface NewInbound {
  id: string;
  customerId: string;
  environmentId: string;
  receiverId: string;
  messageId: string;
  body: Buffer;
  bodyHash: Buffer;
  headers: Record<string, string>;
  now: Temporal.Instant;
}

/** What storing came to: the same message before has the same receipt; the same id with another body is a conflict. */
export type StoredInbound =
  | { outcome: 'new' | 'same'; id: string; receivedAt: Temporal.Instant; state: InboundState }
  | { outcome: 'conflict' };

/** Stores a message once by its id, and counts copies and conflicts of one that is there. */
export async function storeInbound(sql: Tx, message: NewInbound): Promise<StoredInbound> {
  const [row] = await sql<{ id: string; receivedAt: Temporal.Instant; same: boolean; state: InboundState }[]>`
    insert into webhooks.inbound as i (environment_id, customer_id, id, receiver_id, message_id, body, body_hash, headers,
      received_at)
    values (${message.environmentId}, ${message.customerId}, ${message.id}, ${message.receiverId}, ${message.messageId},
      ${message.body}, ${message.bodyHash}, ${sql.json(message.headers)}, ${message.now.toString()})
    on conflict (environment_id, receiver_id, message_id) do update
    set copies = i.copies + (i.body_hash = excluded.body_hash)::int,
        conflicts = i.conflicts + (i.body_hash <> excluded.body_hash)::int
    returning i.id, i.received_at as "receivedAt", i.body_hash = ${message.bodyHash} as same, i.state`;
  if (row === undefined || !row.same) return { outcome: 'conflict' };
  const { id, receivedAt, state } = row;
  return { outcome: id === message.id ? 'new' : 'same', id, receivedAt, state };
}

/** Whether a receiver accepted this very message before: the same id with the same body. */
export async function hasInbound(
  sql: Tx,
  receiver: { environmentId: string; id: string },
  messageId: string,
  bodyHash: Buffer,
): Promise<boolean> {
  const rows = await sql`
    select from webhooks.inbound
    where environment_id = ${receiver.environmentId} and receiver_id = ${receiver.id}
      and message_id = ${messageId} and body_hash = ${bodyHash}`;
  return rows.length > 0;
}

/** A message whose turn it is to be applied. */
export type NextInbound = Row<
  'webhooks.inbound',
  'id' | 'receiver_id' | 'message_id' | 'body' | 'received_at' | 'copies' | 'wait_until'
>;

/** Environments of all customers with messages that wait to be applied. */
export async function environmentsWithInbound(
  db: Database,
  now: Temporal.Instant,
): Promise<{ customerId: string; environmentId: string }[]> {
  return db<{ customerId: string; environmentId: string }[]>`
    select customer_id as "customerId", environment_id as "environmentId"
    from webhooks.environments_with_inbound(${now.toString()}, 200)`;
}

/** The oldest message of an environment whose turn it is; undefined when there is none, or another worker is at it. */
export async function takeNextInbound(
  sql: Tx,
  environmentId: string,
  now: Temporal.Instant,
): Promise<NextInbound | undefined> {
  const [lock] = await sql<{ free: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`webhooks.inbound:${environmentId}`}, 0)) as free`;
  if (lock?.free !== true) return undefined;
  const [row] = await sql<NextInbound[]>`
    select id, receiver_id as "receiverId", message_id as "messageId", body, received_at as "receivedAt", copies,
      wait_until as "waitUntil"
    from webhooks.inbound i
    where environment_id = ${environmentId} and state in ('received', 'waiting') and webhooks.is_due(i, ${now.toString()})
    order by number limit 1 for update`;
  return row;
}

/** What became of a message. */
export interface InboundResult {
  state: InboundState;
  cause?: string | null;
  detail?: string | null;
  errors?: { pointer: string; detail: string }[];
  companyCode?: string | null;
  employeeNumber?: string | null;
  /** Until when a message waits for its employee. */
  waitUntil?: Temporal.Instant;
}

export async function settleInbound(
  sql: Tx,
  environmentId: string,
  id: string,
  result: InboundResult,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update webhooks.inbound
    set state = ${result.state}, cause = ${result.cause ?? null}, detail = ${result.detail ?? null},
        errors = ${sql.json(result.errors ?? [])}, company_code = coalesce(${result.companyCode ?? null}, company_code),
        employee_number = coalesce(${result.employeeNumber ?? null}, employee_number),
        wait_until = coalesce(${result.waitUntil?.toString() ?? null}, wait_until),
        applied_at = case when ${result.state === 'applied'} then ${now.toString()}::timestamptz end
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Counts that a message could not be worked on for a reason of ours; gives it up after a number of times. */
export async function noteInboundFailure(
  sql: Tx,
  environmentId: string,
  id: string,
  giveUpAfter: number,
): Promise<void> {
  await sql`
    update webhooks.inbound
    set failures = failures + 1, state = case when failures + 1 >= ${giveUpAfter} then 'dead' else state end,
        cause = case when failures + 1 >= ${giveUpAfter} then 'internal' end
    where environment_id = ${environmentId} and id = ${id} and state in ('received', 'waiting')`;
}

/** Puts a dead message back in line; false when it is not dead. */
export async function reviveInbound(sql: Tx, environmentId: string, id: string): Promise<boolean> {
  const rows = await sql`
    update webhooks.inbound set state = 'received', cause = null, detail = null, errors = '[]', failures = 0, wait_until = null
    where environment_id = ${environmentId} and id = ${id} and state = 'dead' returning id`;
  return rows.length === 1;
}

/** Groups of an employee that a newer message has set already from a day on (`exact`), or up to it. */
export async function newerGroups(
  sql: Tx,
  of: { environmentId: string; companyCode: string; employeeNumber: string },
  groups: { group: string; from: string; exact: boolean }[],
  occurredAt: string,
): Promise<{ group: string; from: string }[]> {
  return sql<{ group: string; from: string }[]>`
    select distinct g."group", g."from"::text as "from"
    from jsonb_to_recordset(${sql.json(groups)}) as g("group" text, "from" date, exact boolean)
    join webhooks.inbound_heads h on h.environment_id = ${of.environmentId} and h.company_code = ${of.companyCode}
      and h.employee_number = ${of.employeeNumber} and h.field_group = g."group" and h.occurred_at > ${occurredAt}
      and (h.effective_from = g."from" or (not g.exact and h.effective_from <= g."from"))`;
}

/** Remembers how new the message was that set these groups. */
export async function raiseHeads(
  sql: Tx,
  of: { customerId: string; environmentId: string; companyCode: string; employeeNumber: string },
  groups: { group: string; from: string }[],
  occurredAt: string,
): Promise<void> {
  await sql`
    insert into webhooks.inbound_heads as h (environment_id, customer_id, company_code, employee_number, field_group,
      effective_from, occurred_at)
    select ${of.environmentId}, ${of.customerId}, ${of.companyCode}, ${of.employeeNumber}, g."group", g."from", ${occurredAt}
    from jsonb_to_recordset(${sql.json(groups)}) as g("group" text, "from" date)
    on conflict (environment_id, company_code, employee_number, field_group, effective_from) do update
    set occurred_at = greatest(h.occurred_at, excluded.occurred_at)`;
}

/** A message as the inbox shows it: never its body. */
export interface LoggedInbound
  extends Required<Omit<InboundResult, 'waitUntil'>>,
    Row<
      'webhooks.inbound',
      'id' | 'receiver_id' | 'message_id' | 'copies' | 'conflicts' | 'received_at' | 'applied_at'
    > {
  receiverLabel: string;
  sizeBytes: number;
  sha256: string;
}

/** Messages of an environment, newest first. */
export async function listInbound(
  sql: Tx,
  environmentId: string,
  filter: {
    id?: string | undefined;
    receiver?: string | undefined;
    state?: InboundState | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<LoggedInbound[]> {
  return sql<LoggedInbound[]>`
    select i.id, i.receiver_id as "receiverId", r.label as "receiverLabel", i.message_id as "messageId", i.state, i.cause,
           i.detail, i.errors, i.company_code as "companyCode", i.employee_number as "employeeNumber",
           octet_length(i.body) as "sizeBytes", encode(i.body_hash, 'hex') as sha256, i.copies, i.conflicts,
           i.received_at as "receivedAt", i.applied_at as "appliedAt"
    from webhooks.inbound i
    join webhooks.receivers r on r.environment_id = i.environment_id and r.id = i.receiver_id
    where i.environment_id = ${environmentId}
      ${filter.id === undefined ? sql`` : sql`and i.id = ${filter.id}`}
      ${filter.receiver === undefined ? sql`` : sql`and i.receiver_id = ${filter.receiver}`}
      ${filter.state === undefined ? sql`` : sql`and i.state = ${filter.state}`}
      ${filter.before === undefined ? sql`` : sql`and i.id < ${filter.before}`}
    order by i.id desc
    limit ${filter.limit}`;
}
