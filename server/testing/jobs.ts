import { Logger, runOnce } from 'graphile-worker';
import { openLibraryPool } from '#platform/database.ts';
import type { Module } from '#platform/module.ts';
import type { TestDatabase } from './database.ts';

/** Runs every background job that is due now, and those they queue, until none is left. A failing job is left for later. */
export async function runJobs(test: TestDatabase, modules: Module[]): Promise<void> {
  const jobs = Object.assign({}, ...modules.map((module) => module.jobs?.(test.platform) ?? {})) as Record<
    string,
    (payload: never) => Promise<void>
  >;
  const pgPool = openLibraryPool(test.ownerUrl, 2);
  try {
    await runOnce({
      pgPool,
      noHandleSignals: true,
      concurrency: 1,
      logger: new Logger(() => () => {}),
      taskList: Object.fromEntries(
        Object.entries(jobs).map(([name, job]) => [name, (payload: unknown) => job(payload as never)]),
      ),
    });
  } finally {
    await pgPool.end();
  }
}
