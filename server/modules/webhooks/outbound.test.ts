import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type {
  CreatedEndpoint,
  DeliveryList,
  EndpointView,
  Verification,
  WebhookPayload,
} from '#contract/webhooks.ts';
import { credentials } from '#modules/credentials/index.ts';
import type { Actor } from '#platform/actor.ts';
import { systemActor } from '#platform/actor.ts';
import { type NewEvent, readEvents } from '#platform/events.ts';
import { parseId, showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { type CustomerEndpoint, startCustomerEndpoint } from '#testing/customer-endpoint.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { until } from '#testing/until.ts';
import { claimDeliveries } from './delivery-store.ts';
import { webhooks } from './index.ts';
import { deliveryQueue } from './queue-deliveries.ts';

let t: TestDatabase;
let server: TestServer;
let loop: { stop(): Promise<void> } | undefined;
const endpoints: CustomerEndpoint[] = [];

before(async () => {
  t = await openTestDatabase({ webhooks: { timeoutMs: 1500 } });
  server = await testServer(t.platform, [credentials, webhooks]);
});
after(async () => {
  await loop?.stop();
  await server.close();
  for (const endpoint of endpoints) await endpoint.close();
  await t.close();
});

const startLoop = () => {
  loop ??= webhooks
    .loops?.(t.platform)
    .find((one) => one.name === 'webhooks.dispatcher')
    ?.start();
};
const stopLoop = async () => {
  await loop?.stop();
  loop = undefined;
};

interface Made {
  customerId: string;
  environmentId: string;
  base: string;
  developer: Actor;
  endpoint: EndpointView;
  secret: string;
}

async function customerWith(url: string, body: object = {}): Promise<Made> {
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  const developer = await makePerson(t.platform, { roles: ['developer'], customerId });
  const base = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  const made = await server.as(developer).post(`${base}/endpoints`, { label: 'HR', url, ...body });
  assert.equal(made.statusCode, 201, made.body);
  const { endpoint, secretLink } = made.json<CreatedEndpoint>();
  const token = String(secretLink.url).split('/').at(-1);
  const shown = await server.as(null).post(`/api/links/${token}`);
  const secret = shown.json<{ items: { value: string }[] }>().items[0]?.value ?? '';
  await runConsumers(t.platform, [deliveryQueue]);
  return { customerId, environmentId: sandboxId, base, developer, endpoint, secret };
}

async function addEndpoint(of: Made, url: string): Promise<void> {
  const made = await server.as(of.developer).post(`${of.base}/endpoints`, { label: 'Other', url });
  assert.equal(made.statusCode, 201, made.body);
  const token = String(made.json<CreatedEndpoint>().secretLink.url).split('/').at(-1);
  await server.as(null).post(`/api/links/${token}`);
  await runConsumers(t.platform, [deliveryQueue]);
}

function fact(employee: string, n: number, values: object = {}): NewEvent {
  return {
    type: 'employment.updated',
    subject: { employeeId: employee, personId: 'pp_1', companyCode: 'KOW01', employeeNumber: '000123' },
    data: {
      version: n,
      change: {
        kind: 'update',
        fields: ['departmentCode', 'payRates'],
        classes: ['P1', 'P3'],
        values: values as never,
      },
    },
    effectiveFrom: '2026-12-07',
    source: { channel: 'api', keyId: 'key_1' },
  };
}

async function emit(of: Made, events: NewEvent[]): Promise<void> {
  const scope = { customerId: of.customerId, environmentId: of.environmentId };
  await transact(t.platform, scope, systemActor('test'), async (work) => {
    for (const event of events) work.emit(of.environmentId, event);
  });
  await runConsumers(t.platform, [deliveryQueue]);
}

const deliveriesOf = async (of: Made) =>
  (await server.as(of.developer).get(`${of.base}/deliveries?limit=200`)).json<DeliveryList>().items;

async function customerEndpoint(
  answer?: Parameters<typeof startCustomerEndpoint>[0],
): Promise<CustomerEndpoint> {
  const endpoint = await startCustomerEndpoint(answer);
  endpoints.push(endpoint);
  return endpoint;
}

test('a change is delivered once, signed so that an independent verifier accepts it, with names of P3 only', async () => {
  startLoop();
  const target = await customerEndpoint();
  const of = await customerWith(target.url, { includeValues: true });
  await emit(of, [
    fact('emp_1', 2, {
      departmentCode: { old: 'OPS', new: 'WHSE' },
      dateOfBirth: { old: '1990', new: '1991' },
    }),
  ]);
  const message = await until(() => target.got[0]);
  new Webhook(of.secret).verify(message.body, message.headers as Record<string, string>);
  const payload = JSON.parse(message.body) as WebhookPayload;
  assert.equal(payload.type, 'employment.updated');
  assert.deepEqual(payload.change.values, { departmentCode: { old: 'OPS', new: 'WHSE' } });
  assert.deepEqual(payload.change.fields, ['departmentCode', 'payRates']);
  assert.equal(payload.subject.version, 2);
  assert.equal(payload.delivery.sequence, 1);
  assert.equal(payload.source.own, true);
  assert.equal(payload.links.self, '/v1/employees/KOW01/000123');
  assert.equal(message.id, payload.id.replace('evt_', 'msg_'), 'the message id is stable from the event');
  const [delivery] = await until(async () => {
    const found = await deliveriesOf(of);
    return found[0]?.state === 'delivered' ? found : undefined;
  });
  assert.equal(delivery?.attempts, 1);
  const seen = await eventsOf(of, 'endpoint.first_delivered');
  assert.equal(seen.length, 1);
  const [usage] = await t.owner.begin(async (sql) => {
    await sql`select set_config('app.environment', ${of.environmentId}, true)`;
    return sql`select messages from fair_use.daily where environment_id = ${of.environmentId}`;
  });
  assert.equal(Number(usage?.['messages']), 1);
});

test('an endpoint that did not ask for values gets names only', async () => {
  startLoop();
  const target = await customerEndpoint();
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 2, { departmentCode: { old: 'OPS', new: 'WHSE' } })]);
  const message = await until(() => target.got[0]);
  assert.deepEqual((message.payload['change'] as { values: object }).values, {});
});

test('messages of one employment arrive in order, and a stuck one blocks only itself', async () => {
  startLoop();
  const target = await customerEndpoint(({ payload }) =>
    (payload['subject'] as { employeeId: string }).employeeId === 'emp_stuck' ? 500 : 200,
  );
  const of = await customerWith(target.url);
  const events: NewEvent[] = [];
  for (let n = 1; n <= 10; n++)
    for (const employee of ['emp_a', 'emp_stuck', 'emp_b']) events.push(fact(employee, n));
  await emit(of, events);
  const versions = (employee: string) =>
    target.got
      .filter(({ payload }) => (payload['subject'] as { employeeId: string }).employeeId === employee)
      .map(({ payload }) => (payload['subject'] as { version: number }).version);
  await until(() => versions('emp_a').length === 10 && versions('emp_b').length === 10);
  assert.deepEqual(versions('emp_a'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(versions('emp_b'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(new Set(versions('emp_stuck')), new Set([1]));
});

test('a failed message is tried again when the clock says so, and every attempt is in the log', async () => {
  startLoop();
  let healthy = false;
  const target = await customerEndpoint(() => (healthy ? 204 : { status: 503, body: 'come back later' }));
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 1)]);
  const failed = await until(async () => (await deliveriesOf(of)).find((one) => one.attempts === 1));
  assert.equal(failed.state, 'waiting');
  assert.equal(failed.lastStatus, 503);
  healthy = true;
  t.platform.clock.set(t.platform.clock.now().add({ seconds: 10 }));
  await until(async () => (await deliveriesOf(of))[0]?.state === 'delivered');
  const view = await server.as(of.developer).get(`${of.base}/deliveries/${failed.id}`);
  const log = view.json<{ attemptLog: { status: number; response: string }[] }>().attemptLog;
  assert.deepEqual(
    log.map((one) => one.status),
    [503, 204],
  );
  assert.equal(log[0]?.response, 'come back later');
  assert.deepEqual(new Set(target.got.map((one) => one.id)).size, 1);
});

test('a paused endpoint loses nothing and catches up in order; 410 pauses by itself', async () => {
  startLoop();
  let gone = true;
  const target = await customerEndpoint(() => (gone ? 410 : 200));
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 1)]);
  const address = `${of.base}/endpoints/${of.endpoint.id}`;
  await until(
    async () => (await server.as(of.developer).get(address)).json<EndpointView>().status === 'paused',
  );
  assert.equal((await eventsOf(of, 'endpoint.paused')).length, 1);
  await emit(of, [fact('emp_1', 2), fact('emp_1', 3)]);
  gone = false;
  const before = target.got.length;
  assert.equal((await server.as(of.developer).post(`${address}/resume`)).statusCode, 200);
  await until(() => target.got.length === before + 3);
  assert.deepEqual(
    target.got.slice(before).map(({ payload }) => (payload['subject'] as { version: number }).version),
    [1, 2, 3],
  );
});

test('days at a paused endpoint use up none of the retries', async () => {
  startLoop();
  let status = 410;
  const target = await customerEndpoint(() => status);
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 1)]);
  const address = `${of.base}/endpoints/${of.endpoint.id}`;
  await until(
    async () => (await server.as(of.developer).get(address)).json<EndpointView>().status === 'paused',
  );
  t.platform.clock.set(t.platform.clock.now().add({ hours: 24 * 7 }));
  status = 503;
  assert.equal((await server.as(of.developer).post(`${address}/resume`)).statusCode, 200);
  await until(async () => (await deliveriesOf(of))[0]?.attempts === 2);
  assert.equal((await deliveriesOf(of))[0]?.state, 'waiting');
});

test('an endpoint that hangs holds its own slots and costs the others nothing', async () => {
  startLoop();
  const silent = await customerEndpoint(() => null);
  const healthy = await customerEndpoint();
  const stuck = await customerWith(silent.url);
  const fine = await customerWith(healthy.url);
  await emit(
    stuck,
    Array.from({ length: 12 }, (_, n) => fact(`emp_${n}`, 1)),
  );
  await until(() => silent.got.length === 4);
  await emit(
    fine,
    Array.from({ length: 12 }, (_, n) => fact(`emp_${n}`, 1)),
  );
  await until(() => healthy.got.length === 12, { deadlineMs: 1400 });
  assert.equal(silent.got.length, 4);
});

test('of a customer’s endpoints those that hang hold up neither the others nor more than the customer’s slots', async () => {
  startLoop();
  const silent = await Promise.all([1, 2, 3].map(() => customerEndpoint(() => null)));
  const of = await customerWith(silent[0]?.url ?? '');
  for (const { url } of silent.slice(1)) await addEndpoint(of, url);
  const waiting = () => silent.reduce((sum, one) => sum + one.got.length, 0);
  const facts = Array.from({ length: 12 }, (_, n) => fact(`emp_${n}`, 1));
  await emit(of, facts);
  await until(() => waiting() === 4);
  const other = await customerWith((await customerEndpoint()).url);
  await emit(other, facts);
  await until(async () => (await deliveriesOf(other)).every((one) => one.state === 'delivered'), {
    deadlineMs: 1200,
  });
  assert.equal(waiting(), 4, 'all endpoints of a customer together hold its four slots');
});

test('an endpoint that hangs leaves the customer’s other one a slot', async () => {
  startLoop();
  const silent = await customerEndpoint(() => null);
  const healthy = await customerEndpoint();
  const of = await customerWith(silent.url);
  await addEndpoint(of, healthy.url);
  await emit(
    of,
    Array.from({ length: 12 }, (_, n) => fact(`emp_${n}`, 1)),
  );
  await until(() => healthy.got.length === 12, { deadlineMs: 1400 });
  await until(() => silent.got.length >= 3, { deadlineMs: 1400 });
  assert.equal(silent.got.length, 3);
});

test('a message that was claimed by a process which then died is sent by another', async () => {
  await stopLoop();
  const target = await customerEndpoint();
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 1), fact('emp_1', 2)]);
  const scope = { customerId: of.customerId, environmentId: of.environmentId };
  const endpointId = parseId('whe', of.endpoint.id) ?? '';
  const claimed = await transact(t.platform, scope, systemActor('test'), ({ sql, now }) =>
    claimDeliveries(sql, {
      environmentId: of.environmentId,
      endpointId,
      lease: '00000000-0000-7000-8000-00000000dead',
      now,
      limit: 10,
    }),
  );
  assert.equal(claimed.length, 1, 'the second waits for the first');
  startLoop();
  await until(() => target.got.length === 2, { deadlineMs: 15_000 });
  assert.deepEqual(
    target.got.map(({ payload }) => (payload['subject'] as { version: number }).version),
    [1, 2],
  );
});

test('the verification passes an endpoint that refuses forged and stale messages, and names what another does wrong', async () => {
  let secret = '';
  const strict = await customerEndpoint((message) => {
    try {
      new Webhook(secret).verify(message.body, message.headers as Record<string, string>);
      return 200;
    } catch {
      return 401;
    }
  });
  const of = await customerWith(strict.url);
  secret = of.secret;
  const verify = async (made: Made) =>
    (
      await server.as(made.developer).post(`${made.base}/endpoints/${made.endpoint.id}/verify`)
    ).json<Verification>();
  const passed = await verify(of);
  assert.deepEqual([passed.valid.status, passed.forged.status, passed.stale.status], [200, 401, 401]);
  assert.ok(passed.passed);
  const [verified] = await eventsOf(of, 'endpoint.verified');
  assert.deepEqual(
    [
      verified?.data['valid'],
      verified?.data['forged'],
      verified?.data['stale'],
      verified?.data['fingerprint'],
    ],
    [200, 401, 401, of.endpoint.fingerprint],
  );
  const careless = await customerWith((await customerEndpoint()).url);
  const failed = await verify(careless);
  assert.equal(failed.passed, false);
  assert.equal(failed.advice.length, 2);
  assert.equal((await eventsOf(careless, 'endpoint.verified')).length, 0);
});

test('an environment has at most 100 endpoints, also when two are added at once: none is left without messages', async () => {
  const target = await customerEndpoint();
  const of = await customerWith(target.url);
  await t.owner.begin(async (sql) => {
    await sql`select set_config('app.customer', ${of.customerId}, true), set_config('app.environment', ${of.environmentId}, true)`;
    await sql`
      insert into webhooks.endpoints
      select (jsonb_populate_record(e, jsonb_build_object('id', uuidv7()))).*
      from webhooks.endpoints e, generate_series(1, 98) where e.environment_id = ${of.environmentId}`;
  });
  const add = () => server.as(of.developer).post(`${of.base}/endpoints`, { label: 'Last', url: target.url });
  const answers = await Promise.all([add(), add(), add()]);
  assert.deepEqual(answers.map((one) => one.statusCode).sort(), [201, 409, 409]);
});

test('a private address is refused for an endpoint unless the installation lists it', async () => {
  const { customerId } = await makeCustomer(t.platform);
  const developer = await makePerson(t.platform, { roles: ['developer'], customerId });
  const root = `/api/customers/${showId('cus', customerId)}/environments`;
  const post = (environment: string, url: string) =>
    server.as(developer).post(`${root}/${environment}/endpoints`, { label: 'x', url });
  for (const url of [
    'http://10.0.0.1/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest',
    'https://u:p@hr.example/',
  ])
    assert.equal((await post('sandbox', url)).json<{ code: string }>().code, 'address-not-allowed', url);
  assert.equal((await post('production', 'http://hr.example/')).json<{ code: string }>().code, 'https-only');
  assert.equal((await post('production', 'https://hr.example/')).statusCode, 201);
  for (const url of ['ftp://hr.example/', 'hr.example', 'javascript:alert(1)'])
    assert.equal((await post('sandbox', url)).statusCode, 400, url);
});

test('endpoints and deliveries of another customer, or for nobody, are not to be had', async () => {
  startLoop();
  const target = await customerEndpoint();
  const of = await customerWith(target.url);
  await emit(of, [fact('emp_1', 1)]);
  const [delivery] = await until(async () => {
    const found = await deliveriesOf(of);
    return found.length === 1 ? found : undefined;
  });
  const { customerId } = await makeCustomer(t.platform);
  const stranger = await makePerson(t.platform, { roles: ['developer'], customerId });
  const own = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  const auditor = await makePerson(t.platform, { roles: ['auditor'] });
  for (const path of [`/endpoints/${of.endpoint.id}`, `/deliveries/${delivery?.id}`]) {
    assert.equal((await server.as(stranger).get(`${of.base}${path}`)).statusCode, 404);
    assert.equal((await server.as(stranger).get(`${own}${path}`)).statusCode, 404);
    assert.equal((await server.as(null).get(`${of.base}${path}`)).statusCode, 401);
    assert.equal((await server.as(auditor).get(`${of.base}${path}`)).statusCode, 200);
  }
  assert.equal(
    (await server.as(auditor).post(`${of.base}/endpoints`, { label: 'x', url: target.url })).statusCode,
    403,
  );
  assert.equal((await server.as(stranger).post(`${own}/endpoints/${of.endpoint.id}/verify`)).statusCode, 404);
  assert.equal(
    (await server.as(of.developer).post(`${of.base}/endpoints`, { label: '', url: 'x', extra: 1 }))
      .statusCode,
    400,
  );
});

async function eventsOf(of: Made, type: string) {
  const scope = { customerId: of.customerId, environmentId: of.environmentId };
  const events = await read(t.platform, scope, (sql) => readEvents(sql, of.environmentId, 0, 500));
  return events.filter((event) => event.type === type);
}
