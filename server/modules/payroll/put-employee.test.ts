import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { Problem } from '#platform/problem.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { eventsOf, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  createCompany,
  employeeInputOf,
  generatePerson,
  getEmployee,
  payroll,
  previewEmployee,
  putEmployee,
} from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const start = Temporal.Instant.from('2026-11-24T00:00:00Z');
const key = { companyCode: 'KOW01', employeeNumber: '000001' };
const full = employeeInputOf(generatePerson(1, 0));

function put(scope: PayrollScope, input: EmployeeInputJson, options: { version?: number } = {}) {
  return transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, {
      ...scope,
      ...key,
      input: employeeInput.parse(input),
      source: { channel: 'api' },
      expectedVersion: options.version,
    }),
  );
}

const refused = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;
const get = async (scope: PayrollScope, asOf?: string) =>
  (await getEmployee(t.platform, scope.environmentId, key, asOf))?.document;
const typesAfter = async (scope: PayrollScope, sequence: number) =>
  (await eventsOf(t.platform, scope)).filter((one) => one.sequence > sequence).map((one) => one.type);
const fire = () => fireDueTimers(t.platform, payroll.timers?.(t.platform) ?? {});

async function newEmployer() {
  t.platform.clock.set(start);
  return makeEmployer(t.platform);
}

test('a new employee is one event, reads back as it was put, and putting it again is none', async () => {
  const scope = await newEmployer();
  const first = await put(scope, full);
  assert.deepEqual([first.created, first.changed, first.version], [true, true, 1]);
  const document = await get(scope);
  assert.equal(document?.taxNz?.irdNumber, full.taxNz?.irdNumber);
  assert.equal(document?.person?.legalFirstName, full.person?.legalFirstName);
  assert.deepEqual(document?.payRates[0]?.amount, full.payRates?.[0]?.amount);
  assert.deepEqual(document?.kiwiSaver?.employeeRatePercent, full.kiwiSaver?.employeeRatePercent);
  const again = await put(scope, full);
  assert.deepEqual([again.created, again.changed, again.version], [false, false, 1]);
  assert.deepEqual(await typesAfter(scope, 0), ['employee.created']);
});

test('no event, audit entry or problem ever holds an IRD number, a bank account, a salary or a birth date', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  const changed = employeeInputOf(generatePerson(2, 99));
  await put(scope, {
    ...changed,
    person: {
      ...changed.person,
      legalLastName: full.person.legalLastName,
      legalFirstName: full.person.legalFirstName,
    },
    employment: { ...changed.employment, startDate: full.employment.startDate },
  });
  const secrets = [full, changed].flatMap((one) => [
    one.taxNz?.irdNumber,
    one.bankAccounts?.[0]?.account,
    one.payRates?.[0]?.amount,
    one.person?.dateOfBirth,
    one.person?.mobile,
  ]);
  const audit = await read(t.platform, scope, (sql) => sql`select detail, subject from platform.audit`);
  const written = JSON.stringify([await eventsOf(t.platform, scope), audit]);
  for (const secret of secrets) assert.ok(!written.includes(String(secret)));
  const wrong = { ...full, taxNz: { ...full.taxNz, irdNumber: '136410133' } };
  await assert.rejects(put(scope, wrong), (error) => {
    assert.ok(refused('employee-invalid')(error));
    assert.ok(!JSON.stringify(error, Object.getOwnPropertyNames(error)).includes('136410133'));
    return true;
  });
});

test('a rule that is broken names its place and saves nothing', async () => {
  const scope = await newEmployer();
  const wrong: EmployeeInputJson = {
    ...full,
    taxNz: { irdNumber: null, taxCode: 'M' },
    bankAccounts: [
      { country: 'NZ', account: '01-0902-0068388-00', allocation: { type: 'fixed', value: '10.00' } },
    ],
  };
  await assert.rejects(put(scope, wrong), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual(
      error.errors?.map((one) => [one.pointer, one.code]),
      [
        ['/bankAccounts/0/account', 'bank-check-digit'],
        ['/bankAccounts/0/allocation', 'bank-one-balance'],
        ['/taxNz/taxCode', 'ird-missing-needs-nd'],
      ],
    );
    return true;
  });
  assert.equal(await get(scope), undefined);
  await assert.rejects(put(scope, { taxNz: full.taxNz }), refused('employee-incomplete'));
});

test('an unknown field is refused with its pointer', () => {
  const parsed = employeeInput.safeParse({ ...full, person: { ...full.person, shoeSize: 44 } });
  assert.ok(!parsed.success);
  assert.deepEqual(parsed.error.issues[0]?.path, ['person']);
});

test('a change for a later day is scheduled, invisible before, and announced once on that day', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await put(scope, {
    effectiveFrom: '2026-12-07',
    employment: { ...full.employment, departmentCode: 'LATER' },
    payRates: [{ effectiveFrom: '2026-12-07', rateType: 'annualSalary', amount: '99000.00' }],
  });
  assert.notEqual((await get(scope))?.employment?.departmentCode, 'LATER');
  assert.equal((await get(scope, '2026-12-07'))?.employment?.departmentCode, 'LATER');
  assert.deepEqual(await typesAfter(scope, 1), ['employment.update_scheduled', 'pay_rate.scheduled']);
  // 10:59 in the morning of 6 December UTC is a minute before midnight in Auckland.
  t.platform.clock.set(Temporal.Instant.from('2026-12-06T10:59:00Z'));
  await fire();
  assert.deepEqual(await typesAfter(scope, 3), []);
  t.platform.clock.set(Temporal.Instant.from('2026-12-06T11:00:01Z'));
  await fire();
  await fire();
  assert.deepEqual(await typesAfter(scope, 3), ['employment.update_effective', 'pay_rate.effective']);
  assert.equal((await get(scope))?.employment?.departmentCode, 'LATER');
});

test('a rate is in the currency of the employer’s country unless told otherwise, by file and API alike', async () => {
  const scope = await newEmployer();
  await transact(t.platform, scope, systemActor('test'), (work) =>
    createCompany(work, scope, {
      code: 'SYD01',
      name: 'Sydney',
      timeZone: 'Australia/Sydney',
      country: 'AU',
    }),
  );
  const sydney = { companyCode: 'SYD01', employeeNumber: '000001' };
  const rate = { effectiveFrom: '2026-01-01', rateType: 'hourly' as const, amount: '10.00' };
  const { warnings } = await transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, {
      ...scope,
      ...sydney,
      input: employeeInput.parse({
        person: { ...full.person, externalId: 'Q9' },
        employment: full.employment,
        taxAu: { residencyStatus: 'australianResident', tfnExemption: 'pending' },
        payRates: [rate, { ...rate, effectiveFrom: '2026-02-01', currency: 'NZD' }],
      }),
      source: { channel: 'api' },
    }),
  );
  assert.deepEqual(
    warnings.map((one) => one.code),
    ['pay-currency'],
    'the minimum wage of New Zealand says nothing of it',
  );
  const row = { company_code: 'SYD01', employee_number: '000001', salary_annual: '90000' };
  await importRows(t.platform, scope, 'DELTA', [row]);
  const found = await getEmployee(t.platform, scope.environmentId, sydney);
  assert.deepEqual(
    found?.document.payRates.map((one) => one.currency),
    ['AUD', 'NZD', 'AUD'],
  );
});

test('a correction of the same day supersedes and keeps what was known', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await put(scope, { kiwiSaver: { status: 'optedIn', employeeRatePercent: '8.00' } });
  await put(scope, { kiwiSaver: { status: 'optedIn', employeeRatePercent: '10.00' } });
  assert.equal((await get(scope))?.kiwiSaver?.employeeRatePercent, '10.00');
  const [count] = await read(
    t.platform,
    scope,
    (sql) => sql<{ live: number; all: number }[]>`
      select count(*) filter (where superseded_at is null) as live, count(*) as all from payroll.kiwisaver
      where environment_id = ${scope.environmentId}`,
  );
  assert.equal(Number(count?.all) - Number(count?.live) >= 1, true);
});

test('a stale version is refused, and so is a second creation', async () => {
  const scope = await newEmployer();
  await put(scope, full, { version: 0 });
  await assert.rejects(put(scope, full, { version: 0 }), refused('employee-exists'));
  await put(scope, { kiwiSaver: { status: 'optedIn', employeeRatePercent: '8.00' } }, { version: 1 });
  await assert.rejects(
    put(scope, { kiwiSaver: { status: 'optedIn', employeeRatePercent: '4.00' } }, { version: 1 }),
    refused('version-conflict'),
  );
});

test('a preview says what would happen and keeps nothing', async () => {
  const scope = await newEmployer();
  const result = await previewEmployee(t.platform, systemActor('test'), {
    ...scope,
    ...key,
    input: employeeInput.parse(full),
    source: { channel: 'api' },
  });
  assert.equal(result.created, true);
  assert.equal(await get(scope), undefined);
  assert.deepEqual(await eventsOf(t.platform, scope), []);
});

test('an ending can be cancelled, and becomes terminated the day after the last day', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  const ending = { ...full.employment, endDate: '2026-12-04', terminationReason: 'resignation' as const };
  await put(scope, { employment: ending });
  await put(scope, { employment: { ...full.employment, endDate: null } });
  await put(scope, { employment: ending });
  assert.deepEqual(await typesAfter(scope, 1), [
    'employment.termination_scheduled',
    'employment.termination_cancelled',
    'employment.termination_scheduled',
  ]);
  t.platform.clock.set(Temporal.Instant.from('2026-12-04T02:00:00Z'));
  await fire();
  assert.equal((await get(scope))?.status, 'active');
  t.platform.clock.set(Temporal.Instant.from('2026-12-04T11:00:00Z'));
  await fire();
  assert.equal((await get(scope))?.status, 'terminated');
  assert.deepEqual(await typesAfter(scope, 4), ['employment.terminated']);
});

test('another environment neither reads nor changes an employee', async () => {
  const scope = await newEmployer();
  const other = await newEmployer();
  await put(scope, full);
  assert.equal(await getEmployee(t.platform, other.environmentId, key), undefined);
  const rows = await read(t.platform, other, (sql) => sql`select * from payroll.employments`);
  assert.equal(rows.length, 0);
  for (const table of [
    'people',
    'employments',
    'person_details',
    'employment_details',
    'tax_nz',
    'kiwisaver',
    'bank_account_sets',
    'pay_rates',
    'codes',
    'companies',
  ]) {
    const found = await read(
      t.platform,
      other,
      (sql) => sql`select 1 from ${sql(`payroll.${table}`)} where environment_id = ${scope.environmentId}`,
    );
    assert.equal(found.length, 0, table);
  }
});
