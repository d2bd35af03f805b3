import { systemActor } from './actor.ts';
import type { TimerHandler } from './module.ts';
import type { Platform } from './platform.ts';
import type { Row } from './row.ts';
import { transact } from './transact.ts';

type DueTimer = Row<'platform.timers', 'kind' | 'key' | 'customer_id' | 'environment_id'>;

/**
 * Fires every business timer that is due by our clock, each in its own transaction and scope; a timer is gone when
 * its handler has committed, and tried again when it throws: a minute later, then ever more seldom, down to once an hour.
 * A handler that had to wait judges by the state it finds whether its timer still holds. Returns how many fired.
 */
export async function fireDueTimers(
  platform: Platform,
  handlers: Record<string, TimerHandler>,
): Promise<number> {
  const due = await platform.db<DueTimer[]>`
    select kind, key, customer_id as "customerId", environment_id as "environmentId"
    from platform.due_timers(${platform.clock.now().toString()}, 200)`;
  let fired = 0;
  for (const timer of due) {
    const handler = handlers[timer.kind];
    if (handler === undefined) continue;
    try {
      fired += await fire(platform, timer, handler);
    } catch (error) {
      platform.log.error(
        { err: error, kind: timer.kind, key: timer.key },
        'a timer failed; it will try again',
      );
      await postpone(platform, timer, error);
    }
  }
  return fired;
}

async function fire(platform: Platform, timer: DueTimer, handler: TimerHandler): Promise<number> {
  const scope = {
    customerId: timer.customerId ?? undefined,
    environmentId: timer.environmentId ?? undefined,
  };
  return transact(platform, scope, systemActor(`timer:${timer.kind}`), async (work) => {
    // Its row stays free meanwhile: whoever has what the handler waits for may be about to cancel the timer.
    const [claim] = await work.sql<{ ours: boolean }[]>`
      select pg_try_advisory_xact_lock(hashtextextended(${`timer ${timer.kind} ${timer.key}`}, 0)) as ours`;
    if (claim?.ours !== true) return 0;
    // What somebody is changing at this moment waits for the next round; the lock that says so is let go at once.
    await work.sql`savepoint look`;
    const [row] = await work.sql<{ payload: never; version: string }[]>`
      select payload, xmin::text as version from platform.timers
      where kind = ${timer.kind} and key = ${timer.key} and due_at <= ${work.now.toString()}
      for update skip locked`;
    await work.sql`rollback to savepoint look`;
    if (row === undefined) return 0;
    await handler(work, row.payload, timer.key);
    // One that was set anew meanwhile stays, and one that somebody is about to set anew or to cancel is theirs.
    await work.sql`
      delete from platform.timers
      where (kind, key) in (
        select kind, key from platform.timers
        where kind = ${timer.kind} and key = ${timer.key} and xmin::text = ${row.version}
        for update skip locked)`;
    return 1;
  });
}

async function postpone(platform: Platform, timer: DueTimer, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.name : 'error';
  const scope = { customerId: timer.customerId ?? undefined };
  await transact(platform, scope, systemActor(`timer:${timer.kind}`), async (work) => {
    await work.sql`
      update platform.timers
      set attempts = attempts + 1, error = ${reason},
          due_at = ${work.now.toString()}::timestamptz
            + make_interval(mins => least(60, power(2, least(attempts, 6))::int))
      where kind = ${timer.kind} and key = ${timer.key}`;
  });
}
