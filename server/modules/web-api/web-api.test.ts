import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiKeyScope } from '#contract/credentials.ts';
import { companyInput, employeeInput } from '#contract/payroll.ts';
import { authenticateKey, credentials, issueApiKey } from '#modules/credentials/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { createCompany, employeeInputOf, generatePerson, putEmployee } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { walkIntegrations } from '#testing/integration-walk.ts';
import { until } from '#testing/until.ts';
import { untilOneWaits } from '#testing/waiting.ts';
import { webApi } from './index.ts';

type Made = Awaited<ReturnType<typeof makeCustomer>>;
let t: TestDatabase;
let server: TestServer;
let customer: Made;
let other: Made;
let key: string;
let otherKey: string;
const everything: ApiKeyScope[] = [
  'employees:read',
  'employees:write',
  'events:read',
  'personal:read',
  'pay:read',
];

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [credentials, fairUse, webApi], {
    credential: (token, address, headers) => authenticateKey(t.platform, token, address, headers),
  });
  customer = await makeCustomer(t.platform);
  other = await makeCustomer(t.platform);
  for (const made of [customer, other]) await addCompany(made);
  key = await keyOf(customer, everything);
  otherKey = await keyOf(other, everything);
});
after(async () => {
  await server?.close();
  await t?.close();
});

function scopeOf(made: Pick<Made, 'customerId' | 'sandboxId'>) {
  return { customerId: made.customerId, environmentId: made.sandboxId };
}

async function addCompany(made: Made): Promise<void> {
  await transact(t.platform, scopeOf(made), systemActor('test'), (work) =>
    createCompany(
      work,
      scopeOf(made),
      companyInput.parse({ code: 'KW', name: 'Kōwhai Ltd', timeZone: 'Pacific/Auckland' }),
    ),
  );
}

async function keyOf(
  made: Pick<Made, 'customerId' | 'sandboxId'>,
  scopes: ApiKeyScope[],
  integrationId?: string,
): Promise<string> {
  const issued = await transact(t.platform, scopeOf(made), systemActor('test'), (work) =>
    issueApiKey(work, {
      ...scopeOf(made),
      environment: 'sandbox',
      label: 'HR system',
      scopes,
      contact: { name: 'Aroha', email: 'aroha@kowhai.example' },
      integrationId,
    }),
  );
  const revealed = await server.as(null).post(`/api/links/${issued.url.split('/links/')[1]}`);
  return revealed.json().items[0].value;
}

function call(
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  options: { key?: string; body?: unknown; headers?: object } = {},
) {
  return server.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${options.key ?? key}`, ...options.headers },
    ...(options.body === undefined ? {} : { payload: options.body as object }),
  });
}

const input = (n: number) => employeeInputOf({ ...generatePerson(7, n) });
const at = (number: string) => `/v1/employees/KW/${number}`;

async function eventsOf(made: Pick<Made, 'customerId' | 'sandboxId'>, type: string) {
  const events = await read(t.platform, scopeOf(made), (sql) => readEvents(sql, made.sandboxId, 0, 500));
  return events.filter((event) => event.type === type);
}

test('an employee is created, read, updated and the same again changes nothing', async () => {
  const created = await call('PUT', at('100'), { body: input(1) });
  assert.equal(created.statusCode, 201, created.body);
  assert.equal(created.headers['fairlead-version'], '2026-11-01');
  assert.equal(created.json().employee.employeeNumber, '100');
  const found = await call('GET', at('100'));
  assert.equal(found.statusCode, 200);
  assert.equal(found.headers['etag'], created.headers['etag']);
  const fresh = await call('GET', at('100'), { headers: { 'if-none-match': String(found.headers['etag']) } });
  assert.equal(fresh.statusCode, 304);
  assert.equal(fresh.body, '');
  const again = await call('PUT', at('100'), { body: input(1) });
  assert.equal(again.statusCode, 200);
  assert.equal(again.json().changed, false);
  assert.equal(again.json().version, created.json().version);
  const past = await call('GET', `${at('100')}?as_of=2030-01-01`);
  assert.equal(past.json().asOf, '2030-01-01');
});

test('a change in between is answered 412 and nothing is overwritten', async () => {
  const created = await call('PUT', at('101'), { body: input(2), headers: { 'if-none-match': '*' } });
  assert.equal(created.statusCode, 201, created.body);
  const etag = String(created.headers['etag']);
  const rate = (amount: string) => ({
    payRates: [{ effectiveFrom: '2027-02-01', rateType: 'annualSalary', amount }],
  });
  const first = await call('PUT', at('101'), { body: rate('91000.00'), headers: { 'if-match': etag } });
  assert.equal(first.statusCode, 200, first.body);
  const late = await call('PUT', at('101'), { body: rate('92000.00'), headers: { 'if-match': etag } });
  assert.equal(late.statusCode, 412);
  assert.match(String(late.headers['content-type']), /^application\/problem\+json/);
  assert.equal((await call('GET', at('101'))).json().payRates.at(-1).amount, '91000.00');
  const twice = await call('PUT', at('101'), { body: input(2), headers: { 'if-none-match': '*' } });
  assert.equal(twice.statusCode, 412);
  const missing = await call('PUT', at('nobody'), { body: input(2), headers: { 'if-match': '*' } });
  assert.equal(missing.statusCode, 412);
  assert.equal(twice.json().code, 'employee-exists');
  assert.equal(missing.json().code, 'employee-missing');
  const gone = await call('PUT', at('nobody'), { body: input(2), headers: { 'if-match': etag } });
  assert.equal(gone.json().code, 'employee-missing');
  const any = await call('PUT', at('101'), { body: rate('93000.00'), headers: { 'if-match': '*' } });
  assert.equal(any.statusCode, 200, any.body);
  const unreadable = await call('PUT', at('101'), { body: rate('1.00'), headers: { 'if-match': 'W/x' } });
  assert.equal(unreadable.json().code, 'invalid-precondition');
});

test('a change of the person through another of their employments counts as a change in between', async () => {
  const joined = (first: string) => {
    const body = input(40);
    return { ...body, person: { ...body.person, externalId: 'P-40', legalFirstName: first } };
  };
  await call('PUT', at('140'), { body: joined('Mere') });
  const second = await call('PUT', at('141'), { body: joined('Mere') });
  const etag = String(second.headers['etag']);
  await call('PUT', at('140'), { body: joined('Mere') });
  const plain = { kiwiSaver: input(40).kiwiSaver };
  const same = await call('PUT', at('141'), { body: plain, headers: { 'if-match': etag } });
  assert.equal(same.statusCode, 200, 'nothing had changed');
  await call('PUT', at('140'), { body: joined('Marama') });
  const late = await call('PUT', at('141'), { body: plain, headers: { 'if-match': etag } });
  assert.equal(late.json().code, 'version-conflict', late.body);
  const read = await call('GET', at('141'));
  assert.equal(read.json().version, second.json().version + 1);
  const third = await call('PUT', at('142'), { body: joined('Marama') });
  assert.equal((await call('GET', at('141'))).json().version, read.json().version, 'nobody changed');
  const moved = joined('Marama');
  await call('PUT', at('143'), { body: { ...moved, person: { ...moved.person, mobile: '+64 21 143' } } });
  assert.equal((await call('GET', at('141'))).json().version, read.json().version + 1, 'by a new employment');
  assert.equal(third.json().version, 1);
});

test('employments of one person written at the same moment do not stand in each other’s way', async () => {
  const joined = (first: string) => {
    const body = input(41);
    return { ...body, person: { ...body.person, externalId: 'P-41', legalFirstName: first } };
  };
  for (const number of ['150', '151', '152']) await call('PUT', at(number), { body: joined('Mere') });
  for (let round = 0; round < 8; round++) {
    const answers = await Promise.all(
      ['152', '150', '151'].map((number) =>
        call('PUT', at(number), { body: joined(`Mere${round}${number}`) }),
      ),
    );
    for (const answer of answers) assert.equal(answer.statusCode, 200, answer.body);
  }
});

test('the first writings of one employee at the same moment are one creation', async () => {
  for (let round = 0; round < 5; round++) {
    const url = at(`16${round}`);
    const body = input(50 + round);
    const answers = await Promise.all([0, 1, 2].map(() => call('PUT', url, { body })));
    assert.deepEqual(answers.map((one) => one.statusCode).sort(), [200, 200, 201], String(answers[0]?.body));
    const only = await Promise.all(
      [0, 1, 2].map(() => call('PUT', `${url}x`, { body, headers: { 'if-none-match': '*' } })),
    );
    assert.deepEqual(only.map((one) => one.statusCode).sort(), [201, 412, 412]);
  }
  const person = { ...input(60).person, externalId: 'P-60' };
  const two = await Promise.all(
    ['170', '171'].map((number) => call('PUT', at(number), { body: { ...input(60), person } })),
  );
  assert.deepEqual(
    two.map((one) => one.statusCode),
    [201, 201],
  );
  assert.equal(two[0]?.json().employee.personId, two[1]?.json().employee.personId, 'one person');
});

test('who waits for another writing of the same employee has written nothing yet that others could wait for', async () => {
  const wrote = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const scope = scopeOf(customer);
  const first = transact(t.platform, scope, systemActor('test'), async (work) => {
    const named = { ...scope, companyCode: 'KW', employeeNumber: '180', source: { channel: 'test' } };
    await putEmployee(work, { ...named, input: employeeInput.parse(input(61)) });
    wrote.resolve();
    await leave.promise;
  });
  await wrote.promise;
  const second = call('PUT', at('180'), { body: input(61), headers: { 'if-none-match': '*' } });
  const { wrote: hasWritten } = await untilOneWaits(t).finally(leave.resolve);
  assert.equal(hasWritten, false);
  await first;
  assert.equal((await second).statusCode, 412);
});

test('an external id that another person has is refused by its place', async () => {
  const named = (n: number, externalId: string) => ({
    ...input(n),
    person: { ...input(n).person, externalId },
  });
  await call('PUT', at('180'), { body: named(61, 'P-61') });
  await call('PUT', at('181'), { body: named(62, 'P-62') });
  const taken = await call('PUT', at('181'), { body: named(62, 'P-61') });
  assert.equal(taken.statusCode, 409);
  assert.equal(taken.json().code, 'external-id-taken');
  assert.equal(taken.json().errors[0].pointer, '/person/externalId');
  assert.match(taken.json().detail, /one of their own/);
  assert.equal((await call('GET', at('181'))).json().person.externalId, 'P-62');
});

test('a request to validate only checks everything and keeps nothing', async () => {
  const fine = await call('PUT', `${at('102')}?validate_only=true`, { body: input(3) });
  assert.equal(fine.statusCode, 200, fine.body);
  assert.equal(fine.json().created, true);
  assert.equal(fine.json().employee, null);
  assert.equal((await call('GET', at('102'))).statusCode, 404);
  const bad = { ...input(3), taxNz: { irdNumber: '123456789', taxCode: 'M' } };
  const refused = await call('PUT', `${at('102')}?validate_only=true`, { body: bad });
  assert.equal(refused.statusCode, 422);
  assert.ok(refused.json().errors.some((one: { pointer: string }) => one.pointer.includes('irdNumber')));
  assert.ok(!refused.body.includes('123456789'), 'the value is not repeated');
});

test('bad input is answered with what, where and how to mend it, and nothing is applied', async () => {
  const unknown = await call('PUT', at('103'), { body: { ...input(4), salary: 1 } });
  assert.equal(unknown.statusCode, 400);
  assert.ok(unknown.json().request_id && unknown.json().errors.length > 0, unknown.body);
  assert.equal(unknown.json().errors[0].pointer, '/salary', 'the field itself');
  const person = { ...input(4).person, 'shoe/size': 44, hat: 'L' };
  const within = await call('PUT', at('103'), { body: { ...input(4), person } });
  assert.deepEqual(
    within.json().errors.map((one: { pointer: string }) => one.pointer),
    ['/person/shoe~1size', '/person/hat'],
  );
  const query = await call('GET', `${at('103')}?asof=2026-01-01`);
  assert.equal(query.json().errors[0].pointer, '/querystring/asof');
  const wrongType = await call('PUT', at('103'), { body: { ...input(4), payRates: 'plenty' } });
  assert.equal(wrongType.json().errors[0].pointer, '/payRates');
  const text = (payload: string, type = 'application/json') =>
    server.app.inject({
      method: 'PUT',
      url: at('103'),
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      payload,
    });
  assert.equal((await text('{"person":')).statusCode, 400);
  assert.equal((await text('')).statusCode, 400);
  assert.equal((await text('<a/>', 'application/xml')).statusCode, 415);
  assert.equal((await text(`"${'x'.repeat(20_000_000)}"`)).statusCode, 413);
  assert.equal((await call('GET', `${at('103')}?asof=2026-01-01`)).statusCode, 400);
  assert.equal((await call('PUT', '/v1/employees/ZZ/1', { body: input(4) })).json().code, 'company-unknown');
  assert.equal((await call('GET', at('103'))).statusCode, 404);
});

test('values that the scopes of a key do not cover are masked', async () => {
  const all = await keyOf(customer, [...everything, 'restricted:read']);
  const plain = await keyOf(customer, ['employees:read']);
  await call('PUT', at('104'), { body: input(5) });
  const full = await call('GET', at('104'), { key: all });
  const inFull = full.json();
  const tagOfOther = { 'if-none-match': String(full.headers['etag']) };
  const withOtherTag = await call('GET', at('104'), { key: plain, headers: tagOfOther });
  assert.equal(withOtherTag.statusCode, 200, 'the tag of who sees more is stale for who sees less');
  const masked = withOtherTag.json();
  assert.match(inFull.taxNz.irdNumber, /^\d{9}$/);
  assert.match(masked.taxNz.irdNumber, /^•••-•••-\d{3}$/);
  assert.match(masked.person.dateOfBirth, /^\d{4}$/);
  assert.ok(!JSON.stringify(masked).includes(inFull.payRates[0].amount));
  assert.equal(masked.person.legalFirstName, inFull.person.legalFirstName);
});

test('a list is walked to its end by cursor, each employee once, and a cursor fits its own list only', async () => {
  for (let n = 0; n < 7; n++) {
    const put = await call('PUT', `/v1/employees/KW/L${n}`, { key: otherKey, body: input(20 + n) });
    assert.equal(put.statusCode, 201, put.body);
  }
  const seen: string[] = [];
  let url: string | undefined = '/v1/employees?limit=3&with_total=true';
  while (url !== undefined) {
    const page = await call('GET', url, { key: otherKey });
    assert.equal(page.statusCode, 200, page.body);
    assert.equal(page.json().total, 7);
    seen.push(...page.json().items.map((one: { employeeNumber: string }) => one.employeeNumber));
    url = /<([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
  }
  assert.deepEqual(seen, ['L0', 'L1', 'L2', 'L3', 'L4', 'L5', 'L6']);
  const { next } = (await call('GET', '/v1/employees?limit=3', { key: otherKey })).json();
  const refuses = async (url: string, by: string) =>
    assert.equal((await call('GET', url, { key: by })).json().code, 'invalid-cursor');
  await refuses(`/v1/employees?cursor=${next}`, key);
  await refuses(`/v1/employees?status=active&cursor=${next}`, otherKey);
  await refuses(`/v1/employees?cursor=${next.slice(0, -1)}x`, otherKey);
  await refuses('/v1/employees?cursor=1', otherKey);
  assert.equal((await call('GET', '/v1/employees?limit=201', { key: otherKey })).statusCode, 400);
  const whole = (await call('GET', '/v1/employees?view=full&limit=2', { key: otherKey })).json();
  assert.equal(whole.items[0].payRates.length > 0, true);
  assert.match(whole.items[0].taxNz.irdNumber, /•/);
});

test('the event feed gives the log in order without a hole, and only its own environment’s', async () => {
  await call('PUT', at('105'), { body: input(6) });
  const seen: number[] = [];
  let after = 0;
  for (;;) {
    const page = (await call('GET', `/v1/events?after=${after}&limit=7`)).json();
    if (page.items.length === 0) break;
    seen.push(...page.items.map((one: { sequence: number }) => one.sequence));
    after = page.next;
  }
  assert.deepEqual(
    seen,
    seen.map((_, n) => n + 1),
  );
  const mine = (await call('GET', '/v1/events?limit=200')).json();
  assert.ok(
    mine.items.some(
      (one: { type: string; channel: string }) => one.type === 'employee.created' && one.channel === 'api',
    ),
  );
  const theirs = (await call('GET', '/v1/events?limit=200', { key: otherKey })).json();
  const ids = new Set(mine.items.map((one: { id: string }) => one.id));
  assert.ok(theirs.items.every((one: { id: string }) => !ids.has(one.id)));
  assert.equal((await call('GET', `/v1/events?after=${after + 1000}`)).json().code, 'events-cursor-ahead');
  assert.equal((await call('GET', '/v1/events?after=-1')).statusCode, 400);
  const { taxNz } = input(6);
  assert.ok(!JSON.stringify(mine).includes(String(taxNz?.irdNumber)));
});

test('a key tells whose it is', async () => {
  const answer = await call('GET', '/v1/environment');
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json().environment.kind, 'sandbox');
  assert.equal(answer.json().environment.id, showId('env', customer.sandboxId));
  assert.equal(answer.json().customer.code, customer.code);
  assert.match(String(answer.headers['ratelimit-policy']), /^"burst";q=\d+;w=\d+/);
  assert.match(String(answer.headers['ratelimit']), /^"burst";r=\d+;t=\d+/);
});

test('nobody without the right key gets anything', async () => {
  const routes = [
    ['GET', '/v1/environment'],
    ['GET', '/v1/employees'],
    ['GET', at('100')],
    ['PUT', at('100')],
    ['GET', '/v1/events'],
  ] as const;
  const useless = await keyOf(customer, ['environment:read']);
  for (const [method, url] of routes) {
    const body = method === 'PUT' ? { body: input(1) } : {};
    const anonymous = await server.app.inject({ method, url, ...(method === 'PUT' ? { payload: {} } : {}) });
    assert.equal(anonymous.statusCode, 401, url);
    assert.equal(
      (await call(method, url, { key: 'fl_test_forged', ...body })).json().code,
      'invalid-api-key',
    );
    if (url !== '/v1/environment')
      assert.equal((await call(method, url, { key: useless, ...body })).statusCode, 403, url);
  }
  assert.equal((await call('GET', at('100'), { key: otherKey })).statusCode, 404, 'another customer');
  const disagreeing = await call('GET', '/v1/environment', {
    headers: { 'fairlead-environment': 'production' },
  });
  assert.equal(disagreeing.json().code, 'wrong-environment');
  const old = await call('GET', '/v1/environment', { headers: { 'fairlead-version': '2020-01-01' } });
  assert.equal(old.json().code, 'unknown-api-version');
});

test('a key’s first call and an operation’s first success are in the log, once, however many calls follow', async () => {
  const made = await makeCustomer(t.platform);
  const itsKey = await keyOf(made, everything);
  assert.equal((await call('GET', at('missing'), { key: itsKey })).statusCode, 404);
  await until(async () => (await eventsOf(made, 'api.first_call')).length === 1);
  await Promise.all(Array.from({ length: 12 }, () => call('GET', '/v1/environment', { key: itsKey })));
  await call('GET', '/v1/employees', { key: itsKey });
  await until(async () => (await eventsOf(made, 'api.operation_seen')).length === 2);
  const seen = await eventsOf(made, 'api.operation_seen');
  assert.deepEqual(
    seen.map((event) => event.data['operation']),
    ['getEnvironment', 'listEmployees'],
  );
  assert.match(String(seen[0]?.data['fingerprint']), /^[0-9a-f]{16}$/);
  assert.equal((await eventsOf(made, 'api.first_call')).length, 1);
});

test('what is first done with each key is in the log, with the integration it was issued for', async () => {
  const walk = await walkIntegrations(t);
  const made = await walk.begin({ serviceModel: 'saas' }).finally(() => walk.close());
  const keys = [await keyOf(made, everything, made.uuid), await keyOf(made, everything)];
  for (const one of keys)
    for (const path of ['/v1/environment', '/v1/employees']) await call('GET', path, { key: one });
  for (const [type, times] of [
    ['api_key.issued', 2],
    ['api_key.revealed', 2],
    ['api.first_call', 2],
    ['api.operation_seen', 4],
  ] as const) {
    const seen = await until(async () => {
      const found = await eventsOf(made, type);
      return found.length === times ? found : undefined;
    });
    const own = seen.filter((event) => event.data['integrationId'] === made.id);
    assert.equal(own.length, times / 2, type);
  }
});

test('calls that were answered count, refused ones do not', async () => {
  const made = await makeCustomer(t.platform);
  const itsKey = await keyOf(made, ['employees:read']);
  for (let n = 0; n < 5; n++)
    assert.equal((await call('GET', '/v1/employees', { key: itsKey })).statusCode, 200);
  await call('GET', at('missing'), { key: itsKey });
  await call('GET', '/v1/employees?limit=0', { key: itsKey });
  await call('GET', '/v1/events', { key: itsKey });
  const counted = await until(async () => {
    const [row] = await read(
      t.platform,
      scopeOf(made),
      (sql) =>
        sql<{ calls: number }[]>`select calls from fair_use.daily where environment_id = ${made.sandboxId}`,
    );
    return row !== undefined && row.calls >= 5 ? row : undefined;
  });
  assert.equal(counted.calls, 5);
});
