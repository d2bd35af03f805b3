import type pg from 'pg';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { announceWorker, freeAbandonedJobs, reviveSpentJobs } from './job-lock-store.ts';

const sweepMs = 5_000;

/**
 * Lets no job wait for a worker that was killed: the queue itself would give its jobs back after four hours. A worker
 * lives for as long as its database session does; every worker looks after the jobs of those that are gone. Nor is any job
 * given up: what failed for days, as on a disk that stays full, is tried twice a day.
 */
export function keepJobs(platform: Platform, pool: pg.Pool, worker: string): { stop(): Promise<void> } {
  let session: pg.PoolClient | undefined;
  const drop = (error?: Error) => {
    session?.release(error ?? true);
    session = undefined;
  };
  const open = async () => {
    const opened = await pool.connect();
    opened.once('error', (error) => {
      if (session === opened) drop(error);
    });
    session = opened;
    await announceWorker(opened, worker);
    return opened;
  };
  const sweep = async () => {
    try {
      const own = session ?? (await open());
      const revived = await reviveSpentJobs(own);
      if (revived > 0) platform.log.error({ jobs: revived }, 'jobs that fail for days are tried once more');
      const gone = await freeAbandonedJobs(own, worker);
      if (gone > 0) platform.log.warn({ workers: gone }, 'jobs of workers that are gone were given back');
    } catch (error) {
      drop(error as Error);
      throw error;
    }
  };
  const sweeping = repeat(sweep, {
    everyMs: sweepMs,
    onFault: (error) =>
      platform.log.error({ err: error }, 'the jobs of other workers could not be looked at'),
  });
  return {
    stop: async () => {
      await sweeping.stop();
      drop();
    },
  };
}
