import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, run as runGraphile, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import { withStatementLimit } from '#platform/bounds.ts';
import type { Job } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { traced } from '#platform/telemetry.ts';
import { keepJobs } from './keep-jobs.ts';

interface Queue {
  /** Resolves when the queue has ended, to why where it was not asked to. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Performs jobs until stopped. The queue gives up when the database goes away at the wrong moment; it is then begun anew
 * under another name, so that what the one before had taken is given back.
 */
export async function keepQueue(
  platform: Platform,
  pool: pg.Pool,
  jobs: Record<string, Job>,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let queue: Queue | undefined = await openQueue(platform, pool, jobs);
  const keeping = repeat(
    async () => {
      queue ??= await openQueue(platform, pool, jobs);
      if (stopped) return queue.stop();
      const reason = await queue.ended;
      if (stopped) return;
      await queue.stop();
      queue = undefined;
      throw reason;
    },
    {
      everyMs: 200,
      onFault: (error) => platform.log.error({ err: error }, 'the job queue has ended; it is begun anew'),
    },
  );
  return {
    stop: async () => {
      stopped = true;
      await queue?.stop();
      await keeping.stop();
    },
  };
}

async function openQueue(platform: Platform, pool: pg.Pool, jobs: Record<string, Job>): Promise<Queue> {
  const events: WorkerEvents = new EventEmitter();
  let name = '';
  events.once('pool:create', ({ workerPool }) => {
    name = workerPool.id;
  });
  const runner = await runGraphile({
    pgPool: pool,
    // In batches, a job that cannot be marked as done ends the queue; one by one, nobody would hear of it.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    concurrency: 4,
    pollInterval: 500,
    noHandleSignals: true,
    noPreparedStatements: false,
    events,
    logger: new GraphileLogger((scope) => (level, message) => {
      if (level === 'error' || level === 'warning')
        platform.log.warn({ job: scope.taskIdentifier, message }, 'job queue');
    }),
    taskList: Object.fromEntries(
      Object.entries(jobs).map(([job, work]) => [
        job,
        (payload: unknown) => perform(platform, job, () => work(payload as never)),
      ]),
    ),
  });
  const kept = keepJobs(platform, pool, name);
  const ended = runner.promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    ended,
    stop: async () => {
      // One that has ended by itself refuses to be stopped.
      await runner.stop().catch(() => {});
      await ended;
      await kept.stop();
    },
  };
}

/** The queue keeps and prints what a job throws: only the kind of fault, for its words could quote a person's values. */
async function perform(platform: Platform, job: string, work: () => Promise<void>): Promise<void> {
  try {
    await withStatementLimit(platform.config.database.longStatementTimeoutMs, () =>
      traced(`job ${job}`, {}, work),
    );
  } catch (error) {
    platform.log.warn({ err: error, job }, 'a job failed; it will be tried again');
    throw new Error(error instanceof Error ? error.name : 'unknown');
  }
}
