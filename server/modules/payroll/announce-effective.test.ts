import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { eventsOf, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  createCompany,
  employeeInputOf,
  generatePerson,
  getEmployee,
  payroll,
  putEmployee,
} from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const key = { companyCode: 'KOW01', employeeNumber: '000001' };
const full = employeeInputOf(generatePerson(1, 0));

async function newEmployer(): Promise<PayrollScope> {
  at('2026-11-24');
  return makeEmployer(t.platform);
}

/** One in the morning of a day in Auckland. */
const at = (day: string) =>
  t.platform.clock.set(
    Temporal.PlainDate.from(day).toZonedDateTime('Pacific/Auckland').add({ hours: 1 }).toInstant(),
  );
const put = (scope: PayrollScope, input: EmployeeInputJson, meanwhile?: () => Promise<unknown>) =>
  transact(t.platform, scope, systemActor('test'), async (work) => {
    const parsed = employeeInput.parse(input);
    await putEmployee(work, { ...scope, ...key, input: parsed, source: { channel: 'api' } });
    await meanwhile?.();
  });
const fire = () => fireDueTimers(t.platform, payroll.timers?.(t.platform) ?? {});
const news = async (scope: PayrollScope, after: number) =>
  (await eventsOf(t.platform, scope))
    .filter((one) => one.sequence > after)
    .map((one) => [one.type, one.effectiveFrom, one.data.change.fields.join(' ')]);

test('what becomes effective names the fields that are different from then on, and their classes', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await put(scope, {
    effectiveFrom: '2026-12-07',
    person: { ...full.person, mobile: '+64210000000', preferredName: 'Ari' },
    employment: { ...full.employment, departmentCode: 'LATER' },
    taxNz: { ...full.taxNz, esctRatePercent: '39' },
    kiwiSaver: { ...full.kiwiSaver, employeeRatePercent: '10.00' },
    payRates: [
      { effectiveFrom: '2026-12-07', rateType: 'annualSalary', amount: '99000.00', hoursPerWeek: '1' },
    ],
  });
  at('2026-12-07');
  await fire();
  const log = (await eventsOf(t.platform, scope)).filter((one) => one.sequence > 6);
  assert.deepEqual(log.map((one) => [one.type, one.data.change.fields, one.data.change.classes]).sort(), [
    ['employee.update_effective', ['preferredName', 'mobile'], ['P1', 'P2']],
    ['employment.update_effective', ['departmentCode'], ['P1']],
    ['kiwisaver.effective', ['employeeRatePercent'], ['P3']],
    ['pay_rate.effective', ['amount', 'rateHoursPerWeek'], ['P3']],
    ['tax_details.effective', ['esctRatePercent'], ['P3']],
  ]);
});

test('a start that is moved is announced on its new day alone', async () => {
  const scope = await newEmployer();
  const starting = (startDate: string): EmployeeInputJson => ({
    person: full.person,
    employment: { ...full.employment, startDate },
  });
  await put(scope, starting('2026-12-01'));
  await put(scope, starting('2026-12-10'));
  at('2026-12-01');
  await fire();
  assert.deepEqual(await news(scope, 2), []);
  at('2026-12-10');
  await fire();
  assert.deepEqual(
    (await news(scope, 2)).filter(([type]) => type === 'employment.started'),
    [['employment.started', '2026-12-10', 'startDate']],
  );
  at('2026-12-11');
  await fire();
  assert.equal((await news(scope, 2)).filter(([type]) => type === 'employment.started').length, 1);
});

test('a start that is moved to a day that has come is announced at once', async () => {
  const scope = await newEmployer();
  await put(scope, { person: full.person, employment: { ...full.employment, startDate: '2026-12-20' } });
  at('2026-12-02');
  await put(scope, { employment: { ...full.employment, startDate: '2026-12-01' } });
  await fire();
  assert.deepEqual((await news(scope, 1)).at(-1), ['employment.started', '2026-12-01', 'startDate']);
  at('2026-12-20');
  await fire();
  assert.equal((await news(scope, 1)).filter(([type]) => type === 'employment.started').length, 1);
});

test('a change that is written while the timer of its day fires is announced all the same', async () => {
  const scope = await newEmployer();
  const change = (departmentCode: string) => ({
    effectiveFrom: '2026-12-07',
    employment: { ...full.employment, departmentCode },
  });
  await put(scope, full);
  await put(scope, { ...change('ONE'), kiwiSaver: { ...full.kiwiSaver, employeeRatePercent: '10.00' } });
  at('2026-12-06');
  // Midnight passes and the timer fires before the second change commits.
  await put(
    scope,
    { taxNz: { ...full.taxNz, esctRatePercent: '39' }, effectiveFrom: '2026-12-07' },
    async () => {
      at('2026-12-07');
      await fire();
    },
  );
  await fire();
  assert.deepEqual((await news(scope, 4)).map(([type]) => type).sort(), [
    'employment.update_effective',
    'kiwisaver.effective',
    'tax_details.effective',
  ]);
});

test('a new employee whose record holds from a later day than the start is announced on that day', async () => {
  const scope = await newEmployer();
  await put(scope, { ...full, effectiveFrom: '2026-12-07' });
  assert.deepEqual(
    (await news(scope, 0)).map(([type]) => type),
    ['employee.created'],
  );
  at('2026-12-07');
  await fire();
  assert.deepEqual((await news(scope, 1)).map(([type, day]) => [type, day]).sort(), [
    ['bank_account.effective', '2026-12-07'],
    ['employee.update_effective', '2026-12-07'],
    ['employment.update_effective', '2026-12-07'],
    ['kiwisaver.effective', '2026-12-07'],
    ['tax_details.effective', '2026-12-07'],
  ]);
});

test('each rate of a later day is announced as scheduled and on its day; of past ones the last is', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  const rate = (effectiveFrom: string, amount: string) => ({
    effectiveFrom,
    rateType: 'annualSalary' as const,
    amount,
  });
  await put(scope, {
    payRates: [
      rate('2026-09-01', '60000.00'),
      rate('2026-10-01', '61000.00'),
      rate('2027-01-01', '62000.00'),
      rate('2027-02-01', '63000.00'),
    ],
  });
  assert.deepEqual(
    (await news(scope, 1)).map(([type, day]) => [type, day]),
    [
      ['pay_rate.effective', '2026-10-01'],
      ['pay_rate.scheduled', '2027-01-01'],
      ['pay_rate.scheduled', '2027-02-01'],
    ],
  );
  at('2027-02-01');
  await fire();
  assert.deepEqual(await news(scope, 4), [
    ['pay_rate.effective', '2027-01-01', 'amount'],
    ['pay_rate.effective', '2027-02-01', 'amount'],
  ]);
});

test('an employee reads without a gap from the start of the employment, and has nothing before it', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  const start = full.employment.startDate;
  const on = async (day: string) => (await getEmployee(t.platform, scope.environmentId, key, day))?.document;
  const first = await on(start);
  assert.equal(first?.status, 'active');
  assert.equal(first?.employment?.departmentCode, full.employment.departmentCode);
  assert.equal(first?.taxNz?.taxCode, full.taxNz.taxCode);
  const before = await on(Temporal.PlainDate.from(start).subtract({ days: 1 }).toString());
  assert.deepEqual([before?.status, before?.employment, before?.taxNz], ['pending', null, null]);
});

test("what counts as today goes by the employer's zone, not the vendor's", async () => {
  const scope = await newEmployer();
  // Noon in Auckland: in Honolulu it is still the day before.
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T23:00:00Z'));
  const company = { code: 'HON01', name: 'Far', timeZone: 'Pacific/Honolulu', country: 'NZ' as const };
  const warned = (effectiveFrom: string) =>
    transact(t.platform, scope, systemActor('test'), async (work) => {
      const input = employeeInput.parse({ ...full, effectiveFrom });
      const place = { ...scope, companyCode: 'HON01', employeeNumber: '1' };
      const { warnings } = await putEmployee(work, { ...place, input, source: { channel: 'api' } });
      return warnings.map((one) => one.code);
    });
  await transact(t.platform, scope, systemActor('test'), (work) => createCompany(work, scope, company));
  assert.deepEqual(await warned('2026-11-24'), []);
  assert.deepEqual(await warned('2026-11-23'), ['back-dated']);
});
