import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiKeyScope, apiKeyScopes } from '#contract/credentials.ts';
import { webApiVersion } from '#contract/web-api.ts';
import { authenticateKey, credentials, issueApiKey } from '#modules/credentials/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { createCompany, employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { until } from '#testing/until.ts';
import { webApi } from './index.ts';
import { openapiDocument } from './openapi-document.ts';

let t: TestDatabase;
let server: TestServer;
let scope: { customerId: string; environmentId: string };
let key: string;
before(async () => {
  t = await openTestDatabase({ fairUse: { policy: 'enforce' } });
  server = await testServer(t.platform, [credentials, fairUse, webApi], {
    credential: (token, address, headers) => authenticateKey(t.platform, token, address, headers),
  });
  const made = await makeCustomer(t.platform);
  scope = { customerId: made.customerId, environmentId: made.sandboxId };
  await transact(t.platform, scope, systemActor('test'), (work) =>
    createCompany(work, scope, { code: 'KW', name: 'Kōwhai', timeZone: 'Pacific/Auckland', country: 'NZ' }),
  );
  key = await keyOf([...apiKeyScopes]);
});
after(async () => {
  await server?.close();
  await t?.close();
});

async function keyOf(scopes: ApiKeyScope[]): Promise<string> {
  const { url } = await transact(t.platform, scope, systemActor('test'), (work) =>
    issueApiKey(work, {
      ...scope,
      environment: 'sandbox',
      label: 'HR system',
      scopes,
      contact: { name: 'Aroha', email: 'aroha@kowhai.example' },
    }),
  );
  return (await server.as(null).post(`/api/links/${url.split('/links/')[1]}`)).json().items[0].value;
}

interface Described {
  parameters: { name: string; in: string }[];
  responses: Record<string, { headers: Record<string, unknown> }>;
}
/** Headers of the transport and for browsers: no part of the Web API's description. */
const elsewhere = new Set([
  ...'content-type content-length date connection vary x-content-type-options referrer-policy'.split(' '),
  ...'content-security-policy cross-origin-opener-policy cross-origin-resource-policy'.split(' '),
]);

test('every header that is sent is described for that answer, and every one described is sent', async () => {
  const { paths, components } = openapiDocument(server.app) as unknown as {
    paths: Record<string, Record<string, Described>>;
    components: { headers: Record<string, { required: boolean }> };
  };
  const sentSomewhere = new Map<string, Set<string>>();
  const call = async (
    method: 'GET' | 'PUT',
    path: string,
    url: string,
    status: number,
    options: { key?: string | null; headers?: object; body?: unknown } = {},
  ) => {
    const bearer = options.key === undefined ? key : options.key;
    const answer = await server.app.inject({
      method,
      url,
      headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...options.headers },
      ...(options.body === undefined ? {} : { payload: options.body as object }),
    });
    const at = `${method} ${url} ${status}`;
    assert.equal(answer.statusCode, status, `${at}: ${answer.body}`);
    const operation = paths[path]?.[method.toLowerCase()];
    const described = operation?.responses[status] ?? operation?.responses[`${Math.floor(status / 100)}XX`];
    const names = Object.keys(described?.headers ?? {});
    const sent = Object.keys(answer.headers).filter((name) => !elsewhere.has(name));
    for (const name of sent)
      assert.ok(names.map((one) => one.toLowerCase()).includes(name), `${at} sends ${name} undescribed`);
    for (const name of names)
      if (components.headers[name]?.required) assert.ok(sent.includes(name.toLowerCase()), `${at}: ${name}`);
    const place = `${method} ${path} ${status}`;
    const before = sentSomewhere.get(place) ?? new Set();
    sentSomewhere.set(place, new Set([...before, ...sent]));
    const lacking = names.filter((name) => !sentSomewhere.get(place)?.has(name.toLowerCase()));
    return { answer, lacking };
  };

  const one = '/v1/employees/{companyCode}/{employeeNumber}';
  const body = employeeInputOf(generatePerson(3, 1));
  const whole = async (...args: Parameters<typeof call>) => {
    const { answer, lacking } = await call(...args);
    assert.deepEqual(lacking, [], `${args[0]} ${args[2]} ${args[3]}`);
    return answer;
  };
  const created = await whole('PUT', one, '/v1/employees/KW/a%20b', 201, { body });
  assert.equal(created.headers['location'], '/v1/employees/KW/a%20b');
  const etag = String(created.headers['etag']);
  await whole('PUT', one, '/v1/employees/KW/a%20b', 200, { body });
  await whole('GET', one, '/v1/employees/KW/a%20b', 200);
  await whole('GET', one, '/v1/employees/KW/a%20b', 304, { headers: { 'if-none-match': etag } });
  await whole('PUT', one, '/v1/employees/KW/a%20b', 412, { body, headers: { 'if-none-match': '*' } });
  await whole('PUT', one, '/v1/employees/KW/a%20b', 400, { body: { shoeSize: 44 } });
  await whole('PUT', one, '/v1/employees/XX/1', 422, { body });
  await whole('GET', one, '/v1/employees/KW/nobody', 404);
  await call('PUT', one, '/v1/employees/KW/2', 201, { body: employeeInputOf(generatePerson(3, 2)) });
  await whole('GET', '/v1/employees', '/v1/employees?limit=1', 200);
  await whole('GET', '/v1/events', '/v1/events?limit=1', 200);
  await whole('GET', '/v1/environment', '/v1/environment', 200);
  const narrow = await keyOf(['environment:read']);
  for (const [path, url] of [
    ['/v1/employees', '/v1/employees'],
    ['/v1/events', '/v1/events'],
    [one, '/v1/employees/KW/1'],
  ] as const) {
    await whole('GET', path, url, 401, { key: null });
    await whole('GET', path, url, 401, { key: 'fl_test_forged' });
    await whole('GET', path, url, 403, { key: narrow });
  }
  await whole('PUT', one, '/v1/employees/KW/1', 403, { key: narrow, body });
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const set = await server.as(director).put('/api/fair-use/policy', {
    burst: { perMinute: 1, burst: 1 },
    meters: [{ meter: 'calls', period: 'day', base: 1000, perHead: 0 }],
  });
  assert.equal(set.statusCode, 200, set.body);
  await until(async () => {
    const headers = { authorization: `Bearer ${key}` };
    return (await server.app.inject({ url: '/v1/environment', headers })).statusCode === 429;
  });
  await whole('GET', '/v1/environment', '/v1/environment', 429);
});

test('the headers of a request that change an answer are described where they do', () => {
  const { paths } = openapiDocument(server.app) as unknown as {
    paths: Record<string, Record<string, Described>>;
  };
  const read = (path: string, method: string) =>
    paths[path]?.[method]?.parameters.filter((one) => one.in === 'header').map((one) => one.name);
  const all = ['Fairlead-Version', 'Fairlead-Environment'];
  const one = '/v1/employees/{companyCode}/{employeeNumber}';
  assert.deepEqual(read(one, 'put'), [...all, 'If-Match', 'If-None-Match']);
  assert.deepEqual(read(one, 'get'), [...all, 'If-None-Match']);
  assert.deepEqual(read('/v1/environment', 'get'), all);
});

test('an address under /v1 that there is not, a call without a key and the description carry the version too', async () => {
  for (const [url, status] of [
    ['/v1/nothing', 404],
    ['/v1/employees/KW/1/more', 404],
    ['/v1', 404],
    ['/v1/employees', 401],
    ['/v1/openapi.json', 200],
  ] as const) {
    const answer = await server.as(null).get(url);
    const { statusCode, headers } = answer;
    assert.deepEqual([statusCode, headers['fairlead-version']], [status, webApiVersion], url);
    assert.ok(headers['x-request-id'] && headers['cache-control'], url);
    if (status === 404) assert.equal(answer.json().code, 'not-found');
  }
  assert.equal((await server.as(null).get('/elsewhere')).headers['fairlead-version'], undefined);
});

test('the description is worked out once and answered 304 to whoever has it', async () => {
  const first = await server.as(null).get('/v1/openapi.json');
  assert.equal(first.statusCode, 200);
  const again = await server
    .as(null)
    .get('/v1/openapi.json', undefined, { 'if-none-match': String(first.headers['etag']) });
  assert.equal(again.statusCode, 304);
  assert.equal(again.body, '');
  assert.equal((await server.as(null).get('/v1/openapi.json')).body, first.body);
});
