import { systemActor } from './actor.ts';
import { readEvents, type StoredEvent, type Stream, type StreamKind } from './events.ts';
import { consumedEvents, consumerFailures, pendingStreams } from './metrics.ts';
import type { Platform } from './platform.ts';
import { traced } from './telemetry.ts';
import { transact, type Work } from './transact.ts';

/**
 * Something that follows the log. Each batch is one transaction in the stream's own scope that also moves the
 * cursor: its effects in the database happen exactly once. A throw leaves the cursor and tries that stream again later.
 */
export interface Consumer {
  name: string;
  kinds: StreamKind[];
  handle(work: Work, events: StoredEvent[], stream: Stream): Promise<void>;
}

const batchSize = 500;
const pollMs = 250;
const maxBackoffMs = 60_000;

/** Handles everything that is pending for a consumer now, and returns how many events that were. */
export async function consumePending(platform: Platform, consumer: Consumer): Promise<number> {
  const streams = await platform.db<Stream[]>`
    select id, kind, customer_id as "customerId", environment_id as "environmentId"
    from platform.pending_streams(${consumer.name}, ${consumer.kinds as string[]}, 200)`;
  pendingStreams.set({ consumer: consumer.name }, streams.length);
  let handled = 0;
  for (const stream of streams) {
    try {
      handled += await traced(`consume ${consumer.name}`, { 'fairlead.stream': stream.id }, () =>
        consumeStream(platform, consumer, stream),
      );
    } catch (error) {
      consumerFailures.inc({ consumer: consumer.name });
      platform.log.error(
        { err: error, consumer: consumer.name, stream: stream.id },
        'a consumer failed; it will try again',
      );
      await postpone(platform, consumer, stream, error);
    }
  }
  return handled;
}

async function consumeStream(platform: Platform, consumer: Consumer, stream: Stream): Promise<number> {
  const scope = {
    customerId: stream.customerId ?? undefined,
    environmentId: stream.environmentId ?? undefined,
  };
  return transact(platform, scope, systemActor(`consumer:${consumer.name}`), async (work) => {
    const { sql } = work;
    const [cursor] = await sql<{ sequence: number }[]>`
      select platform.lock_cursor(${consumer.name}, ${stream.id}) as sequence`;
    if (cursor === undefined || cursor.sequence === null) return 0;
    const events = await readEvents(sql, stream.id, cursor.sequence, batchSize);
    const last = events.at(-1);
    if (last === undefined) return 0;
    await consumer.handle(work, events, stream);
    await sql`
      update platform.cursors
      set sequence = ${last.sequence}, failures = 0, retry_at = null, error = null
      where consumer = ${consumer.name} and stream_id = ${stream.id}`;
    consumedEvents.inc({ consumer: consumer.name }, events.length);
    return events.length;
  });
}

/** Real time, not the business clock: a moved clock must not stretch or skip a retry. */
async function postpone(
  platform: Platform,
  consumer: Consumer,
  stream: Stream,
  error: unknown,
): Promise<void> {
  const reason = error instanceof Error ? error.name : 'error';
  await platform.db`
    select platform.postpone_cursor(${consumer.name}, ${stream.id}, ${reason}, ${maxBackoffMs})`.catch(
    () => {},
  );
}

/** Follows the log with every consumer until stopped; in step with `wake`, and by polling for other processes' writes. */
export function startConsumers(
  platform: Platform,
  consumers: Consumer[],
  onWake: (listener: () => void) => void,
): { stop(): Promise<void> } {
  let stopped = false;
  const wakers = new Set<() => void>();
  onWake(() => {
    for (const waker of wakers) waker();
  });
  const follow = async (consumer: Consumer) => {
    let woken = false;
    let wakeNow = () => {};
    const waker = () => {
      woken = true;
      wakeNow();
    };
    wakers.add(waker);
    while (!stopped) {
      woken = false;
      let handled = 0;
      try {
        handled = await consumePending(platform, consumer);
      } catch (error) {
        platform.log.error({ err: error, consumer: consumer.name }, 'the log could not be read');
        await waitFor(1_000, () => {});
      }
      if (handled > 0 || woken || stopped) continue;
      await waitFor(pollMs, (wake) => {
        wakeNow = wake;
      });
    }
    wakers.delete(waker);
  };
  const running = consumers.map(follow);
  return {
    stop: async () => {
      stopped = true;
      for (const waker of wakers) waker();
      await Promise.all(running);
    },
  };
}

function waitFor(ms: number, expose: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    expose(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
