import { type Database, openDatabase } from '#platform/database.ts';

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

/** Waits until every consumer has caught up, for at most `withinMs`; returns those that have not. */
export async function waitForConsumers(superuserUrl: string, withinMs: number): Promise<string[]> {
  const db = openDatabase(superuserUrl, { max: 1 });
  const deadline = Date.now() + withinMs;
  try {
    for (;;) {
      const behind = await db<{ text: string }[]>`
        select format('%s is %s events behind on %s: %s', c.consumer, s.head - c.sequence, s.id, c.error) as text
        from platform.cursors c join platform.streams s on s.id = c.stream_id where c.sequence < s.head`;
      if (behind.length === 0 || Date.now() > deadline) return behind.map((row) => row.text);
      await new Promise((done) => setTimeout(done, 200));
    }
  } finally {
    await db.end({ timeout: 2 });
  }
}

/** Asks the questions of the whole log. */
export async function verifyLog(superuserUrl: string, more: [string, string][] = []): Promise<LogReport> {
  const db: Database = openDatabase(superuserUrl, { max: 1 });
  try {
    const faults: string[] = [];
    for (const [what, query] of [...questions, ...more]) {
      const found = await db.unsafe(query);
      if (found.length > 0) faults.push(`${what}: ${JSON.stringify(found.slice(0, 5))}`);
    }
    const [totals] = await db<{ streams: number; events: number }[]>`
      select (select count(*) from platform.streams) as streams, (select count(*) from platform.events) as events`;
    return { streams: totals?.streams ?? 0, events: totals?.events ?? 0, faults };
  } finally {
    await db.end({ timeout: 2 });
  }
}
