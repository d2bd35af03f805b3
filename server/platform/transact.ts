import { type Actor, actorReference } from './actor.ts';
import { noteCommit, refuseGivenUp, statementLimit } from './bounds.ts';
import type { Database, Tx } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import type { Json } from './json.ts';
import { type OutgoingMail, storeOutgoing } from './mail.ts';
import type { Platform } from './platform.ts';
import { traced } from './telemetry.ts';

/** Whose rows a transaction may see and change; row-level security holds it to that. */
export interface Scope {
  customerId?: string | undefined;
  environmentId?: string | undefined;
}

/** A business timer under our own clock. The same kind and key replaces. */
export interface NewTimer {
  kind: string;
  key: string;
  dueAt: Temporal.Instant;
  payload?: Json;
}

export interface AuditEntry {
  action: string;
  subject?: string;
  detail?: { [key: string]: Json | undefined };
}

/** One transaction of one action: its rows, events, audit entries, jobs and mail commit together or not at all. */
export interface Work {
  platform: Platform;
  sql: Tx;
  actor: Actor;
  scope: Scope;
  now: Temporal.Instant;
  /** Adds a fact; all facts are appended as the last statements before commit. */
  emit(streamId: string, event: NewEvent): void;
  /** Adds an entry to the audit trail; its detail holds no P1 name and no P2–P4 value. */
  audit(entry: AuditEntry): void;
  /** Adds a background job; a job with the same key that has not started is replaced. */
  enqueue(job: string, payload: Json, options?: { key?: string; runAt?: Temporal.Instant }): void;
  schedule(timer: NewTimer): Promise<void>;
  cancelTimer(kind: string, key: string): Promise<void>;
  /** Puts a mail into the outbox and returns its id; a job sends it after commit. */
  mail(mail: OutgoingMail): Promise<string>;
}

interface QueuedJob {
  job: string;
  payload: Json;
  key: string | null;
  runAt: string | null;
}

/**
 * Runs `fn` in one transaction as the application role, scoped to a customer and an environment. A throw rolls all
 * of it back, and so does the request being given up meanwhile. The scope takes no round trip of its own, nor does each of
 * what is flushed; begin and commit do.
 */
export async function transact<T>(
  platform: Platform,
  scope: Scope,
  actor: Actor,
  fn: (work: Work) => Promise<T>,
): Promise<T> {
  let grew = false;
  const run = async (sql: Tx) => {
    refuseGivenUp();
    setScope(sql, scope);
    const facts = new Map<string, NewEvent[]>();
    const entries: AuditEntry[] = [];
    const jobs: QueuedJob[] = [];
    const now = platform.clock.now();
    const work: Work = {
      platform,
      sql,
      actor,
      scope,
      now,
      emit: (streamId, event) => {
        const stream = facts.get(streamId);
        if (stream === undefined) facts.set(streamId, [event]);
        else stream.push(event);
      },
      audit: (entry) => void entries.push(entry),
      enqueue: (job, payload, options = {}) =>
        void jobs.push({ job, payload, key: options.key ?? null, runAt: options.runAt?.toString() ?? null }),
      schedule: (timer) => scheduleTimer(sql, scope, timer),
      cancelTimer: (kind, key) => cancelTimer(sql, kind, key),
      mail: (mail) => storeOutgoing(work, mail),
    };
    const value = await fn(work);
    await flush(work, entries, jobs, facts);
    noteCommit();
    grew = facts.size > 0;
    return value;
  };
  const result = await traced('transaction', attributesOf(scope), () => platform.db.begin(run));
  // Only then: a consumer that found a stream held by another worker would wake itself for as long as it is held.
  if (grew) platform.wake();
  return result as T;
}

function attributesOf({ customerId, environmentId }: Scope): Record<string, string> {
  return {
    ...(customerId === undefined ? {} : { 'fairlead.customer': customerId }),
    ...(environmentId === undefined ? {} : { 'fairlead.environment': environmentId }),
  };
}

/** Runs reads in one read-only transaction with the scope set. */
export async function read<T>(platform: Platform, scope: Scope, fn: (sql: Tx) => Promise<T>): Promise<T> {
  return (await platform.db.begin('read only', async (sql) => {
    refuseGivenUp();
    setScope(sql, scope);
    return fn(sql);
  })) as T;
}

/** Runs the platform's own statements in a transaction with the scope set: no actor, no facts, no request behind it. */
export async function withinScope<T>(db: Database, scope: Scope, fn: (sql: Tx) => Promise<T>): Promise<T> {
  return (await db.begin(async (sql) => {
    setScope(sql, scope);
    return fn(sql);
  })) as T;
}

/** As read, but every query of `fn` sees the records as they were at the first one, whatever is written meanwhile. */
export async function snapshot<T>(platform: Platform, scope: Scope, fn: (sql: Tx) => Promise<T>): Promise<T> {
  return (await platform.db.begin('isolation level repeatable read read only', async (sql) => {
    refuseGivenUp();
    setScope(sql, scope);
    return fn(sql);
  })) as T;
}

/** Sent without waiting: it travels with the first query, and a failure of it fails that query too. */
function setScope(sql: Tx, scope: Scope): void {
  const customer = scope.customerId ?? '';
  const environment = scope.environmentId ?? '';
  const limitMs = statementLimit();
  const sent =
    limitMs === undefined
      ? sql`select set_config('app.customer', ${customer}, true), set_config('app.environment', ${environment}, true)`
      : sql`select set_config('app.customer', ${customer}, true), set_config('app.environment', ${environment}, true),
                   set_config('statement_timeout', ${String(limitMs)}, true)`;
  sent.execute().catch(() => {});
}

/**
 * Audit, then jobs, then events with the streams in a fixed order, so that two writers of the same streams never
 * wait for each other in a ring. It always sends at least one statement: in a transaction that has failed unseen,
 * commit would resolve with the tag ROLLBACK, but a statement fails.
 */
async function flush(
  work: Work,
  entries: AuditEntry[],
  jobs: QueuedJob[],
  facts: Map<string, NewEvent[]>,
): Promise<void> {
  const { sql, actor, scope, now } = work;
  const sent: Promise<unknown>[] = [];
  if (entries.length > 0) {
    const rows = entries.map((entry) => ({
      action: entry.action,
      subject: entry.subject ?? null,
      detail: entry.detail ?? {},
    }));
    sent.push(
      sql`insert into platform.audit (at, actor, customer_id, environment_id, action, subject, detail)
          select ${now.toString()}, ${sql.json(actorReference(actor))}, ${scope.customerId ?? null},
                 ${scope.environmentId ?? null}, row.action, row.subject, row.detail
          from jsonb_to_recordset(${sql.json(rows as never)}) as row(action text, subject text, detail jsonb)`.execute(),
    );
  }
  if (jobs.length > 0) sent.push(sql`select platform.add_jobs(${sql.json(jobs as never)})`.execute());
  for (const streamId of [...facts.keys()].sort())
    sent.push(appendEvents(sql, streamId, actor, facts.get(streamId) ?? [], now));
  if (sent.length === 0) sent.push(sql`select 1`.execute());
  const settled = await Promise.allSettled(sent);
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
}

async function scheduleTimer(sql: Tx, scope: Scope, timer: NewTimer): Promise<void> {
  await sql`
    insert into platform.timers (kind, key, due_at, customer_id, environment_id, payload)
    values (${timer.kind}, ${timer.key}, ${timer.dueAt.toString()}, ${scope.customerId ?? null},
            ${scope.environmentId ?? null}, ${sql.json((timer.payload ?? null) as never)})
    on conflict (kind, key) do update
    set due_at = excluded.due_at, payload = excluded.payload, attempts = 0, error = null`;
}

async function cancelTimer(sql: Tx, kind: string, key: string): Promise<void> {
  await sql`delete from platform.timers where kind = ${kind} and key = ${key}`;
}
