import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { SealedSecrets } from './endpoint.ts';
import type { Receiver, Refusal } from './receiver.ts';

/** What a receiver saw for the first time under a configuration: each is one fact in the log. */
export type Sighting = 'accepted' | 'forged' | 'replay' | 'duplicate';
const sightingColumns = {
  accepted: ['accepted_fingerprint', 'first_accepted_at'],
  forged: ['forged_fingerprint', 'forged_refused_at'],
  replay: ['replay_fingerprint', 'replay_refused_at'],
  duplicate: ['duplicate_fingerprint', 'duplicate_ignored_at'],
} as const;
const keptRefusals = 20;

/** What is needed to verify a message. */
export interface FoundReceiver
  extends SealedSecrets,
    Row<'webhooks.receivers', 'id' | 'customer_id' | 'environment_id' | 'status' | 'fingerprint'> {
  status: 'enabled' | 'disabled';
}

/** The receiver behind an address; undefined when there is none. */
export async function receiverByToken(db: Database, token: string): Promise<FoundReceiver | undefined> {
  const [row] = await db<FoundReceiver[]>`
    select id, customer_id as "customerId", environment_id as "environmentId", status, secret,
           previous_secret as "previousSecret", previous_until as "previousUntil", fingerprint
    from webhooks.receiver_by_token(${token})`;
  return row;
}

export async function insertReceiver(
  sql: Tx,
  receiver: {
    id: string;
    customerId: string;
    environmentId: string;
    label: string;
    token: string;
    fingerprint: string;
    createdBy: string;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into webhooks.receivers (environment_id, customer_id, id, label, token, fingerprint, created_at, created_by)
    values (${receiver.environmentId}, ${receiver.customerId}, ${receiver.id}, ${receiver.label}, ${receiver.token},
      ${receiver.fingerprint}, ${receiver.now.toString()}, ${receiver.createdBy})`;
}

/** All receivers of an environment, newest first: as many as portal.receivers lets be made; `id` gives one. */
export async function listReceivers(sql: Tx, environmentId: string, id?: string): Promise<Receiver[]> {
  return sql<Receiver[]>`
    select r.id, r.customer_id as "customerId", r.environment_id as "environmentId", r.label, r.token, r.status, r.secret,
           r.secret_hint as "secretHint", r.previous_secret as "previousSecret", r.previous_until as "previousUntil",
           r.fingerprint, r.first_accepted_at as "firstAcceptedAt", r.forged_refused_at as "forgedRefusedAt",
           r.replay_refused_at as "replayRefusedAt", r.duplicate_ignored_at as "duplicateIgnoredAt", r.refusals, r.created_at as "createdAt", r.created_by as "createdBy",
           i.last as "lastMessageAt", i.waiting, i.dead
    from webhooks.receivers r
    cross join lateral (
      select max(i.received_at) as last, count(*) filter (where i.state in ('received', 'waiting'))::int as waiting,
             count(*) filter (where i.state = 'dead')::int as dead
      from webhooks.inbound i where i.environment_id = r.environment_id and i.receiver_id = r.id) i
    where r.environment_id = ${environmentId} ${id === undefined ? sql`` : sql`and r.id = ${id}`}
    order by r.id desc`;
}

/** How many receivers an environment has; until commit nobody else counts them. */
export async function countReceivers(sql: Tx, environmentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks.receivers:${environmentId}`}, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from webhooks.receivers where environment_id = ${environmentId}`;
  return row?.count ?? 0;
}

export async function updateReceiver(
  sql: Tx,
  environmentId: string,
  id: string,
  change: { label: string; status: 'enabled' | 'disabled' },
): Promise<void> {
  await sql`
    update webhooks.receivers set label = ${change.label}, status = ${change.status}
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Notes the first time under a configuration; false when it was seen before. */
export async function noteSighting(
  sql: Tx,
  of: { environmentId: string; id: string; fingerprint: string },
  sighting: Sighting,
  now: Temporal.Instant,
): Promise<boolean> {
  const [fingerprint, at] = sightingColumns[sighting];
  const rows = await sql`
    update webhooks.receivers set ${sql(fingerprint)} = ${of.fingerprint}, ${sql(at)} = coalesce(${sql(at)}, ${now.toString()})
    where environment_id = ${of.environmentId} and id = ${of.id} and ${sql(fingerprint)} is distinct from ${of.fingerprint}
    returning id`;
  return rows.length === 1;
}

/** Keeps the latest refusals with their likely cause, newest first. */
export async function noteRefusal(
  sql: Tx,
  environmentId: string,
  id: string,
  refusal: Refusal,
): Promise<void> {
  await sql`
    update webhooks.receivers r
    set refusals = (
      select jsonb_agg(kept.value) from (
        select ${sql.json(refusal as never)}::jsonb as value
        union all
        (select one.value from jsonb_array_elements(r.refusals) with ordinality as one(value, n)
         order by one.n limit ${keptRefusals - 1})) kept)
    where environment_id = ${environmentId} and id = ${id}`;
}
