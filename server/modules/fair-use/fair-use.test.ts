import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { UsageMeter } from '#contract/fair-use.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { until } from '#testing/until.ts';
import { takeBatch } from './fair-use-store.ts';
import { admitCall, countUsage, fairUse } from './index.ts';
import { forgetPolicy } from './policy-in-force.ts';
import { createUsageMeter, usageMeter } from './usage-meter.ts';

type Made = Awaited<ReturnType<typeof makeCustomer>>;
let t: TestDatabase;
let server: TestServer;
let director: Actor;
let auditor: Actor;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [fairUse]);
  director = await makePerson(t.platform, { roles: ['commercial-director'] });
  auditor = await makePerson(t.platform, { roles: ['auditor'] });
});
after(async () => {
  await server?.close();
  await t?.close();
});

const day = () => t.platform.clock.today(t.platform.config.vendor.timeZone).toString();
const usageFolder = () => join(t.platform.config.server.dataDir, 'usage');

/** Leaves a segment that was last written some time ago. */
function leave(file: string, text: string, secondsAgo = 120): void {
  mkdirSync(usageFolder(), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, Date.now() / 1000 - secondsAgo, Date.now() / 1000 - secondsAgo);
}

async function ledger(made: Made, of = day()): Promise<Record<UsageMeter, number>> {
  const [row] = await read(
    t.platform,
    scopeOf(made),
    (sql) =>
      sql<Record<UsageMeter, number>[]>`
      select calls, messages, rows from fair_use.daily where environment_id = ${made.sandboxId} and day = ${of}`,
  );
  return row ?? { calls: 0, messages: 0, rows: 0 };
}

function scopeOf(made: Made) {
  return { customerId: made.customerId, environmentId: made.sandboxId };
}

async function eventsOf(made: Made, type: string) {
  const events = await read(t.platform, scopeOf(made), (sql) => readEvents(sql, made.sandboxId, 0, 500));
  return events.filter((event) => event.type === type);
}

const usagePath = (made: Made, rest = '') =>
  `/api/customers/${showId('cus', made.customerId)}/environments/sandbox/usage${rest}`;

test('what is counted is in the ledger exactly, whatever the mix of environments and meters', async () => {
  const made = [await makeCustomer(t.platform), await makeCustomer(t.platform)];
  const expected = made.map(() => ({ calls: 0, messages: 0, rows: 0 }));
  const uses = fc.sample(
    fc.tuple(
      fc.nat({ max: 1 }),
      fc.constantFrom('calls', 'messages', 'rows'),
      fc.integer({ min: 1, max: 9 }),
    ),
    1_700,
  );
  for (const [whose, meter, quantity] of uses) {
    const one = made[whose] as Made;
    countUsage(t.platform, { ...scopeOf(one), meter: meter as UsageMeter, quantity });
    const sums = expected[whose];
    if (sums !== undefined) sums[meter as UsageMeter] += quantity;
  }
  await usageMeter(t.platform).flush();
  assert.deepEqual({ ...(await ledger(made[0] as Made)) }, expected[0]);
  assert.deepEqual({ ...(await ledger(made[1] as Made)) }, expected[1]);
  assert.deepEqual(readdirSync(usageFolder()), [], 'what is in the ledger is not kept on disk');
});

test('the same batch handed in twice, also at the same time, is counted once', async () => {
  const made = await makeCustomer(t.platform);
  const name = { node: 'a', boot: uuidv7(), sequence: 1 };
  const counts = [{ ...scopeOf(made), day: day(), meter: 'calls' as const, quantity: 7 }];
  await Promise.all([1, 2, 3].map(() => takeBatch(t.platform.db, name, counts)));
  await takeBatch(t.platform.db, { ...name, sequence: 2 }, counts);
  assert.equal((await ledger(made)).calls, 14);
});

test('what a killed process had counted is taken in by the next, once, and a line cut off is not', async () => {
  const made = await makeCustomer(t.platform);
  const line = `${made.customerId} ${made.sandboxId} ${day()} calls 1\n`;
  const boot = uuidv7();
  const file = join(usageFolder(), `${process.pid}.${boot}.4.usage`);
  leave(file, `gone\n${line}${line}${line}${line.slice(0, 40)}`);
  await createUsageMeter(t.platform).recover();
  assert.equal((await ledger(made)).calls, 3);
  assert.deepEqual(readdirSync(usageFolder()), []);
  leave(file, `gone\n${line}${line}${line}`);
  await createUsageMeter(t.platform).recover();
  assert.equal((await ledger(made)).calls, 3, 'killed between the ledger and the removal of its file');
});

test('a damaged line, head or file keeps nothing else from being counted, and is set aside', async () => {
  const made = await makeCustomer(t.platform);
  const line = (quantity: string, on = day(), meter = 'calls') =>
    `${made.customerId} ${made.sandboxId} ${on} ${meter} ${quantity}\n`;
  const segment = (sequence: number) => join(usageFolder(), `${process.pid}.${uuidv7()}.${sequence}.usage`);
  const damaged = segment(1);
  const bad = [
    line('1', '2026-13-01'),
    line('0'),
    line('-4'),
    line('1', day(), 'minutes'),
    `${made.sandboxId} calls 1\n`,
    '\0\0\0\n',
  ];
  leave(damaged, `gone\n${line('2')}${bad.join('')}${line('3')}`);
  const headless = segment(2);
  leave(headless, `${line('100')}${line('100')}`);
  mkdirSync(segment(0), { recursive: true });
  leave(segment(3), `gone\n${line('5')}`);
  await createUsageMeter(t.platform).recover();
  assert.equal((await ledger(made)).calls, 10);
  assert.equal(readFileSync(`${damaged}.damaged`, 'utf8'), `gone\n${bad.join('')}`);
  assert.equal(readFileSync(`${headless}.damaged`, 'utf8'), `${line('100')}${line('100')}`);
  await createUsageMeter(t.platform).recover();
  assert.equal((await ledger(made)).calls, 10);
  rmSync(usageFolder(), { recursive: true });
});

test('a segment whose process id another process has by now is taken in too, and one that may still be written is not', async () => {
  const made = await makeCustomer(t.platform);
  const line = `${made.customerId} ${made.sandboxId} ${day()} calls 1\n`;
  const segment = (pid: number) => join(usageFolder(), `${pid}.${uuidv7()}.1.usage`);
  const dead = spawnSync(process.execPath, ['--version']).pid;
  leave(segment(process.ppid), `${hostname()}\n${line}`);
  leave(segment(dead), `${hostname()}\n${line.replace('calls 1', 'calls 10')}`, 0);
  for (const [pid, node] of [
    [process.ppid, hostname()],
    [dead, 'another-machine'],
  ] as const)
    leave(segment(pid), `${node}\n${line.replace('calls 1', 'calls 100')}`, 5);
  await createUsageMeter(t.platform).recover();
  assert.equal((await ledger(made)).calls, 11);
  assert.equal(readdirSync(usageFolder()).length, 2);
  rmSync(usageFolder(), { recursive: true });
});

test('what is counted while the ledger holds up a batch goes into a segment of its own', async () => {
  const made = await makeCustomer(t.platform);
  const held = Promise.withResolvers<void>();
  const db = new Proxy(t.platform.db, {
    get: (target, name) =>
      name !== 'begin'
        ? Reflect.get(target, name)
        : async (...args: unknown[]) => {
            await held.promise;
            return (target.begin as (...all: unknown[]) => Promise<unknown>)(...args);
          },
  });
  const meter = createUsageMeter({ ...t.platform, db });
  const one = { ...scopeOf(made), meter: 'calls' as const, quantity: 1 };
  const flushed: Promise<void>[] = [];
  for (let n = 0; n < 3; n++) {
    meter.count(one);
    flushed.push(meter.flush());
  }
  const texts = readdirSync(usageFolder()).map((file) => readFileSync(join(usageFolder(), file), 'utf8'));
  assert.deepEqual(
    texts.map((text) => text.split('\n').length - 2),
    [1, 1, 1],
  );
  held.resolve();
  await Promise.all(flushed);
  assert.equal((await ledger(made)).calls, 3);
});

test('a worker without a web door takes in what was left behind as well', async () => {
  const made = await makeCustomer(t.platform);
  const line = `${made.customerId} ${made.sandboxId} ${day()} messages 4\n`;
  leave(join(usageFolder(), `${process.pid}.${uuidv7()}.1.usage`), `gone\n${line}`);
  const loops = (fairUse.loops?.(t.platform) ?? []).map((loop) => loop.start());
  try {
    await until(async () => (await ledger(made)).messages === 4);
  } finally {
    for (const loop of loops) await loop.stop();
  }
});

test('a batch that the database refuses is kept and counted once when it answers again', async () => {
  const made = await makeCustomer(t.platform);
  let broken = true;
  const db = new Proxy(t.platform.db, {
    get: (target, name) => {
      if (name !== 'begin' || !broken) return Reflect.get(target, name);
      return async (...args: unknown[]) => {
        broken = false;
        await (target.begin as (...all: unknown[]) => Promise<unknown>)(...args);
        throw new Error('the connection was lost after the commit');
      };
    },
  });
  const meter = createUsageMeter({ ...t.platform, db });
  meter.count({ ...scopeOf(made), meter: 'calls', quantity: 5 });
  await meter.flush();
  assert.equal(readdirSync(usageFolder()).length, 1, 'kept on disk until the ledger has it for sure');
  await meter.flush();
  assert.equal((await ledger(made)).calls, 5);
  assert.deepEqual(readdirSync(usageFolder()), []);
});

test('rows of applied files count once each, with the cursor of the log', async () => {
  const made = await makeCustomer(t.platform);
  await transact(t.platform, scopeOf(made), systemActor('test'), async (work) => {
    for (const accepted of [3, 4])
      work.emit(made.sandboxId, { type: 'transfer.applied', subject: {}, data: { rows: 10, accepted } });
  });
  await runConsumers(t.platform, fairUse.consumers?.(t.platform) ?? []);
  await runConsumers(t.platform, fairUse.consumers?.(t.platform) ?? []);
  assert.equal((await ledger(made)).rows, 7);
});

test('rows count on the day on which their file was applied, however late that is heard of', async () => {
  const made = await makeCustomer(t.platform);
  const first = day();
  const start = t.platform.clock.now();
  const apply = () =>
    transact(t.platform, scopeOf(made), systemActor('test'), async (work) =>
      work.emit(made.sandboxId, { type: 'transfer.applied', subject: {}, data: { accepted: 6 } }),
    );
  await apply();
  t.platform.clock.set(start.add({ hours: 48 }));
  await apply();
  await runConsumers(t.platform, fairUse.consumers?.(t.platform) ?? []);
  assert.deepEqual([(await ledger(made, first)).rows, (await ledger(made)).rows], [6, 6]);
  const [metered] = await read(
    t.platform,
    scopeOf(made),
    (sql) => sql`select since from fair_use.metered where environment_id = ${made.sandboxId}`,
  );
  assert.equal(metered?.['since'], first, 'the days in between are closed too');
  t.platform.clock.set(start);
});

test('each day is closed once it has ended, also days without usage, and closed again when a batch came late', async () => {
  const made = await makeCustomer(t.platform);
  const start = t.platform.clock.now();
  const first = day();
  await transact(t.platform, scopeOf(made), systemActor('test'), async (work) =>
    work.emit(made.sandboxId, { type: 'test.happened', subject: {} }),
  );
  await runConsumers(t.platform, fairUse.consumers?.(t.platform) ?? []);
  countUsage(t.platform, { ...scopeOf(made), meter: 'calls', quantity: 2 });
  await usageMeter(t.platform).flush();
  t.platform.clock.set(start.add({ hours: 72 }));
  const timers = fairUse.timers?.(t.platform) ?? {};
  await fireDueTimers(t.platform, timers);
  const counted = await eventsOf(made, 'fair_use.day_counted');
  assert.deepEqual(
    counted.slice(0, 3).map((event) => [event.data['day'], event.data['calls'], event.data['within']]),
    [0, 1, 2].map((n) => [Temporal.PlainDate.from(first).add({ days: n }).toString(), n === 0 ? 2 : 0, true]),
  );
  await takeBatch(t.platform.db, { node: 'late', boot: uuidv7(), sequence: 1 }, [
    { ...scopeOf(made), day: first, meter: 'calls', quantity: 1 },
  ]);
  t.platform.clock.set(start.add({ hours: 96 }));
  await fireDueTimers(t.platform, timers);
  t.platform.clock.set(start);
  const corrected = (await eventsOf(made, 'fair_use.day_counted')).filter((event) => event.data['corrected']);
  assert.deepEqual(
    corrected.map((event) => [event.data['day'], event.data['calls']]),
    [[first, 3]],
  );
});

test('the policy is set by its owners only, and a threshold then fires once per period', async () => {
  const made = await makeCustomer(t.platform);
  const body = {
    burst: { perMinute: 60, burst: 10 },
    meters: [{ meter: 'calls', period: 'day', base: 10, perHead: 0 }],
  };
  const developer = await makePerson(t.platform, { roles: ['developer'], customerId: made.customerId });
  assert.equal((await server.as(null).get('/api/fair-use/policy')).statusCode, 401);
  assert.equal((await server.as(developer).get('/api/fair-use/policy')).json().policy, null);
  assert.equal((await server.as(null).put('/api/fair-use/policy', body)).statusCode, 401);
  assert.equal((await server.as(auditor).put('/api/fair-use/policy', body)).statusCode, 403);
  assert.equal((await server.as(developer).put('/api/fair-use/policy', body)).statusCode, 403);
  const twice = { ...body, meters: [...body.meters, ...body.meters] };
  assert.equal((await server.as(director).put('/api/fair-use/policy', twice)).statusCode, 400);
  const set = await server.as(director).put('/api/fair-use/policy', body);
  assert.equal(set.json().policy.version, 1, set.body);
  const threshold = async (quantity: number) => {
    countUsage(t.platform, { ...scopeOf(made), meter: 'calls', quantity });
    await usageMeter(t.platform).flush();
    return (await eventsOf(made, 'fair_use.threshold_reached')).map((event) => event.data['percent']);
  };
  assert.deepEqual(await threshold(6), []);
  assert.deepEqual(await threshold(1), [70]);
  assert.deepEqual(await threshold(1), [70]);
  assert.deepEqual(await threshold(7), [70, 90, 100, 150]);
  assert.deepEqual(await threshold(7), [70, 90, 100, 150]);
  const headers = admitCall(t.platform, { id: 'key', ...scopeOf(made) });
  assert.match(String(headers['ratelimit-policy']), /"daily";q=10;w=86400/);
  assert.match(String(headers['ratelimit']), /"daily";r=0;t=\d+/);
  const view = (await server.as(developer).get(usagePath(made))).json();
  assert.equal(view.meters[0].percent, 220);
  assert.match(view.sentence, /Above the fair-use policy: API calls/);
  assert.equal(view.thresholds.length, 4);
  await t.owner`delete from fair_use.policies`;
  forgetPolicy(t.platform);
});

test('the meter shows every day asked for, to whom it concerns and nobody else', async () => {
  const made = await makeCustomer(t.platform);
  const signatory = await makePerson(t.platform, { roles: ['signatory'], customerId: made.customerId });
  const stranger = await makePerson(t.platform, {
    roles: ['developer'],
    customerId: (await makeCustomer(t.platform)).customerId,
  });
  countUsage(t.platform, { ...scopeOf(made), meter: 'messages', quantity: 4 });
  const view = await server.as(signatory).get(usagePath(made));
  assert.equal(view.statusCode, 200, view.body);
  assert.equal(view.json().days.length, 30);
  assert.equal(view.json().days.at(-1).messages, 4, 'what was counted a moment ago is there already');
  assert.equal((await server.as(auditor).get(usagePath(made))).statusCode, 200);
  assert.equal((await server.as(null).get(usagePath(made))).statusCode, 401);
  assert.equal((await server.as(stranger).get(usagePath(made))).statusCode, 404);
  assert.equal((await server.as(signatory).get(usagePath(made, '?from=2026-13-01'))).statusCode, 400);
  const backwards = await server.as(signatory).get(usagePath(made, '?from=2026-02-01&to=2026-01-01'));
  assert.equal(backwards.json().code, 'usage-range');
  const overview = await server.as(auditor).get('/api/fair-use');
  assert.ok(
    overview.json().items.some((one: { messages: number }) => one.messages === 4),
    overview.body,
  );
  assert.equal((await server.as(signatory).get('/api/fair-use')).statusCode, 403);
  assert.equal((await server.as(null).get('/api/fair-use')).statusCode, 401);
  assert.equal((await server.as(auditor).get('/api/fair-use?day=x')).statusCode, 400);
});

test('the ledger refuses another customer', async () => {
  const made = await makeCustomer(t.platform);
  const other = await makeCustomer(t.platform);
  countUsage(t.platform, { ...scopeOf(made), meter: 'calls', quantity: 1 });
  await usageMeter(t.platform).flush();
  const seen = await read(t.platform, scopeOf(other), (sql) => sql`select * from fair_use.daily`);
  assert.equal(seen.length, 0);
});
