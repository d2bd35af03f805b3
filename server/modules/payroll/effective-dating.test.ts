import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { eventsOf, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  employeeInputOf,
  empRowOf,
  generatePerson,
  getEmployee,
  listEmployeeDocuments,
  putEmployee,
} from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const key = { companyCode: 'KOW01', employeeNumber: '000001' };
const base = { ...employeeInputOf(generatePerson(1, 0)) };
base.employment = { ...base.employment, startDate: '2026-01-01' };
base.payRates = [{ effectiveFrom: '2026-01-01', rateType: 'annualSalary', amount: '60000.00' }];

const put = (scope: PayrollScope, input: EmployeeInputJson) =>
  transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, { ...scope, ...key, input: employeeInput.parse(input), source: { channel: 'api' } }),
  );

const day = fc
  .integer({ min: 1, max: 360 })
  .map((n) => Temporal.PlainDate.from('2026-01-01').add({ days: n }).toString());
const rates = fc.array(fc.record({ day, amount: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 8,
});

test('whatever the order of saving, a read as of any day gives the last change for the latest day up to it', async () => {
  await fc.assert(
    fc.asyncProperty(rates, fc.array(day, { minLength: 1, maxLength: 6 }), async (saves, asked) => {
      const scope = await makeEmployer(t.platform);
      await put(scope, { ...base, effectiveFrom: '2026-01-01' });
      const department = new Map([['2026-01-01', base.employment.departmentCode]]);
      const salary = new Map([['2026-01-01', '60000.00']]);
      for (const save of saves) {
        await put(scope, {
          effectiveFrom: save.day,
          employment: { ...base.employment, departmentCode: `D${save.amount}` },
          payRates: [{ effectiveFrom: save.day, rateType: 'annualSalary', amount: `${save.amount}0000.00` }],
        });
        // What is true on that day already is no change; a rate with a date is kept all the same.
        if (naive(department, save.day) !== `D${save.amount}`) department.set(save.day, `D${save.amount}`);
        salary.set(save.day, `${save.amount}0000.00`);
      }
      for (const date of asked) {
        const found = await getEmployee(t.platform, scope.environmentId, key, date);
        assert.equal(found?.document.employment?.departmentCode, naive(department, date), date);
        const rate = found?.document.payRates.findLast((one) => one.effectiveFrom <= date);
        assert.equal(rate?.amount, naive(salary, date), date);
      }
      await assertNoOverlap(scope);
    }),
    { numRuns: 12 },
  );
});

function naive(model: Map<string, string>, date: string): string | undefined {
  const latest = [...model.keys()]
    .filter((one) => one <= date)
    .sort()
    .at(-1);
  return latest === undefined ? undefined : model.get(latest);
}

async function assertNoOverlap(scope: PayrollScope): Promise<void> {
  for (const table of [
    'person_details',
    'employment_details',
    'tax_nz',
    'kiwisaver',
    'bank_account_sets',
    'pay_rates',
  ]) {
    const owner = table === 'person_details' ? 'person_id' : 'employment_id';
    const twice = await read(
      t.platform,
      scope,
      (sql) => sql`
        select 1 from ${sql(`payroll.${table}`)} where environment_id = ${scope.environmentId} and superseded_at is null
        group by ${sql(owner)}, effective_from having count(*) > 1`,
    );
    assert.equal(twice.length, 0, table);
  }
}

const cell = fc.record(
  {
    department_code: fc.constantFrom('A', 'B'),
    position_title: fc.constantFrom('Lead', '~', ''),
    mobile: fc.constantFrom('+64211', '~'),
    kiwisaver_employee_pct: fc.constantFrom('3.50', '8.00'),
    salary_annual: fc.constantFrom('60000.00', '70000.00'),
    rate_effective_date: fc.constantFrom('2026-11-01', '2026-12-01'),
    effective_date: fc.constantFrom('2026-11-20', '2026-11-24', '2026-12-05'),
    termination: fc.constantFrom('', '2026-11-10', '2026-12-10'),
  },
  { requiredKeys: [] },
);

test('a file applied at once leaves the same employees and the same facts as its rows applied one by one', async () => {
  const people = 3;
  const full = Array.from({ length: people }, (_, n) => empRowOf(generatePerson(1, n), 'KOW01'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: people, maxLength: people }), { maxLength: 3 }),
      async (files) => {
        const [bulk, single] = [await makeEmployer(t.platform), await makeEmployer(t.platform)];
        await importRows(t.platform, bulk, 'FULL', full, { chunkRows: 2 });
        for (const row of full) await importRows(t.platform, single, 'FULL', [row]);
        for (const file of files) {
          const rows = file.map(({ termination, ...cells }, n) => ({
            company_code: 'KOW01',
            employee_number: full[n]?.['employee_number'] ?? '',
            ...cells,
            ...(termination ? { end_date: termination, termination_reason: 'RESIGNATION' } : {}),
          }));
          await importRows(t.platform, bulk, 'DELTA', rows, { chunkRows: 3 });
          for (const row of rows) await importRows(t.platform, single, 'DELTA', [row]);
        }
        assert.deepEqual(await stateOf(bulk), await stateOf(single));
        assert.deepEqual(await factsOf(bulk), await factsOf(single));
      },
    ),
    { numRuns: 4 },
  );
});

async function stateOf(scope: PayrollScope) {
  const { items } = await listEmployeeDocuments(t.platform, scope.environmentId, {
    limit: 200,
    asOf: '2026-12-31',
  });
  return items.map(({ document: { employeeId: _e, personId: _p, ...rest } }) => rest);
}

async function factsOf(scope: PayrollScope) {
  return (await eventsOf(t.platform, scope)).map(({ type, subject, data, effectiveFrom }) => [
    type,
    subject['employeeNumber'],
    data.version,
    data.change,
    effectiveFrom,
  ]);
}
