import type { Database, Tx } from '#platform/database.ts';
import { consumers } from './consumers.ts';
import { effects } from './effects.ts';

/** What the log looked like at the end. */
export interface LogReport {
  streams: number;
  events: number;
  faults: string[];
}

/** Questions whose every answer is a fault: an event lost, numbered twice, or an effect applied twice. */
const questions: [what: string, sql: string][] = [
  [
    'streams whose numbers have holes, or whose head is not their last event',
    `select s.id::text as id, s.head, count(e.sequence)::int as events, coalesce(min(e.sequence), 1) as first,
        coalesce(max(e.sequence), 0) as last
     from platform.streams s left join platform.events e on e.stream_id = s.id
     group by s.id, s.head
     having count(e.sequence) <> s.head or coalesce(max(e.sequence), 0) <> s.head or coalesce(min(e.sequence), 1) <> 1`,
  ],
  [
    'numbers used twice in a stream',
    'select stream_id::text as id, sequence, count(*)::int from platform.events group by 1, 2 having count(*) > 1',
  ],
  [
    'events whose id is used twice',
    'select id::text, count(*)::int from platform.events group by 1 having count(*) > 1',
  ],
  [
    'cursors beyond the head of their stream',
    `select c.consumer, c.stream_id::text as id, c.sequence, s.head from platform.cursors c
     join platform.streams s on s.id = c.stream_id where c.sequence > s.head`,
  ],
];

/** Waits until every consumer has caught up on every stream it follows, for at most `withinMs`; returns what is behind. */
export async function waitForConsumers(sql: Database | Tx, withinMs: number): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const behind = await sql<{ text: string }[]>`
      select format('%s is %s events behind on %s %s: %s', w.consumer, s.head - coalesce(c.sequence, 0), s.kind, s.id,
        case when c.consumer is null then 'it has never begun' else c.error end) as text
      from jsonb_to_recordset(${sql.json(consumers as never)}) as w(consumer text, kinds text[])
      join platform.streams s on s.kind = any (w.kinds)
      left join platform.cursors c on c.consumer = w.consumer and c.stream_id = s.id
      where coalesce(c.sequence, 0) < s.head`;
    if (behind.length === 0 || Date.now() > deadline) return behind.map((row) => row.text);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Asks the questions of the whole log. */
export async function verifyLog(sql: Database | Tx): Promise<LogReport> {
  const faults: string[] = [];
  for (const [what, query] of [...questions, ...effects]) {
    const found = await sql.unsafe(query);
    if (found.length > 0) faults.push(`${what}: ${JSON.stringify(found.slice(0, 5))}`);
  }
  const [totals] = await sql<{ streams: number; events: number }[]>`
    select (select count(*) from platform.streams) as streams, (select count(*) from platform.events) as events`;
  return { streams: totals?.streams ?? 0, events: totals?.events ?? 0, faults };
}
