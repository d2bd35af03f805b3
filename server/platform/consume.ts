import { systemActor } from './actor.ts';
import { readEvents, type StoredEvent, type Stream, type StreamKind } from './events.ts';
import { consumedEvents, consumerFailures, pendingStreams } from './metrics.ts';
import type { Platform } from './platform.ts';
import { traced } from './telemetry.ts';
import { transact, type Work } from './transact.ts';

/**
 * Something that follows the log. Each batch is one transaction in the stream's own scope that also moves the
 * cursor: its effects in the database happen exactly once. When it throws, the events before the one at fault are
 * handled all the same; the cursor stands just before that one, which is tried again later, and its stream waits for it.
 */
export interface Consumer {
  name: string;
  kinds: StreamKind[];
  handle(work: Work, events: StoredEvent[], stream: Stream): Promise<void>;
}

/** What came of one round over the streams that have something for a consumer. */
export interface Round {
  handled: number;
  /** The last stream of the round: the next round goes on after it. */
  last: string;
  /** How long it took to find those streams, in milliseconds. */
  lookMs: number;
}

/** Before the first stream. */
export const firstRound = '00000000-0000-0000-0000-000000000000';

const batchSize = 500;
const maxBackoffMs = 60_000;

/** Handles everything that is pending for a consumer now, and returns how many events that were. */
export async function consumePending(platform: Platform, consumer: Consumer): Promise<number> {
  return (await consumeRound(platform, consumer, firstRound)).handled;
}

/** One batch of each of up to `atMost` streams with something for a consumer, beginning after the stream `after`. */
export async function consumeRound(
  platform: Platform,
  consumer: Consumer,
  after: string,
  atMost = 200,
): Promise<Round> {
  const startedAt = performance.now();
  const streams = await platform.db<Stream[]>`
    select id, kind, customer_id as "customerId", environment_id as "environmentId"
    from platform.pending_streams(${consumer.name}, ${consumer.kinds as string[]}, ${after}, ${atMost})`;
  const lookMs = performance.now() - startedAt;
  pendingStreams.set({ consumer: consumer.name }, streams.length);
  let handled = 0;
  for (const stream of streams)
    handled += await traced(`consume ${consumer.name}`, { 'fairlead.stream': stream.id }, () =>
      consumeStream(platform, consumer, stream),
    );
  return { handled, last: streams.at(-1)?.id ?? after, lookMs };
}

/** One batch; when it fails, ever smaller parts of it up to the event at fault, which is postponed. */
async function consumeStream(platform: Platform, consumer: Consumer, stream: Stream): Promise<number> {
  let handled = 0;
  let wanted = 1;
  let most = batchSize;
  while (handled < wanted) {
    const batch: Batch = { most, events: [] };
    try {
      await consumeBatch(platform, consumer, stream, batch);
    } catch (error) {
      if (batch.events.length > 1) {
        wanted = Math.max(wanted, handled + batch.events.length);
        most = Math.ceil(batch.events.length / 2);
        continue;
      }
      await postpone(platform, consumer, stream, batch.events[0], error);
      return handled;
    }
    if (batch.events.length === 0) return handled;
    consumedEvents.inc({ consumer: consumer.name }, batch.events.length);
    handled += batch.events.length;
  }
  return handled;
}

/** What one transaction takes: at most so many events, and, once it has read them, which. */
interface Batch {
  most: number;
  events: StoredEvent[];
}

async function consumeBatch(
  platform: Platform,
  consumer: Consumer,
  stream: Stream,
  batch: Batch,
): Promise<void> {
  const scope = {
    customerId: stream.customerId ?? undefined,
    environmentId: stream.environmentId ?? undefined,
  };
  await transact(platform, scope, systemActor(`consumer:${consumer.name}`), async (work) => {
    const { sql } = work;
    const [cursor] = await sql<{ at: number | null; failed: number }[]>`
      select at, failed from platform.lock_cursor(${consumer.name}, ${stream.id})`;
    if (cursor === undefined || cursor.at === null) return;
    // What failed before is tried alone: with others after it, it would be looked for once more.
    batch.events = await readEvents(sql, stream.id, cursor.at, cursor.failed > 0 ? 1 : batch.most);
    const last = batch.events.at(-1);
    if (last === undefined) return;
    await consumer.handle(work, batch.events, stream);
    await sql`
      update platform.cursors
      set sequence = ${last.sequence}, failures = 0, failing_since = null, retry_at = null, error = null
      where consumer = ${consumer.name} and stream_id = ${stream.id}`;
  });
}

/** Real time, not the business clock: a moved clock must not stretch or skip a retry. */
async function postpone(
  platform: Platform,
  consumer: Consumer,
  stream: Stream,
  event: StoredEvent | undefined,
  error: unknown,
): Promise<void> {
  consumerFailures.inc({ consumer: consumer.name });
  const at = { consumer: consumer.name, stream: stream.id, sequence: event?.sequence, type: event?.type };
  platform.log.error({ err: error, ...at }, 'a consumer failed; it will try again');
  const reason = error instanceof Error ? error.name : 'error';
  await platform.db`
    select platform.postpone_cursor(${consumer.name}, ${stream.id}, ${reason}, ${maxBackoffMs})`.catch(
    () => {},
  );
}

/** A consumer that stands before events which it cannot handle: in how many streams, and since when. */
export interface HeldUp {
  consumer: string;
  streams: number;
  seconds: number;
}

/** The consumers that are held up, whichever process runs them. */
export async function listHeldUp(platform: Platform): Promise<HeldUp[]> {
  return platform.db<HeldUp[]>`
    select consumer, count(*)::int as streams,
      round(extract(epoch from clock_timestamp() - min(failing_since)))::float8 as seconds
    from platform.cursors where failing_since is not null group by consumer order by consumer`;
}
