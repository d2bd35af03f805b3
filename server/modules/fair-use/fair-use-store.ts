import type { FairUsePolicyBody, UsageMeter } from '#contract/fair-use.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { Totals } from './policy.ts';

export interface Count {
  customerId: string;
  environmentId: string;
  day: string;
  meter: UsageMeter;
  quantity: number;
}

export interface StoredPolicy extends FairUsePolicyBody {
  version: number;
  setAt: Temporal.Instant;
  setBy: string;
}

export type DayRow = Row<'fair_use.daily', 'day' | 'calls' | 'messages' | 'rows' | 'counted_at' | 'within'>;

/** The totals of one environment after a batch was taken in. */
export interface BatchTotals extends Totals {
  customerId: string;
  environmentId: string;
  dayOf: string;
}

interface TotalsRow {
  calls: number;
  messages: number;
  rows: number;
  monthCalls: number;
  monthMessages: number;
  monthRows: number;
}

const toTotals = (row: TotalsRow): Totals => ({
  day: { calls: row.calls, messages: row.messages, rows: row.rows },
  month: { calls: row.monthCalls, messages: row.monthMessages, rows: row.monthRows },
});

/** Takes one batch of counts in, exactly once by its name; a batch that is known already changes nothing. */
export async function takeBatch(
  db: Database,
  name: { node: string; boot: string; sequence: number },
  counts: Count[],
): Promise<BatchTotals[]> {
  const rows = counts.map((count) => ({
    customer_id: count.customerId,
    environment_id: count.environmentId,
    day: count.day,
    meter: count.meter,
    quantity: count.quantity,
  }));
  const taken = await db.begin(
    (sql) => sql<(TotalsRow & { customerId: string; environmentId: string; day: string })[]>`
      select customer_id as "customerId", environment_id as "environmentId", day, calls, messages, rows,
             month_calls as "monthCalls", month_messages as "monthMessages", month_rows as "monthRows"
      from fair_use.take_batch(${name.node}, ${name.boot}, ${name.sequence}, ${sql.json(rows as never)})`,
  );
  return taken.map((row) => ({
    customerId: row.customerId,
    environmentId: row.environmentId,
    dayOf: row.day,
    ...toTotals(row),
  }));
}

/** Adds to one environment's day within a transaction that has its scope. */
export async function addToDay(sql: Tx, count: Count): Promise<void> {
  const of = (meter: UsageMeter) => (count.meter === meter ? count.quantity : 0);
  await sql`
    insert into fair_use.daily as d (customer_id, environment_id, day, calls, messages, rows)
    values (${count.customerId}, ${count.environmentId}, ${count.day}, ${of('calls')}, ${of('messages')}, ${of('rows')})
    on conflict (environment_id, day) do update
    set calls = d.calls + excluded.calls, messages = d.messages + excluded.messages, rows = d.rows + excluded.rows`;
}

/** What an environment used on a day and in its month up to that day. */
export async function totalsOf(sql: Tx, environmentId: string, day: string): Promise<Totals> {
  const [row] = await sql<TotalsRow[]>`
    select coalesce(sum(calls) filter (where day = ${day}), 0)::bigint as calls,
           coalesce(sum(messages) filter (where day = ${day}), 0)::bigint as messages,
           coalesce(sum(rows) filter (where day = ${day}), 0)::bigint as rows,
           coalesce(sum(calls), 0)::bigint as "monthCalls", coalesce(sum(messages), 0)::bigint as "monthMessages",
           coalesce(sum(rows), 0)::bigint as "monthRows"
    from fair_use.daily
    where environment_id = ${environmentId} and day between date_trunc('month', ${day}::date)::date and ${day}`;
  return toTotals(row ?? { calls: 0, messages: 0, rows: 0, monthCalls: 0, monthMessages: 0, monthRows: 0 });
}

export async function daysBetween(
  sql: Tx,
  environmentId: string,
  from: string,
  to: string,
): Promise<DayRow[]> {
  return sql<DayRow[]>`
    select day, calls, messages, rows, counted_at as "countedAt", within
    from fair_use.daily where environment_id = ${environmentId} and day between ${from} and ${to} order by day`;
}

/** Closes a day, making its row when nothing was used. */
export async function closeDay(
  sql: Tx,
  day: {
    customerId: string;
    environmentId: string;
    day: string;
    within: boolean | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into fair_use.daily as d (customer_id, environment_id, day, counted_at, counted_total, within)
    values (${day.customerId}, ${day.environmentId}, ${day.day}, ${day.now.toString()}, 0, ${day.within})
    on conflict (environment_id, day) do update
    set counted_at = excluded.counted_at, counted_total = d.calls + d.messages + d.rows, within = excluded.within`;
}

/** Closed days whose counts have grown since, because a batch came late. */
export async function changedDays(sql: Tx, environmentId: string): Promise<string[]> {
  const found = await sql<{ day: string }[]>`
    select day from fair_use.daily
    where environment_id = ${environmentId} and counted_at is not null and counted_total <> calls + messages + rows
    order by day limit 60`;
  return found.map((row) => row.day);
}

/** Begins to count an environment's days; false when that was begun before. */
export async function beginMetering(
  sql: Tx,
  customerId: string,
  environmentId: string,
  today: string,
): Promise<boolean> {
  const made = await sql`
    insert into fair_use.metered (customer_id, environment_id, since, next_day)
    values (${customerId}, ${environmentId}, ${today}, ${today}) on conflict do nothing returning 1`;
  return made.length > 0;
}

/** The first day of an environment that is not closed yet, locked. */
export async function nextOpenDay(sql: Tx, environmentId: string): Promise<string | undefined> {
  const [row] = await sql<{ nextDay: string }[]>`
    select next_day as "nextDay" from fair_use.metered where environment_id = ${environmentId} for update`;
  return row?.nextDay;
}

export async function setNextOpenDay(sql: Tx, environmentId: string, day: string): Promise<void> {
  await sql`update fair_use.metered set next_day = ${day} where environment_id = ${environmentId}`;
}

/** Notes a threshold; false when it fired in this period before. */
export async function insertThreshold(
  sql: Tx,
  one: {
    customerId: string;
    environmentId: string;
    meter: UsageMeter;
    periodStart: string;
    percent: number;
    now: Temporal.Instant;
  },
): Promise<boolean> {
  const made = await sql`
    insert into fair_use.thresholds (customer_id, environment_id, meter, period_start, percent, reached_at)
    values (${one.customerId}, ${one.environmentId}, ${one.meter}, ${one.periodStart}, ${one.percent},
      ${one.now.toString()})
    on conflict do nothing returning 1`;
  return made.length > 0;
}

export async function thresholdsSince(sql: Tx, environmentId: string, from: string) {
  return sql<
    (Row<'fair_use.thresholds', 'meter' | 'percent' | 'period_start' | 'reached_at'> & {
      meter: UsageMeter;
    })[]
  >`
    select meter, percent, period_start as "periodStart", reached_at as "reachedAt"
    from fair_use.thresholds
    where environment_id = ${environmentId} and period_start >= date_trunc('month', ${from}::date)::date
    order by reached_at limit 500`;
}

/** The policy in force: the newest; undefined until the vendor has set one. */
export async function newestPolicy(sql: Tx | Database): Promise<StoredPolicy | undefined> {
  const [row] = await sql<
    (Row<'fair_use.policies', 'version' | 'set_at' | 'set_by_name' | 'body'> & { body: FairUsePolicyBody })[]
  >`select version, set_at as "setAt", set_by_name as "setByName", body
    from fair_use.policies order by version desc limit 1`;
  return row === undefined
    ? undefined
    : { ...row.body, version: row.version, setAt: row.setAt, setBy: row.setByName };
}

export async function insertPolicy(
  sql: Tx,
  policy: FairUsePolicyBody,
  setBy: string,
  now: Temporal.Instant,
): Promise<number> {
  const [row] = await sql<{ version: number }[]>`
    insert into fair_use.policies (set_at, set_by_name, body)
    values (${now.toString()}, ${setBy}, ${sql.json(policy as never)}) returning version`;
  return row?.version ?? 0;
}

/** Forgets the names of batches from more than 60 days ago; what they counted stays. */
export async function pruneBatches(sql: Tx): Promise<void> {
  await sql`delete from fair_use.batches where taken_at < clock_timestamp() - interval '60 days'`;
}

/** A day's usage of all environments, heaviest first, for staff. */
export async function dayAcross(db: Database, day: string, limit: number) {
  const found = await db<
    (TotalsRow & {
      customerId: string;
      customerCode: string;
      customerName: string;
      headCount: number | null;
      environmentKind: 'sandbox' | 'production';
    })[]
  >`
    select customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName",
           head_count as "headCount", environment_kind as "environmentKind", calls, messages, rows,
           month_calls as "monthCalls", month_messages as "monthMessages", month_rows as "monthRows"
    from fair_use.day_across_customers(${day}, ${limit})`;
  return found.map((row) => ({ ...row, totals: toTotals(row) }));
}
