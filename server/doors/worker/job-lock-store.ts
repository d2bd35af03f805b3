import type { PoolClient } from 'pg';

const lockSpace = 7_270_464;
/** A worker says that it lives a moment after its first job could have been taken. */
const graceSeconds = 3;

/** Says that a worker lives, for as long as this session does. */
export async function announceWorker(session: PoolClient, worker: string): Promise<void> {
  await session.query('select pg_advisory_lock($1, hashtext($2))', [lockSpace, worker]);
}

/** Gives the jobs of every worker whose session has ended back to the queue; returns of how many workers. */
export async function freeAbandonedJobs(session: PoolClient, own: string): Promise<number> {
  const { rows } = await session.query<{ worker: string }>(
    `select distinct locked_by as worker from graphile_worker.jobs
     where locked_by <> $1 and locked_at < now() - make_interval(secs => $2)`,
    [own, graceSeconds],
  );
  let gone = 0;
  for (const { worker } of rows) {
    const tried = await session.query<{ ended: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as ended',
      [lockSpace, worker],
    );
    if (!tried.rows[0]?.ended) continue;
    try {
      await session.query('select graphile_worker.force_unlock_workers(array[$1::text])', [worker]);
      gone++;
    } finally {
      await session.query('select pg_advisory_unlock($1, hashtext($2))', [lockSpace, worker]);
    }
  }
  return gone;
}

/** Lets jobs that used up all their tries be tried once more, half a day after the last; returns how many. */
export async function reviveSpentJobs(session: PoolClient): Promise<number> {
  const { rows } = await session.query<{ revived: number }>(
    `select count(*)::int as revived from graphile_worker.jobs j,
       graphile_worker.reschedule_jobs(array[j.id], run_at => now(), attempts => j.max_attempts - 1)
     where j.attempts >= j.max_attempts and j.locked_at is null and j.run_at < now() - interval '6 hours'`,
  );
  return rows[0]?.revived ?? 0;
}
