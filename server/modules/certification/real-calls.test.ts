import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CertificationView, certificationList } from '#contract/certification.ts';
import { companyInput } from '#contract/payroll.ts';
import { authenticateKey, credentials, issueApiKey } from '#modules/credentials/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { createCompany, employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import { webApi, webApiFingerprint } from '#modules/web-api/index.ts';
import { systemActor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { until } from '#testing/until.ts';
import { followTraffic } from './follow-traffic.ts';
import { certification } from './index.ts';

let t: TestDatabase;
let server: TestServer;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [credentials, fairUse, webApi, certification], {
    credential: (token, address, headers) => authenticateKey(t.platform, token, address, headers),
  });
});
after(async () => {
  await server?.close();
  await t?.close();
});

async function environmentWithKey() {
  const { customerId, sandboxId: environmentId } = await makeCustomer(t.platform);
  const scope = { customerId, environmentId };
  const issued = await transact(t.platform, scope, systemActor('test'), async (work) => {
    const company = { code: 'KW', name: 'Kōwhai Ltd', timeZone: 'Pacific/Auckland' };
    await createCompany(work, scope, companyInput.parse(company));
    return issueApiKey(work, {
      ...scope,
      environment: 'sandbox',
      label: 'HR system',
      scopes: ['employees:read', 'employees:write', 'events:read'],
      contact: { name: 'Aroha', email: 'aroha@kowhai.example' },
    });
  });
  const revealed = await server.as(null).post(`/api/links/${issued.url.split('/links/')[1]}`);
  const authorization = `Bearer ${revealed.json<{ items: { value: string }[] }>().items[0]?.value}`;
  return { scope, authorization };
}

test('real calls tick the scenarios of the Web API, a refusal stands before its correction, and all complete it once', async () => {
  const { scope, authorization } = await environmentWithKey();
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const call = (method: 'GET' | 'PUT', url: string, body?: object) =>
    server.app.inject({
      method,
      url,
      headers: { authorization },
      ...(body === undefined ? {} : { payload: body }),
    });
  const eventsOf = async (type: string) =>
    (await read(t.platform, scope, (sql) => readEvents(sql, scope.environmentId, 0, 500))).filter(
      (event) => event.type === type,
    );
  const view = async (): Promise<CertificationView> => {
    await runConsumers(t.platform, [followTraffic]);
    const url = `/api/customers/${showId('cus', scope.customerId)}/environments/sandbox/scenarios`;
    const [first] = certificationList.parse((await server.as(manager).get(url)).json()).items;
    assert.ok(first?.track === 'web-api');
    return first;
  };
  await transact(t.platform, scope, systemActor('test'), async (work) =>
    work.emit(scope.environmentId, {
      type: 'endpoint.verified',
      subject: { endpointId: 'whe_1' },
      data: { endpointId: 'whe_1', valid: 200, forged: 401, stale: 401, fingerprint: 'e1' },
    }),
  );
  const path = '/v1/employees/KW/100';
  const employee = employeeInputOf(generatePerson(7, 1));
  const bad = { ...employee, taxNz: { irdNumber: '123456789', taxCode: 'M' } };
  for (let n = 0; n < 3; n++) assert.equal((await call('PUT', path, bad)).statusCode, 422);
  const half = (await view()).scenarios.find((one) => one.id === 'bad-input-corrected');
  assert.equal(half?.state, 'partly');
  assert.equal((await call('PUT', path, employee)).statusCode, 201);
  const rate = { effectiveFrom: '2099-04-01', rateType: 'annualSalary', amount: '101000.00' };
  assert.equal((await call('PUT', path, { payRates: [rate] })).statusCode, 200);
  assert.equal((await view()).passed, 4);
  assert.equal((await eventsOf('certification.completed')).length, 0);
  assert.equal((await call('GET', '/v1/events')).statusCode, 200);
  await until(async () =>
    (await eventsOf('api.operation_seen')).some((event) => event.data['operation'] === 'listEvents'),
  );
  const done = await view();
  assert.equal(done.passed, 5);
  assert.ok(done.completedAt);

  const refused = await eventsOf('api.input_refused');
  assert.equal(refused.length, 1, 'once, however often');
  assert.deepEqual(refused[0]?.data, {
    operation: 'putEmployee',
    status: 422,
    codes: ['employee-invalid'],
    fingerprint: webApiFingerprint,
  });
  const [created] = await eventsOf('employee.created');
  assert.ok((refused[0]?.sequence ?? 0) < (created?.sequence ?? 0));
  const corrected = done.scenarios.find((one) => one.id === 'bad-input-corrected')?.evidence;
  assert.match(corrected?.sentence ?? '', /HTTP 422 \(employee-invalid\)/);

  assert.equal(
    (await call('PUT', '/v1/employees/KW/101', employeeInputOf(generatePerson(7, 2)))).statusCode,
    201,
  );
  assert.deepEqual(await view(), done, 'more of the same changes nothing');
  const [completed, ...more] = await eventsOf('certification.completed');
  assert.deepEqual(completed?.data, {
    track: 'web-api',
    fingerprint: done.fingerprint,
    scenarios: done.scenarios.map((one) => one.id),
  });
  assert.equal(more.length, 0);
});
