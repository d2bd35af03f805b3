import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CertificationView } from '#contract/certification.ts';
import { webApiFingerprint } from '#modules/web-api/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { type NewEvent, readEvents } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { followTraffic } from './follow-traffic.ts';
import { certification } from './index.ts';

let t: TestDatabase;
let server: TestServer;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [certification]);
});
after(async () => {
  await server.close();
  await t.close();
});

interface Made {
  customerId: string;
  environmentId: string;
  base: string;
  owner: Actor;
}

async function made(): Promise<Made> {
  const { customerId, sandboxId: environmentId } = await makeCustomer(t.platform);
  const base = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  return {
    customerId,
    environmentId,
    base,
    owner: await makePerson(t.platform, { roles: ['project-owner'], customerId }),
  };
}

async function see(of: Made, ...events: NewEvent[]): Promise<void> {
  await transact(t.platform, of, systemActor('test'), async (work) => {
    for (const event of events) work.emit(of.environmentId, event);
  });
  await runConsumers(t.platform, [followTraffic]);
}

const byApi = (type: string): NewEvent => ({
  type,
  subject: { employeeId: 'emp_1' },
  data: { version: 1 },
  effectiveFrom: '2026-12-07',
  source: { channel: 'api' },
});
const operation = (type: string, name: string, status: number): NewEvent => ({
  type,
  subject: { operation: name },
  data: { operation: name, status, fingerprint: webApiFingerprint },
  source: { channel: 'api' },
});
const delivered = (fingerprint: string): NewEvent => ({
  type: 'endpoint.first_delivered',
  subject: { endpointId: 'whe_1' },
  data: { endpointId: 'whe_1', fingerprint },
});

const eventsOf = async (of: Made, type: string) =>
  (await read(t.platform, of, (sql) => readEvents(sql, of.environmentId, 0, 500))).filter(
    (one) => one.type === type,
  );
async function track(of: Made, name: 'web-api' | 'file-transfer'): Promise<CertificationView> {
  const answer = await server.as(of.owner).get(`${of.base}/scenarios`);
  const view = answer.json<{ items: CertificationView[] }>().items.find((one) => one.track === name);
  assert.ok(view, answer.body);
  return view;
}
const statesOf = (view: CertificationView) => view.scenarios.map((one) => one.state);

test('five scenarios are ticked from what was seen, and the certification completes once', async () => {
  const of = await made();
  assert.deepEqual(statesOf(await track(of, 'web-api')), ['open', 'open', 'open', 'open', 'open']);
  await see(of, { ...byApi('employee.created'), source: { channel: 'file' } });
  assert.equal((await track(of, 'web-api')).passed, 0, 'a file is no call');
  await see(of, byApi('employee.created'), byApi('pay_rate.scheduled'));
  await see(of, operation('api.operation_seen', 'listEvents', 200));
  await see(of, operation('api.input_refused', 'putEmployee', 422));
  await see(of, delivered('aaaa'));
  const halfWay = await track(of, 'web-api');
  assert.ok(halfWay.passed >= 4);
  await see(of, byApi('employment.updated'), byApi('employment.updated'));
  const done = await track(of, 'web-api');
  assert.equal(done.passed, 5);
  assert.ok(done.completedAt !== null);
  const completed = await eventsOf(of, 'certification.completed');
  assert.equal(completed.length, 1);
  assert.equal(completed[0]?.data['fingerprint'], done.fingerprint);
  const ticked = (await eventsOf(of, 'scenario.passed')).map((event) => event.data['scenario']);
  assert.equal(new Set(ticked).size, ticked.length, 'each is ticked once');
  for (const { id } of done.scenarios) assert.ok(ticked.includes(id), id);
});

test('bad input is ticked only when mended input follows', async () => {
  const of = await made();
  await see(of, byApi('employee.created'));
  const bad = async () =>
    (await track(of, 'web-api')).scenarios.find((one) => one.id === 'bad-input-corrected')?.state;
  assert.equal(await bad(), 'open');
  await see(of, operation('api.input_refused', 'putEmployee', 422));
  assert.equal(await bad(), 'partly');
  await see(of, byApi('employment.updated'));
  assert.equal(await bad(), 'passed');
});

test('a changed endpoint makes its scenario stale, and another message ticks it under the new configuration', async () => {
  const of = await made();
  await see(of, delivered('aaaa'));
  await see(of, {
    type: 'endpoint.changed',
    subject: { endpointId: 'whe_1' },
    data: { endpointId: 'whe_1', fingerprint: 'bbbb' },
  });
  const state = async () =>
    (await track(of, 'web-api')).scenarios.find((one) => one.id === 'webhook-answered')?.state;
  assert.equal(await state(), 'stale');
  await see(of, delivered('bbbb'));
  assert.equal(await state(), 'passed');
  assert.equal((await eventsOf(of, 'scenario.passed')).length, 2);
});

test('what is agreed can be changed, and what was seen already counts', async () => {
  const of = await made();
  await see(of, byApi('employee.created'));
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const agree = (actor: Actor | null, scenarios: string[]) =>
    server.as(actor).put(`${of.base}/scenarios/web-api`, { scenarios });
  assert.equal((await agree(of.owner, ['employee-created'])).statusCode, 403);
  assert.equal((await agree(null, ['employee-created'])).statusCode, 401);
  assert.equal((await agree(manager, ['full-file-applied'])).statusCode, 422);
  assert.equal((await agree(manager, [])).statusCode, 400);
  assert.equal((await agree(manager, ['employee-created'])).statusCode, 200);
  assert.equal((await eventsOf(of, 'certification.completed')).length, 1);
  assert.ok((await track(of, 'web-api')).completedAt !== null);
});

test('scenarios of the file track are ticked from transfers and complete nothing of the Web API', async () => {
  const of = await made();
  const transfer = (type: string, mode: string): NewEvent => ({
    type,
    subject: { transferId: 'trf_1', exchangeId: 'exc_1' },
    data: { exchangeId: 'exc_1', mode, rows: 3, fingerprint: 'cccc' },
  });
  await see(of, transfer('transfer.applied', 'FULL'), transfer('transfer.rejected', 'DELTA'));
  await see(of, transfer('transfer.applied', 'DELTA'), transfer('transfer.duplicate', 'DELTA'));
  await see(of, { type: 'file.collected', subject: { fileId: 'x' } });
  assert.equal((await track(of, 'file-transfer')).passed, 5);
  assert.deepEqual(await eventsOf(of, 'certification.completed'), []);
});

test('scenarios of another customer are not to be had', async () => {
  const of = await made();
  const other = await made();
  assert.equal((await server.as(other.owner).get(`${of.base}/scenarios`)).statusCode, 404);
});

test('an unchanged sandbox keeps its certification, and a changed endpoint completes anew when it is shown', async () => {
  const of = await made();
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  await server
    .as(manager)
    .put(`${of.base}/scenarios/web-api`, { scenarios: ['change-feed-read', 'webhook-answered'] });
  await see(of, operation('api.operation_seen', 'listEvents', 200), delivered('aaaa'));
  const first = await track(of, 'web-api');
  assert.ok(first.completedAt);
  await see(of, delivered('aaaa'), {
    type: 'receiver.first_accepted',
    subject: { receiverId: 'whr_1' },
    data: { receiverId: 'whr_1', messageId: 'm1', fingerprint: 'rrrr' },
  });
  await see(of, byApi('employee.created'), byApi('employee.created'));
  assert.deepEqual(await track(of, 'web-api'), first);
  await see(of, {
    type: 'endpoint.changed',
    subject: { endpointId: 'whe_1' },
    data: { endpointId: 'whe_1', fingerprint: 'bbbb' },
  });
  assert.equal((await track(of, 'web-api')).completedAt, null);
  await see(of, delivered('bbbb'));
  const again = await track(of, 'web-api');
  assert.ok(again.completedAt);
  assert.notEqual(again.fingerprint, first.fingerprint);
  assert.deepEqual(
    (await eventsOf(of, 'certification.completed')).map((event) => event.data['fingerprint']),
    [first.fingerprint, again.fingerprint],
  );
});

test('after a change that no agreed scenario rests on, the same certification is said again', async () => {
  const of = await made();
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  await server.as(manager).put(`${of.base}/scenarios/web-api`, { scenarios: ['change-feed-read'] });
  await see(of, delivered('aaaa'), operation('api.operation_seen', 'listEvents', 200));
  await see(of, delivered('bbbb'));
  const [first, again, ...more] = await eventsOf(of, 'certification.completed');
  assert.equal(first?.data['track'], 'web-api');
  assert.equal(first?.data['fingerprint'], again?.data['fingerprint']);
  assert.equal(more.length, 0);
});

test('only the manager agrees scenarios, production is apart, and what does not fit is named with its place', async () => {
  const of = await made();
  const other = await made();
  await see(of, byApi('employee.created'));
  const [manager, support] = [
    await makePerson(t.platform, { roles: ['integrations-manager'] }),
    await makePerson(t.platform, { roles: ['support'] }),
  ];
  const url = `${of.base}/scenarios`;
  const put = (who: Actor | null, name: string, scenarios: unknown) =>
    server.as(who).put(`${url}/${name}`, { scenarios });
  assert.equal((await server.as(support).get(url)).statusCode, 200);
  assert.equal((await server.as(null).get(url)).statusCode, 401);
  assert.equal((await server.as(manager).get(url.replace('sandbox', 'staging'))).statusCode, 404);
  assert.equal((await put(support, 'web-api', ['employee-created'])).statusCode, 403);
  assert.notEqual((await put(other.owner, 'web-api', ['employee-created'])).statusCode, 200);
  assert.equal((await put(manager, 'by-post', ['employee-created'])).statusCode, 400);
  assert.equal((await put(manager, 'web-api', ['invented'])).statusCode, 400);
  const unfit = await put(manager, 'web-api', ['employee-created', 'full-file-applied', 'employee-created']);
  assert.equal(unfit.statusCode, 422);
  assert.deepEqual(
    unfit.json<{ errors: { pointer: string }[] }>().errors.map((one) => one.pointer),
    ['/scenarios/1', '/scenarios/2'],
  );
  const production = await server.as(manager).get(url.replace('sandbox', 'production'));
  assert.deepEqual(
    production.json<{ items: CertificationView[] }>().items.map((one) => one.passed),
    [0, 0],
  );
  assert.equal((await track(of, 'web-api')).scenarios.length, 5, 'nothing was agreed');
});
