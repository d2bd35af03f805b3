import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { checkRows, eventsOf, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
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
const saves = fc.array(
  fc.record(
    {
      day,
      departmentCode: fc.constantFrom('D1', 'D2', 'D3'),
      positionTitle: fc.constantFrom('Lead', 'Baker', null),
      esctRatePercent: fc.constantFrom('17.5', '33'),
      suburb: fc.constantFrom('Petone', 'Naenae'),
      amount: fc.constantFrom('1', '2', '3', '4'),
    },
    { requiredKeys: ['day'] },
  ),
  { minLength: 1, maxLength: 10 },
);
const dated = ['departmentCode', 'positionTitle', 'esctRatePercent', 'suburb'] as const;
const columns: Record<string, string> = {
  departmentCode: '/employment/departmentCode',
  positionTitle: '/employment/positionTitle',
  esctRatePercent: '/taxNz/esctRatePercent',
  suburb: '/person/address',
};

/** A field over time: what was first said of a day holds until the next day on which another value was said. */
class FieldTimeline {
  readonly #changes: [day: string, value: unknown][];
  constructor(first: unknown) {
    this.#changes = [['2026-01-01', first]];
  }
  on(date: string): unknown {
    return this.#changes.findLast(([from]) => from <= date)?.[1];
  }
  /** Says whether a later change sets another value still. */
  set(date: string, value: unknown): boolean {
    const old = this.on(date);
    if (old === value) return false;
    const next = this.#changes.find(([from, later]) => from > date && later !== old);
    const kept = this.#changes.filter(([from]) => from < date || from >= (next?.[0] ?? '9999'));
    this.#changes.splice(0, this.#changes.length, ...kept, [date, value]);
    this.#changes.sort(([a], [b]) => a.localeCompare(b));
    return next !== undefined && next[1] !== value;
  }
}

test('whatever the order of saving, each field reads on any day as its own timeline says, and what stands is named', async () => {
  await fc.assert(
    fc.asyncProperty(saves, fc.array(day, { minLength: 1, maxLength: 6 }), async (all, asked) => {
      const scope = await makeEmployer(t.platform);
      await put(scope, { ...base, effectiveFrom: '2026-01-01' });
      const first: Record<string, unknown> = {
        ...base.employment,
        ...base.taxNz,
        suburb: base.person.address?.suburb,
      };
      const lines = new Map(dated.map((field) => [field, new FieldTimeline(first[field])]));
      const salary = new Map([['2026-01-01', '60000.00']]);
      for (const { day: from, amount, ...told } of all) {
        const now = (field: (typeof dated)[number]) =>
          field in told ? told[field] : lines.get(field)?.on(from);
        const result = await put(scope, {
          effectiveFrom: from,
          person: {
            ...base.person,
            address: { ...base.person.address, country: 'NZ', suburb: now('suburb') as string },
          },
          employment: {
            ...base.employment,
            departmentCode: now('departmentCode') as string,
            positionTitle: now('positionTitle') as string,
          },
          taxNz: { ...base.taxNz, taxCode: 'M', esctRatePercent: now('esctRatePercent') as '33' },
          ...(amount === undefined
            ? {}
            : { payRates: [{ effectiveFrom: from, rateType: 'annualSalary', amount: `${amount}0000.00` }] }),
        });
        const standing = dated.filter((field) => lines.get(field)?.set(from, now(field)));
        assert.deepEqual(
          result.warnings
            .filter((one) => one.code === 'later-change-stands')
            .map((one) => one.field)
            .sort(),
          standing.map((field) => columns[field]).sort(),
        );
        // A rate has a date of its own, and is kept even when it repeats the one before.
        if (amount !== undefined) salary.set(from, `${amount}0000.00`);
      }
      for (const date of [...asked, ...all.map((one) => one.day)]) {
        const document = (await getEmployee(t.platform, scope.environmentId, key, date))?.document;
        const read: Record<string, unknown> = {
          ...document?.employment,
          ...document?.taxNz,
          suburb: document?.person?.address?.suburb,
        };
        for (const field of dated) assert.equal(read[field], lines.get(field)?.on(date), `${field} ${date}`);
        const rate = document?.payRates.findLast((one) => one.effectiveFrom <= date);
        assert.equal(rate?.amount, [...salary].sort().findLast(([from]) => from <= date)?.[1], date);
      }
      await assertNoOverlap(scope);
    }),
    { numRuns: 12 },
  );
});

test('a change made before a scheduled one lasts beyond it, and the record it was carried into is kept in history', async () => {
  const scope = await makeEmployer(t.platform);
  await put(scope, base);
  await put(scope, {
    effectiveFrom: '2027-03-01',
    employment: { ...base.employment, departmentCode: 'LATER' },
  });
  const { warnings } = await put(scope, {
    employment: { ...base.employment, positionTitle: 'Baker', departmentCode: 'NOW' },
  });
  assert.deepEqual(
    warnings.map((one) => [one.code, one.field, one.severity]),
    [['later-change-stands', '/employment/departmentCode', 'warning']],
  );
  const later = (await getEmployee(t.platform, scope.environmentId, key, '2027-03-01'))?.document.employment;
  assert.deepEqual([later?.positionTitle, later?.departmentCode], ['Baker', 'LATER']);
  const recorded = await read(
    t.platform,
    scope,
    (sql) => sql<{ positionTitle: string; superseded: boolean }[]>`
      select position_title as "positionTitle", superseded_at is not null as superseded from payroll.employment_details
      where environment_id = ${scope.environmentId} and effective_from = '2027-03-01' order by superseded desc`,
  );
  assert.deepEqual(
    [...recorded],
    [
      { positionTitle: base.employment.positionTitle, superseded: true },
      { positionTitle: 'Baker', superseded: false },
    ],
  );
});

test('a file is warned of what a later change sets again, and loads all the same', async () => {
  const scope = await makeEmployer(t.platform);
  const rows = [empRowOf(generatePerson(1, 0), 'KOW01'), empRowOf(generatePerson(1, 1), 'KOW01')];
  await importRows(t.platform, scope, 'FULL', rows);
  const delta = (cells: Record<string, string>) => [
    { company_code: 'KOW01', employee_number: '000002', ...cells },
  ];
  await importRows(
    t.platform,
    scope,
    'DELTA',
    delta({ location_code: 'LATER', effective_date: '2027-01-01' }),
  );
  const check = await checkRows(t.platform, scope, 'DELTA', delta({ location_code: 'NOW' }));
  assert.deepEqual(
    check.findings
      .filter((one) => one.code !== 'code-new')
      .map((one) => [one.line, one.code, one.field, one.severity]),
    [[2, 'later-change-stands', 'location_code', 'warning']],
  );
  assert.equal(check.refusedRows, 0);
  assert.equal((await importRows(t.platform, scope, 'DELTA', delta({ location_code: 'NOW' }))).updated, 1);
});

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
