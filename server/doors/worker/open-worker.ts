import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, run as runGraphile, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import { withStatementLimit } from '#platform/bounds.ts';
import { ensureEventPartitions } from '#platform/events.ts';
import { startConsumers } from '#platform/follow-log.ts';
import type { Job, Module, TimerHandler } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { traced } from '#platform/telemetry.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { keepJobs } from './keep-jobs.ts';

/** The worker as main holds it. */
export interface Worker {
  close(): Promise<void>;
}

const timerPollMs = 500;
const partitionsEveryMs = 3_600_000;

/** Starts everything that follows or keeps time: consumers of the log, business timers, jobs and modules' loops. */
export async function openWorker(
  platform: Platform,
  modules: Module[],
  options: { pool: pg.Pool; onWake: (listener: () => void) => void },
): Promise<Worker> {
  const jobs: Record<string, Job> = {};
  const timers: Record<string, TimerHandler> = {};
  for (const module of modules) {
    Object.assign(jobs, module.jobs?.(platform));
    Object.assign(timers, module.timers?.(platform));
  }
  const events: WorkerEvents = new EventEmitter();
  let name = '';
  events.once('pool:create', ({ workerPool }) => {
    name = workerPool.id;
  });
  const runner = await runGraphile({
    pgPool: options.pool,
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
  const consumers = startConsumers(
    platform,
    modules.flatMap((module) => module.consumers?.(platform) ?? []),
    options.onWake,
  );
  const loops = withStatementLimit(platform.config.database.longStatementTimeoutMs, () =>
    modules.flatMap((module) => module.loops?.(platform) ?? []).map((loop) => loop.start()),
  );
  const clock = startTimers(platform, timers);
  const kept = keepJobs(platform, options.pool, name);
  const partitions = repeat(() => ensureEventPartitions(platform.db, platform.clock.now()), {
    everyMs: partitionsEveryMs,
    onFault: (error) => platform.log.error({ err: error }, "the log's next months could not be made"),
  });
  return {
    close: async () => {
      await Promise.all([clock, partitions, consumers, runner, ...loops].map((one) => one.stop()));
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

function startTimers(platform: Platform, handlers: Record<string, TimerHandler>): { stop(): Promise<void> } {
  return repeat(async () => (await fireDueTimers(platform, handlers)) > 0, {
    everyMs: timerPollMs,
    onFault: (error) => platform.log.error({ err: error }, 'the timers could not be read'),
  });
}
