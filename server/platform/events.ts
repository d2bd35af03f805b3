import { type Actor, actorReference } from './actor.ts';
import type { Database, Tx } from './database.ts';
import type { Json } from './json.ts';

/** The stream of facts about the vendor's own work that belong to no customer. */
export const VENDOR_STREAM = '00000000-0000-7000-8000-000000000001';

export type StreamKind = 'environment' | 'customer' | 'vendor';

/** A fact to append. The type is in the past tense; data holds no P2–P4 value. */
export interface NewEvent {
  type: string;
  subject: Record<string, string>;
  data?: { [key: string]: Json | undefined };
  effectiveFrom?: string | undefined;
  source?: { channel: string; [key: string]: string };
}

/** A fact as the log keeps it: immutable, numbered without holes within its stream. */
export interface StoredEvent {
  id: string;
  streamId: string;
  sequence: number;
  type: string;
  subject: Record<string, string>;
  data: { [key: string]: Json | undefined };
  effectiveFrom: string | null;
  actor: { kind: Actor['kind']; id: string };
  source: Record<string, string>;
  recordedAt: Temporal.Instant;
}

/** The stream a consumer is being given, with whose it is. */
export interface Stream {
  id: string;
  kind: StreamKind;
  customerId: string | null;
  environmentId: string | null;
}

/**
 * Appends events to one stream and returns the sequence of the last one. It raises the stream's counter, which
 * holds up every other writer of that stream until commit: it must be the transaction's last statement.
 */
export async function appendEvents(
  sql: Tx,
  streamId: string,
  actor: Actor,
  events: NewEvent[],
  at: Temporal.Instant,
): Promise<number> {
  const rows = events.map((event) => ({
    type: event.type,
    subject: event.subject,
    data: event.data ?? {},
    effective_from: event.effectiveFrom ?? null,
    source: event.source ?? {},
  }));
  const [row] = await sql<{ head: number }[]>`
    select platform.append_events(
      ${streamId}, ${sql.json(actorReference(actor))}, ${sql.json(rows as never)}, ${at.toString()}) as head`;
  return row?.head ?? 0;
}

/** Reads up to `limit` events of a stream after a sequence, in order. */
export async function readEvents(
  sql: Tx,
  streamId: string,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  return sql<StoredEvent[]>`
    select id, stream_id as "streamId", sequence, type, subject, data, effective_from as "effectiveFrom",
           actor, source, recorded_at as "recordedAt"
    from platform.events
    where stream_id = ${streamId} and sequence > ${after}
    order by sequence
    limit ${limit}`;
}

/** The newest event of each subject of some types in a stream, in the order of the log. It reads the whole stream. */
export async function newestOfTypes(sql: Tx, streamId: string, types: string[]): Promise<StoredEvent[]> {
  return sql<StoredEvent[]>`
    select * from (
      select distinct on (type, subject) id, stream_id as "streamId", sequence, type, subject, data,
             effective_from as "effectiveFrom", actor, source, recorded_at as "recordedAt"
      from platform.events
      where stream_id = ${streamId} and type in ${sql(types)}
      order by type, subject, sequence desc
    ) newest
    order by sequence
    limit 1000`;
}

/** Makes the log's partitions of the months around a time, where they are missing; any number of processes may ask. */
export async function ensureEventPartitions(sql: Database, around: Temporal.Instant): Promise<void> {
  const day = around.toZonedDateTimeISO('UTC').toPlainDate().toString();
  await sql`select platform.ensure_event_partitions(${day}::date)`;
}
