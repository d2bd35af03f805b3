import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { customers } from '#modules/customers/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { employeeInputOf, empRowOf, generateAccount, generatePerson, payroll, putEmployee } from './index.ts';

let t: TestDatabase;
let server: TestServer;
let scope: PayrollScope;
let base: string;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
  server = await testServer(t.platform, [customers, payroll]);
  scope = await makeEmployer(t.platform);
  base = `/api/customers/${showId('cus', scope.customerId)}/environments/sandbox`;
  await importRows(
    t.platform,
    scope,
    'FULL',
    Array.from({ length: 5 }, (_, n) => empRowOf(generatePerson(1, n), 'KOW01')),
  );
});
after(async () => {
  await server.close();
  await t.close();
});

const staff = () => makePerson(t.platform, { roles: ['customer-team-lead'] });
const firstEmployee = async () => {
  const list = (await server.as(await staff()).get(`${base}/employees?limit=1`)).json();
  return list.items[0].employeeId as string;
};

test('staff page through employees, each once, and search by name or number', async () => {
  const person = server.as(await staff());
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 5; pages++) {
    const reply = (await person.get(`${base}/employees?limit=2${after && `&after=${after}`}`)).json();
    assert.equal(reply.total, 5);
    seen.push(...reply.items.map((one: { employeeNumber: string }) => one.employeeNumber));
    if (reply.next === null) break;
    after = reply.next;
  }
  assert.deepEqual(seen, ['000001', '000002', '000003', '000004', '000005']);
  const found = (await person.get(`${base}/employees?search=000003`)).json();
  assert.equal(found.items.length, 1);
});

test('an employee is shown masked, and a reveal needs a reason that is kept', async () => {
  const id = await firstEmployee();
  const person = server.as(await staff());
  const { irdNumber, bankAccount, salary } = generatePerson(1, 0);
  const page = await person.get(`${base}/employees/${id}`);
  assert.equal(page.statusCode, 200);
  for (const secret of [irdNumber, bankAccount, salary]) assert.ok(!page.body.includes(secret));
  assert.equal((await person.post(`${base}/employees/${id}/reveal`, { field: 'irdNumber' })).statusCode, 400);
  const opened = await person.post(`${base}/employees/${id}/reveal`, {
    field: 'irdNumber',
    reason: 'called by the employee',
  });
  assert.equal(opened.json().value, irdNumber);
  const audit = await read(
    t.platform,
    scope,
    (sql) => sql`select detail from platform.audit where action = 'employee.reveal'`,
  );
  assert.deepEqual(audit[0]?.['detail'], { field: 'irdNumber', reason: 'called by the employee' });
});

test('history lists every recording, newest first, with masked values', async () => {
  const id = await firstEmployee();
  const reply = await server.as(await staff()).get(`${base}/employees/${id}/history`);
  assert.equal(reply.statusCode, 200);
  assert.ok(reply.json().items.length >= 6);
  assert.ok(!reply.body.includes(generatePerson(1, 0).bankAccount));
  assert.ok(!reply.body.includes('account_1'), 'what the database works out is no history');
});

test('what shows beside other employees is counted in the list and said on the page of the employee', async () => {
  const place = await makeEmployer(t.platform);
  const at = `/api/customers/${showId('cus', place.customerId)}/environments/sandbox/employees`;
  const { irdNumber } = generatePerson(1, 0);
  await importRows(
    t.platform,
    place,
    'FULL',
    [0, 1, 2].map((n) => ({
      ...empRowOf(generatePerson(1, n), 'KOW01'),
      ...(n < 2 ? { ird_number: irdNumber } : {}),
    })),
  );
  const person = server.as(await staff());
  const { items } = (await person.get(at)).json();
  assert.deepEqual(
    items.map((one: { findings: number }) => one.findings),
    [1, 1, 0],
  );
  const page = await person.get(`${at}/${items[1].employeeId}`);
  assert.equal(page.json().findings[0].message, 'Another person has the same IRD number (KOW01/000001)');
  assert.ok(!page.body.includes(irdNumber));
});

test('a bank change is listed masked and approved by a person whose role may', async () => {
  await importRows(t.platform, scope, 'DELTA', [
    {
      company_code: 'KOW01',
      employee_number: '000002',
      bank_country: 'NZ',
      bank_1: generateAccount(9, 9),
      bank_1_type: 'BALANCE',
    },
  ]);
  const person = server.as(await staff());
  const list = (await person.get(`${base}/bank-changes`)).json();
  assert.equal(list.items.length, 1);
  assert.ok(!JSON.stringify(list).includes(generateAccount(9, 9)));
  const auditor = server.as(await makePerson(t.platform, { roles: ['auditor'] }));
  const approve = `${base}/bank-changes/${list.items[0].changeId}/approve`;
  assert.equal((await auditor.post(approve)).statusCode, 403);
  const reveal = `${base}/bank-changes/${list.items[0].changeId}/reveal`;
  const reason = { reason: 'compared with a bank statement' };
  assert.equal((await auditor.post(reveal, reason)).statusCode, 403);
  assert.equal((await server.as(null).post(reveal, reason)).statusCode, 401);
  assert.equal((await person.post(reveal, {})).statusCode, 400);
  for (const times of [1, 2]) {
    const shown = await person.post(reveal, reason);
    assert.equal(shown.json().after[0].account, generateAccount(9, 9));
    assert.equal(shown.json().before[0].account, generatePerson(1, 1).bankAccount);
    assert.equal(shown.headers['cache-control'], 'no-store');
    const audit = await read(
      t.platform,
      scope,
      (sql) => sql`select subject, detail from platform.audit where action = 'bank-change.reveal'`,
    );
    assert.equal(audit.length, times, 'each time is in the audit trail');
    assert.equal(audit[0]?.['subject'], list.items[0].changeId);
    assert.ok(!JSON.stringify(audit).includes(generateAccount(9, 9)));
  }
  const elsewhere = await makeEmployer(t.platform);
  const foreign = reveal.replace(
    base,
    `/api/customers/${showId('cus', elsewhere.customerId)}/environments/sandbox`,
  );
  assert.equal((await person.post(foreign, reason)).statusCode, 404);
  const support = server.as(await makePerson(t.platform, { roles: ['support'] }));
  assert.equal((await support.post(reveal, reason)).statusCode, 200, 'support reads');
  assert.equal((await support.post(approve)).statusCode, 403, 'and changes nothing');
  assert.equal((await person.post(approve)).statusCode, 204);
  assert.equal((await person.post(approve)).statusCode, 409);
});

test('what a key wrote or asked for stands under the name of the key', async () => {
  const place = await makeEmployer(t.platform);
  const at = `/api/customers/${showId('cus', place.customerId)}/environments/sandbox`;
  const key = { kind: 'credential' as const, id: uuidv7(), label: 'Kōwhai HR', scopes: [], ...place };
  const put = (body: EmployeeInputJson) =>
    transact(t.platform, place, key, (work) =>
      putEmployee(work, {
        ...place,
        companyCode: 'KOW01',
        employeeNumber: '1',
        input: employeeInput.parse(body),
        source: { channel: 'api' },
      }),
    );
  await put(employeeInputOf(generatePerson(1, 0)));
  await put({
    bankAccounts: [{ country: 'NZ', account: generateAccount(9, 1), allocation: { type: 'balance' } }],
  });
  const person = server.as(await staff());
  const change = (await person.get(`${at}/bank-changes`)).json().items[0];
  assert.equal(change.requestedBy, 'the key “Kōwhai HR”');
  const history = (await person.get(`${at}/employees/${change.employeeId}/history`)).json();
  assert.equal(history.items[0].source, 'the key “Kōwhai HR”');
});

test('all bank changes can be read page by page, each once, newest first', async () => {
  const place = await makeEmployer(t.platform);
  const at = `/api/customers/${showId('cus', place.customerId)}/environments/sandbox/bank-changes`;
  const people = Array.from({ length: 5 }, (_, n) => empRowOf(generatePerson(1, n), 'KOW01'));
  await importRows(t.platform, place, 'FULL', people);
  for (const [n, one] of people.entries())
    await importRows(t.platform, place, 'DELTA', [
      {
        company_code: 'KOW01',
        employee_number: String(one['employee_number']),
        bank_country: 'NZ',
        bank_1: generateAccount(9, n),
        bank_1_type: 'BALANCE',
      },
    ]);
  const person = server.as(await staff());
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: { items: { employeeNumber: string }[]; next: string | null } = (
      await person.get(`${at}?limit=2${next && `&after=${next}`}`)
    ).json();
    seen.push(...page.items.map((one) => one.employeeNumber));
    next = page.next;
  }
  assert.deepEqual([...seen].sort(), ['000001', '000002', '000003', '000004', '000005']);
  assert.equal(
    (await person.get(`${at}?after=${Buffer.from('["x","y"]').toString('base64url')}`)).statusCode,
    404,
  );
  assert.equal((await person.get(`${at}?status=approved`)).json().items.length, 0);
});

test('nobody signed out, nobody of another customer, and no portal person opens a field', async () => {
  const id = await firstEmployee();
  assert.equal((await server.as(null).get(`${base}/employees`)).statusCode, 401);
  const other = await makeCustomer(t.platform);
  const stranger = await makePerson(t.platform, { roles: ['project-owner'], customerId: other.customerId });
  const own = await makePerson(t.platform, { roles: ['project-owner'], customerId: scope.customerId });
  for (const path of [`${base}/employees`, `${base}/employees/${id}`, `${base}/companies`]) {
    assert.equal((await server.as(stranger).get(path)).statusCode, 404);
    assert.equal((await server.as(own).get(path)).statusCode, 200);
  }
  const elsewhere = `/api/customers/${showId('cus', other.customerId)}/environments/sandbox/employees/${id}`;
  assert.equal((await server.as(stranger).get(elsewhere)).statusCode, 404);
  const reveal = await server
    .as(own)
    .post(`${base}/employees/${id}/reveal`, { field: 'tfn', reason: 'curiosity' });
  assert.equal(reveal.statusCode, 403);
});

test('a legal employer is added once, with a zone that exists', async () => {
  const person = server.as(await staff());
  const body = { code: 'KOW02', name: 'Kōwhai Logistics', timeZone: 'Australia/Sydney', country: 'AU' };
  assert.equal((await person.post(`${base}/companies`, body)).statusCode, 201);
  assert.equal((await person.post(`${base}/companies`, body)).statusCode, 409);
  const wrong = await person.post(`${base}/companies`, { ...body, code: 'KOW03', timeZone: 'Mars/Olympus' });
  const offset = await person.post(`${base}/companies`, { ...body, code: 'KOW03', timeZone: '+12:00' });
  assert.equal(offset.json().errors[0].pointer, '/timeZone');
  assert.equal(wrong.json().errors[0].pointer, '/timeZone');
});
