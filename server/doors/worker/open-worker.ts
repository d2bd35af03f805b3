import type pg from 'pg';
import { withStatementLimit } from '#platform/bounds.ts';
import { ensureEventPartitions } from '#platform/events.ts';
import { startConsumers } from '#platform/follow-log.ts';
import type { Job, Module, TimerHandler } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { keepQueue } from './keep-queue.ts';

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
  const queue = await keepQueue(platform, options.pool, jobs);
  const consumers = startConsumers(
    platform,
    modules.flatMap((module) => module.consumers?.(platform) ?? []),
    options.onWake,
  );
  const loops = withStatementLimit(platform.config.database.longStatementTimeoutMs, () =>
    modules.flatMap((module) => module.loops?.(platform) ?? []).map((loop) => loop.start()),
  );
  const clock = startTimers(platform, timers);
  const partitions = repeat(() => ensureEventPartitions(platform.db, platform.clock.now()), {
    everyMs: partitionsEveryMs,
    onFault: (error) => platform.log.error({ err: error }, "the log's next months could not be made"),
  });
  return {
    close: async () => {
      await Promise.all([clock, partitions, consumers, queue, ...loops].map((one) => one.stop()));
    },
  };
}

function startTimers(platform: Platform, handlers: Record<string, TimerHandler>): { stop(): Promise<void> } {
  return repeat(async () => (await fireDueTimers(platform, handlers)) > 0, {
    everyMs: timerPollMs,
    onFault: (error) => platform.log.error({ err: error }, 'the timers could not be read'),
  });
}
