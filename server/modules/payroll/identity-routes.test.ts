import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { customers } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { Problem } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { employeeInputOf, generatePerson, payroll, putEmployee } from './index.ts';

let t: TestDatabase;
let server: TestServer;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
  server = await testServer(t.platform, [customers, payroll]);
});
after(async () => {
  await server.close();
  await t.close();
});

const baseOf = (scope: PayrollScope) =>
  `/api/customers/${showId('cus', scope.customerId)}/environments/sandbox`;
const bodyOf = (n: number, externalId?: string): EmployeeInputJson => {
  const input = employeeInputOf(generatePerson(21, n));
  return { ...input, person: { ...input.person, ...(externalId === undefined ? {} : { externalId }) } };
};
const put = (scope: PayrollScope, employeeNumber: string, input: EmployeeInputJson) =>
  transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, {
      ...scope,
      companyCode: 'KOW01',
      employeeNumber,
      input: employeeInput.parse(input),
      source: { channel: 'api' },
    }),
  );
const refusedAs = (code: string) => (fault: unknown) => {
  assert.ok(fault instanceof Problem, String(fault));
  assert.equal(fault.code, code);
  assert.match(
    JSON.stringify(fault.errors) + fault.mend,
    /on the employees page/,
    'it says where to confirm',
  );
  return true;
};
const person = { kind: 'person', companyCode: 'KOW01', employeeNumber: '2', externalId: 'HR-1' };
const number = { kind: 'employee-number', companyCode: 'KOW01', employeeNumber: '9602' };
const reason = 'seen in the contract';

test('staff confirm the same person over HTTP: the refused employment joins, is shown, and is separated again', async () => {
  const scope = await makeEmployer(t.platform);
  const base = baseOf(scope);
  await put(scope, '1', bodyOf(1, 'HR-1'));
  const second = { ...bodyOf(1, 'HR-1'), taxNz: { taxCode: 'ND' } } as EmployeeInputJson;
  await assert.rejects(put(scope, '2', second), refusedAs('person-differs'));
  const lead = server.as(await makePerson(t.platform, { roles: ['customer-team-lead'] }));
  assert.equal((await lead.post(`${base}/confirmations`, { ...person, reason })).statusCode, 204);
  assert.ok((await put(scope, '2', second)).created);
  const { items } = (await lead.get(`${base}/employees`)).json();
  const at = `${base}/employees/${items[1].employeeId}`;
  const same = async () =>
    (await lead.get(at)).json().samePerson.map((one: { employeeNumber: string }) => one.employeeNumber);
  assert.deepEqual(await same(), ['1']);
  assert.equal((await lead.post(`${at}/separate`, {})).statusCode, 400, 'a reason is needed');
  assert.equal((await lead.post(`${at}/separate`, { reason })).statusCode, 204);
  assert.deepEqual(await same(), []);
});

test("the customer's project owner confirms a number over HTTP, and the refused write passes", async () => {
  const scope = await makeEmployer(t.platform);
  await put(scope, '009602', bodyOf(1));
  await assert.rejects(put(scope, '9602', bodyOf(1)), refusedAs('employee-number-alike'));
  const owner = server.as(
    await makePerson(t.platform, { roles: ['project-owner'], customerId: scope.customerId }),
  );
  const reply = await owner.post(`${baseOf(scope)}/confirmations`, { ...number, reason });
  assert.equal(reply.statusCode, 204, reply.body);
  assert.ok((await put(scope, '9602', bodyOf(1))).created);
});

test('other roles and another customer cannot confirm, join or separate, and the write stays refused', async () => {
  const scope = await makeEmployer(t.platform);
  const other = await makeEmployer(t.platform);
  const base = baseOf(scope);
  await put(scope, '009602', bodyOf(1));
  await put(scope, '5', bodyOf(2));
  const lead = server.as(await makePerson(t.platform, { roles: ['customer-team-lead'] }));
  const [one, two] = (await lead.get(`${base}/employees`)).json().items;
  for (const who of [
    await makePerson(t.platform, { roles: ['support'] }),
    await makePerson(t.platform, { roles: ['developer'], customerId: scope.customerId }),
    await makePerson(t.platform, { roles: ['signatory'], customerId: scope.customerId }),
    await makePerson(t.platform, { roles: ['project-owner'], customerId: other.customerId }),
  ]) {
    const as = server.as(who);
    const replies = [
      await as.post(`${base}/confirmations`, { ...number, reason }),
      await as.post(`${base}/employees/${one.employeeId}/join`, { with: two.employeeId, reason }),
      await as.post(`${base}/employees/${one.employeeId}/separate`, { reason }),
    ];
    for (const reply of replies)
      assert.ok([403, 404].includes(reply.statusCode), `${who.roles}: ${reply.statusCode} ${reply.body}`);
  }
  await assert.rejects(put(scope, '9602', bodyOf(1)), refusedAs('employee-number-alike'));
});
