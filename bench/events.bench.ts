import { systemActor } from '#platform/actor.ts';
import { startConsumers } from '#platform/consume.ts';
import { openDatabase } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read as readFrom, transact } from '#platform/transact.ts';
import { openTestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { until } from '#testing/until.ts';
import { median } from './bench-database.ts';
import type { BenchOptions, BenchResult } from './run.ts';

interface Tenant {
  customerId: string;
  environmentId: string;
}

const clients = 16;
const environments = 16;
const actor = systemActor('bench');
const fields = {
  kind: 'update',
  fields: ['departmentCode'],
  classes: ['P1'],
  values: { departmentCode: { old: 'OPS', new: 'WHSE' } },
};

/**
 * Changes appended with their events through the product's own transaction, while three consumers read them, against
 * plain inserts of the same rows by the same clients in the same batches; rounds in turns, median of the ratios.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const t = await openTestDatabase();
  try {
    await t.owner.unsafe(`
      create schema bench;
      create table bench.changes (environment_id uuid not null, id uuid not null, customer_id uuid not null,
        subject text not null, field text not null, value text not null, recorded_at timestamptz not null,
        primary key (environment_id, id));
      select platform.protect_environment('bench.changes');
      select platform.grant_app('bench');
      create table bench.plain_changes (like bench.changes including all);
      create table bench.plain_events (like platform.events including all);
      grant all on bench.plain_changes, bench.plain_events to fairlead_app;`);
    const db = openDatabase(t.ownerUrl, { max: clients + 4, role: 'fairlead_app' });
    const platform: Platform = { ...t.platform, db };
    const tenants: Tenant[] = [];
    for (let i = 0; i < environments; i++) {
      const made = await makeCustomer(t.platform);
      tenants.push({ customerId: made.customerId, environmentId: made.sandboxId });
    }
    const ratios: Record<string, number> = {};
    const rows: BenchResult['rows'] = [];
    for (const batch of [1, 500]) {
      const transactions = quick ? clients * 2 : batch === 1 ? 6_000 : 192;
      const found: number[] = [];
      const rates: { ours: number; plain: number }[] = [];
      for (let round = 0; round < (quick ? 1 : 8); round++) {
        // Whoever goes second finds a warmer machine and longer tables: they take turns.
        const first =
          round % 2 === 0 ? await plainInserts(platform, tenants, batch, transactions) : undefined;
        const ours = await changesWithEvents(platform, tenants, batch, transactions);
        const plain = first ?? (await plainInserts(platform, tenants, batch, transactions));
        rates.push({ ours, plain });
        found.push(ours / plain);
      }
      ratios[`batch${batch}`] = Number(median(found).toFixed(3));
      rows.push({
        batch,
        'changes/s, appended and read 3×': Math.round(median(rates.map((one) => one.ours))),
        'plain inserts/s': Math.round(median(rates.map((one) => one.plain))),
        ratio: ratios[`batch${batch}`] ?? 0,
      });
    }
    await db.end();
    return { ratios, targets: { batch1: 0.5, batch500: 0.5 }, rows };
  } finally {
    await t.close();
  }
}

async function changesWithEvents(
  platform: Platform,
  tenants: Tenant[],
  batch: number,
  transactions: number,
): Promise<number> {
  const read = [0, 0, 0];
  const before = await heads(platform);
  const changesBefore = await changesIn(platform, tenants);
  let wake = () => {};
  const following = { ...platform, wake: () => wake() };
  const name = uuidv7();
  const consumers = [0, 1, 2].map((which) => ({
    name: `bench-${name}-${which}`,
    kinds: ['environment' as const],
    handle: async (_work: unknown, events: unknown[]) => {
      read[which] = (read[which] ?? 0) + events.length;
    },
  }));
  for (const consumer of consumers)
    await platform.db`
      insert into platform.cursors (consumer, stream_id, sequence)
      select ${consumer.name}, h.id, h.head from platform.stream_heads() h where h.kind = 'environment'`;
  const running = startConsumers(following, consumers, (listener) => {
    wake = listener;
  });
  const started = performance.now();
  await drive(tenants, transactions, (tenant) =>
    transact(following, tenant, actor, async (work) => {
      const changes = Array.from({ length: batch }, () => change(tenant));
      work.sql`insert into bench.changes ${work.sql(changes)}`.execute().catch(() => {});
      for (const one of changes)
        work.emit(tenant.environmentId, {
          type: 'employment.updated',
          subject: { employmentId: one.id },
          data: { change: fields },
        });
    }),
  );
  const total = transactions * batch;
  await until(() => read.every((count) => count >= total), {
    deadlineMs: 120_000,
    what: 'all consumers have caught up',
  });
  const seconds = (performance.now() - started) / 1000;
  await running.stop();
  if ((await heads(platform)) - before !== total || read.some((count) => count !== total))
    throw new Error('the log does not hold, or the consumers did not read, exactly what was written');
  const changes = (await changesIn(platform, tenants)) - changesBefore;
  if (changes !== total) throw new Error(`${changes} of ${total} changes were written`);
  return total / seconds;
}

async function plainInserts(
  platform: Platform,
  tenants: Tenant[],
  batch: number,
  transactions: number,
): Promise<number> {
  let sequence = Date.now() * 1000;
  const before = await plainRows(platform);
  const started = performance.now();
  await drive(tenants, transactions, (tenant) =>
    platform.db.begin(async (sql) => {
      const changes = Array.from({ length: batch }, () => change(tenant));
      const events = changes.map((one) => ({
        stream_id: tenant.environmentId,
        sequence: ++sequence,
        recorded_at: one.recorded_at,
        id: uuidv7(),
        type: 'employment.updated',
        subject: sql.json({ employmentId: one.id }),
        data: sql.json({ change: fields }),
        effective_from: null,
        actor: sql.json({ kind: 'system', id: 'bench' }),
        source: sql.json({}),
      }));
      await Promise.all([
        sql`insert into bench.plain_changes ${sql(changes)}`,
        sql`insert into bench.plain_events ${sql(events as never)}`,
      ]);
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const total = transactions * batch;
  const after = await plainRows(platform);
  if (after.changes - before.changes !== total || after.events - before.events !== total)
    throw new Error(`the base line did not write ${total} changes with their events`);
  return total / seconds;
}

async function plainRows(platform: Platform): Promise<{ changes: number; events: number }> {
  const [row] = await platform.db<{ changes: number; events: number }[]>`
    select (select count(*) from bench.plain_changes)::int as changes,
      (select count(*) from bench.plain_events)::int as events`;
  return row ?? { changes: 0, events: 0 };
}

async function changesIn(platform: Platform, tenants: Tenant[]): Promise<number> {
  let count = 0;
  for (const tenant of tenants) {
    const [row] = await readFrom(
      platform,
      tenant,
      (sql) => sql<{ count: number }[]>`select count(*)::int as count from bench.changes`,
    );
    count += row?.count ?? 0;
  }
  return count;
}

async function drive(
  tenants: Tenant[],
  transactions: number,
  one: (tenant: Tenant) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let i = next++; i < transactions; i = next++) await one(tenants[i % tenants.length] as Tenant);
    }),
  );
}

async function heads(platform: Platform): Promise<number> {
  const [row] = await platform.db<{ sum: number }[]>`
    select coalesce(sum(head), 0)::bigint as sum from platform.stream_heads() where kind = 'environment'`;
  return row?.sum ?? 0;
}

function change(tenant: Tenant) {
  return {
    environment_id: tenant.environmentId,
    id: uuidv7(),
    customer_id: tenant.customerId,
    subject: 'KOW01/000123',
    field: 'departmentCode',
    value: 'WHSE',
    recorded_at: new Date().toISOString(),
  };
}
