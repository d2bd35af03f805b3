import type { TestDatabase } from './database.ts';
import { until } from './until.ts';

/** Waits until a transaction waits for another's lock; says whether it has written anything by then. */
export async function untilOneWaits({ owner }: TestDatabase): Promise<{ wrote: boolean }> {
  const [waiting] = await until(
    async () => {
      const rows = await owner<{ wrote: boolean }[]>`
        select exists (select from pg_locks x where x.pid = l.pid and x.locktype = 'transactionid' and x.granted) as wrote
        from pg_locks l join pg_stat_activity a using (pid)
        where a.datname = current_database() and not l.granted`;
      return rows.length > 0 ? rows : undefined;
    },
    { what: 'a transaction waits for another' },
  );
  return waiting ?? { wrote: false };
}
