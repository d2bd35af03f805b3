import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiKeyScope } from '#contract/credentials.ts';
import { authenticateKey, credentials, issueApiKey } from '#modules/credentials/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { webApi } from './index.ts';

let t: TestDatabase;
let server: TestServer;
let scope: PayrollScope;
let strong: string;
let weak: string;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [credentials, fairUse, webApi], {
    credential: (token, address, headers) => authenticateKey(t.platform, token, address, headers),
  });
  scope = await makeEmployer(t.platform);
  const plain: ApiKeyScope[] = ['employees:read', 'employees:write', 'events:read'];
  weak = await keyWith(plain);
  strong = await keyWith([...plain, 'personal:read', 'pay:read', 'restricted:read']);
});
after(async () => {
  await server?.close();
  await t?.close();
});

async function keyWith(scopes: ApiKeyScope[]): Promise<string> {
  const issued = await transact(t.platform, scope, systemActor('test'), (work) =>
    issueApiKey(work, {
      ...scope,
      environment: 'sandbox',
      label: 'HR system',
      scopes,
      contact: { name: 'Aroha', email: 'aroha@kowhai.example' },
    }),
  );
  const revealed = await server.as(null).post(`/api/links/${issued.url.split('/links/')[1]}`);
  return revealed.json().items[0].value;
}

async function call(key: string, method: 'GET' | 'PUT', number: string, body?: unknown) {
  const answer = await server.app.inject({
    method,
    url: `/v1/employees/KOW01/${number}`,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

const full = (n: number) => {
  const input = employeeInputOf(generatePerson(31, n));
  return {
    ...input,
    taxNz: { ...input.taxNz, taxCode: 'M' as const, studentLoan: true, declarationDate: '2026-01-01' },
  };
};
const places = (warnings: { code: string; field: string }[]) =>
  warnings.filter((one) => one.code === 'field-cleared').map((one) => one.field);

test('an employee that a weak key reads names every field that holds a mask, and no other', async () => {
  await call(strong, 'PUT', '1', full(1));
  const { body } = await call(weak, 'GET', '1');
  assert.ok(body.masked.includes('/person/mobile') && body.masked.includes('/bankAccounts/0/accountName'));
  assert.ok(body.masked.includes('/taxNz/studentLoan'), 'a flag that is not shown reads null');
  for (const pointer of body.masked) {
    const value = pointer
      .split('/')
      .slice(1)
      .reduce((at: Record<string, unknown>, part: string) => at[part], body);
    if (value !== null) assert.ok(/•|^\d{4}$/.test(String(value)), pointer);
  }
  assert.ok(!body.masked.includes('/person/legalLastName'));
  assert.deepEqual((await call(strong, 'GET', '1')).body.masked, []);
  const openApi = await server.app.inject({ method: 'GET', url: '/v1/openapi.json' });
  assert.ok(JSON.stringify(openApi.json()).includes('hold a mask'));
});

test('a mask that is sent back is refused with its place, and nothing is saved', async () => {
  const read = (await call(weak, 'GET', '1')).body;
  const { effectiveFrom: _from, ...person } = read.person;
  const back = await call(weak, 'PUT', '1', {
    person: { ...person, dateOfBirth: full(1).person.dateOfBirth },
  });
  assert.equal(back.status, 400);
  assert.ok(back.body.errors.some((one: { pointer: string }) => one.pointer.endsWith('/person/mobile')));
  const accounts = await call(weak, 'PUT', '1', {
    bankAccounts: [{ ...full(1).bankAccounts[0], accountName: '•••' }],
  });
  assert.equal(accounts.status, 400);
  assert.equal((await call(strong, 'GET', '1')).body.person.mobile, full(1).person.mobile);
});

test('a key that cannot read pay changes a tax code without losing the IRD number or anything else', async () => {
  await call(strong, 'PUT', '2', full(2));
  const changed = await call(weak, 'PUT', '2', { taxNz: { taxCode: 'S' } });
  assert.deepEqual([changed.status, places(changed.body.warnings)], [200, []]);
  const { taxNz } = (await call(strong, 'GET', '2')).body;
  assert.deepEqual(
    [taxNz.taxCode, taxNz.irdNumber, taxNz.studentLoan, taxNz.declarationDate],
    ['S', full(2).taxNz.irdNumber, true, '2026-01-01'],
  );
  const { person } = full(2);
  const named = await call(weak, 'PUT', '2', {
    person: {
      legalFirstName: person.legalFirstName,
      legalLastName: 'Other',
      dateOfBirth: person.dateOfBirth,
    },
  });
  assert.deepEqual(
    places(named.body.warnings).sort(),
    person.preferredName ? ['/person/preferredName', '/person/workEmail'] : ['/person/workEmail'],
  );
  assert.equal((await call(strong, 'GET', '2')).body.person.mobile, person.mobile);
});

test('what cannot stand beside the new code goes, and a warning names it', async () => {
  await call(strong, 'PUT', '3', full(3));
  const changed = await call(weak, 'PUT', '3', { taxNz: { taxCode: 'ND' } });
  assert.deepEqual([changed.status, places(changed.body.warnings)], [200, ['/taxNz/studentLoan']]);
  assert.equal((await call(strong, 'GET', '3')).body.taxNz.irdNumber, full(3).taxNz.irdNumber);
});

test('a group that replaces another names what it removes, to a key that can read it', async () => {
  await call(strong, 'PUT', '4', full(4));
  const changed = await call(strong, 'PUT', '4', { taxNz: { taxCode: 'ND' } });
  assert.deepEqual(places(changed.body.warnings).sort(), [
    '/taxNz/declarationDate',
    '/taxNz/esctRatePercent',
    '/taxNz/irdNumber',
    '/taxNz/studentLoan',
  ]);
  const explicit = await call(strong, 'PUT', '4', { taxNz: { taxCode: 'ND', irdNumber: null } });
  assert.deepEqual(places(explicit.body.warnings), []);
});
