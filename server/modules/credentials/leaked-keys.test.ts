import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { readEvents } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import { read } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { newestMail } from '#testing/outbox.ts';
import { openWebApi, type WebApiBench } from '#testing/web-api.ts';
import { makeApiKey } from './api-key.ts';

let t: TestDatabase;
let bench: WebApiBench;
let leaked: string;
before(async () => {
  t = await openTestDatabase();
  bench = await openWebApi(t);
  await makePerson(t.platform, { roles: ['integrations-manager'], email: 'ism@vendor.example' });
});
beforeEach(async () => {
  leaked = await bench.keyOf(bench.customer);
});
after(async () => {
  await bench?.close();
  await t?.close();
});

const scope = () => ({ customerId: bench.customer.customerId, environmentId: bench.customer.sandboxId });

async function leaksTold(): Promise<{ prefix: unknown; place: unknown }[]> {
  const events = await read(t.platform, scope(), (sql) =>
    readEvents(sql, bench.customer.sandboxId, 0, 1_000),
  );
  return events
    .filter(({ type, data }) => type === 'api_key.leaked' && leaked.startsWith(String(data['prefix'])))
    .map(({ data }) => ({ prefix: data['prefix'], place: data['place'] }));
}

/** Whether a secret is written anywhere in the database. */
async function isStored(secret: string): Promise<boolean> {
  const tables = await t.owner<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  for (const { name } of tables) {
    const rows = await t.owner.unsafe(`select 1 from ${name} x where x::text like $1 limit 1`, [
      `%${secret.slice(12)}%`,
    ]);
    if (rows.length > 0) return true;
  }
  return false;
}

const employee = (lastName: string) => ({ person: { legalFirstName: 'Ana', lastName } });

test('a key in an address or a body is refused, told to its contact and to staff, and neither echoed nor stored', async () => {
  const cases: [method: string, url: string, body: unknown, pointer: string, place: string][] = [
    ['GET', `/v1/employees?api_key=KEY`, undefined, '/querystring/api_key', 'GET /v1/employees'],
    ['GET', `/v1/employees/KOW01/KEY`, undefined, '/params/employeeNumber', 'GET /v1/employees/:companyCode'],
    ['GET', `/v1/nothing/here/%66KEYREST`, undefined, '/params/*', 'GET an address that does not exist'],
    ['GET', `/v1/employees?search=a%20KEY%2C`, undefined, '/querystring/search', 'GET /v1/employees'],
    ['PUT', '/v1/employees/KOW01/7', employee('KEY'), '/person/lastName', 'PUT /v1/employees/:companyCode'],
    ['PUT', '/v1/employees/KOW01/7', { KEY: 1 }, '/', 'PUT /v1/employees/:companyCode'],
    [
      'PUT',
      '/v1/employees/KOW01/7',
      employee('see https://x.example/?k=KEY'),
      '/person/lastName',
      'PUT /v1/employees/:companyCode',
    ],
  ];
  for (const [method, url, body, pointer, place] of cases) {
    leaked = await bench.keyOf(bench.customer);
    const put = (text: string) => text.replace('%66KEYREST', `%66${leaked.slice(1)}`).replace('KEY', leaked);
    const reply = await bench.call(method, put(url), {
      ...(body === undefined ? {} : { body: JSON.parse(put(JSON.stringify(body))) }),
    });
    assert.equal(reply.statusCode, 400, `${url}: ${reply.body}`);
    assert.equal(reply.json().code, 'api-key-leaked');
    assert.ok(
      reply.json().errors.some((one: { pointer: string }) => one.pointer === pointer),
      reply.body,
    );
    assert.ok(!reply.body.includes(leaked.slice(12)), 'the answer holds the key');
    const [told, ...more] = await leaksTold();
    assert.deepEqual(more, []);
    assert.ok(String(told?.place).startsWith(place), `${told?.place}`);
    assert.ok(String(told?.place).endsWith(`at ${pointer}`), `${told?.place}`);
    for (const to of ['dev@people.example', 'ism@vendor.example']) {
      const mail = await newestMail(t, scope(), 'api-key-leaked', to);
      assert.ok(mail?.text.includes(leaked.slice(0, 12)), to);
      assert.ok(!mail?.text.includes(leaked.slice(12)));
    }
    assert.equal(await isStored(leaked), false);
  }
});

test('a leak is told once a day however often it comes, also when nobody is signed in; the key list shows it', async () => {
  for (let i = 0; i < 3; i++)
    assert.equal(
      (await bench.server.as(null).get(`/v1/employees?key=${leaked}`)).json().code,
      'api-key-leaked',
    );
  assert.equal((await leaksTold()).length, 1);
  const developer = await makePerson(t.platform, {
    roles: ['developer'],
    customerId: bench.customer.customerId,
  });
  const { items } = (
    await bench.server
      .as(developer)
      .get(`/api/customers/${showId('cus', bench.customer.customerId)}/environments/sandbox/api-keys`)
  ).json();
  const shown = items.find((one: { prefix: string }) => leaked.startsWith(one.prefix));
  assert.equal(shown.leakedIn, 'GET /v1/employees at /querystring/key');
  assert.ok(shown.leakedAt);
});

test('what only looks like a key is no key, and a made-up one is refused without being told to anybody', async () => {
  const found = await bench.call('GET', `/v1/employees?search=fl_test_${'a'.repeat(36)}`);
  assert.equal(found.statusCode, 200, found.body);
  const madeUp = await bench.call('GET', `/v1/employees?search=${makeApiKey('sandbox')}`);
  assert.equal(madeUp.json().code, 'api-key-leaked');
});
