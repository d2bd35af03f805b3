import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { employeeInputOf, generatePerson, payroll } from '#modules/payroll/index.ts';
import { consumePending } from '#platform/consume.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { openWebApi, type WebApiBench } from '#testing/web-api.ts';

let t: TestDatabase;
let bench: WebApiBench;
before(async () => {
  t = await openTestDatabase();
  bench = await openWebApi(t);
});
after(async () => {
  await bench?.close();
  await t?.close();
});

const followLog = async () => {
  for (const consumer of payroll.consumers?.(t.platform) ?? []) await consumePending(t.platform, consumer);
};

test('a new customer finds a company in its sandbox and writes its first employee with it', async () => {
  const made = await makeCustomer(t.platform);
  await followLog();
  await followLog();
  const headers = { authorization: `Bearer ${await bench.keyOf(made, ['employees:write'])}` };
  const list = await bench.call('GET', '/v1/companies', { headers });
  assert.deepEqual([list.statusCode, list.json().items.length, list.json().next], [200, 1, null], list.body);
  const [{ companyCode, timeZone, name }] = list.json().items;
  assert.deepEqual([companyCode, timeZone], [made.code, t.platform.config.vendor.timeZone]);
  assert.match(name, /^Customer/);
  const body = employeeInputOf(generatePerson(5, 1));
  const first = await bench.call('PUT', `/v1/employees/${companyCode}/1`, { headers, body });
  assert.equal(first.statusCode, 201, first.body);
});

test('a sandbox that has a company gets no other, and a key sees those of its environment only', async () => {
  await followLog();
  const { items } = (await bench.call('GET', '/v1/companies')).json();
  assert.deepEqual(
    items.map(({ companyCode }: { companyCode: string }) => companyCode),
    ['KOW01'],
  );
});

test('a company that is unknown leads to the list of those that there are', async () => {
  const reply = await bench.call('PUT', '/v1/employees/NOWHERE/1', {
    body: employeeInputOf(generatePerson(5, 2)),
  });
  assert.deepEqual([reply.statusCode, reply.json().code], [422, 'company-unknown']);
  assert.match(reply.json().detail, /GET \/v1\/companies/);
  assert.equal(reply.json().errors[0].pointer, '/companyCode');
});
