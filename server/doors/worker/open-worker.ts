import { Logger as GraphileLogger, run as runGraphile } from 'graphile-worker';
import type pg from 'pg';
import { startConsumers } from '#platform/consume.ts';
import type { Job, Module, TimerHandler } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { traced } from '#platform/telemetry.ts';
import { fireDueTimers } from '#platform/timers.ts';

/** The worker as main holds it. */
export interface Worker {
  close(): Promise<void>;
}

const timerPollMs = 500;

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
  const runner = await runGraphile({
    pgPool: options.pool,
    concurrency: 4,
    pollInterval: 500,
    noHandleSignals: true,
    noPreparedStatements: false,
    logger: new GraphileLogger((scope) => (level, message) => {
      if (level === 'error' || level === 'warning')
        platform.log.warn({ job: scope.taskIdentifier, message }, 'job queue');
    }),
    taskList: Object.fromEntries(
      Object.entries(jobs).map(([name, job]) => [
        name,
        (payload: unknown) => traced(`job ${name}`, {}, async () => job(payload as never)),
      ]),
    ),
  });
  const consumers = startConsumers(
    platform,
    modules.flatMap((module) => module.consumers?.(platform) ?? []),
    options.onWake,
  );
  const loops = modules.flatMap((module) => module.loops?.(platform) ?? []).map((loop) => loop.start());
  const clock = startTimers(platform, timers);
  return {
    close: async () => {
      await clock.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      await consumers.stop();
      await runner.stop();
    },
  };
}

function startTimers(platform: Platform, handlers: Record<string, TimerHandler>): { stop(): Promise<void> } {
  let stopped = false;
  let wake = () => {};
  const run = async () => {
    while (!stopped) {
      let fired = 0;
      try {
        fired = await fireDueTimers(platform, handlers);
      } catch (error) {
        platform.log.error({ err: error }, 'the timers could not be read');
      }
      if (fired > 0 || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timerPollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
