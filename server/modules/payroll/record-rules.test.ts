import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { uuidv7 } from '#platform/ids.ts';
import { Problem } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { checkRows, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  type EmpMode,
  employeeInputOf,
  empRowOf,
  generatePerson,
  getEmployee,
  openEmpImport,
  putEmployee,
  validateEmpRow,
} from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

type Cells = Record<string, string>;
const key = { companyCode: 'KOW01', employeeNumber: '000001' };
const good = empRowOf(generatePerson(1, 0), 'KOW01');
const full = employeeInputOf(generatePerson(1, 0));
const australian = {
  ...good,
  tax_code: '',
  ird_number: '',
  student_loan: '',
  esct_pct: '',
  kiwisaver_status: '',
  kiwisaver_employee_pct: '',
  kiwisaver_employer_pct: '',
  residency_status: 'AUSTRALIAN_RESIDENT',
};

const put = (scope: PayrollScope, input: EmployeeInputJson) =>
  transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, { ...scope, ...key, input: employeeInput.parse(input), source: { channel: 'api' } }),
  );

/** What a PUT is refused for, as pointer:code. */
async function refusals(scope: PayrollScope, input: EmployeeInputJson): Promise<string[]> {
  try {
    await put(scope, input);
    return [];
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, 'employee-invalid');
    return (error.errors ?? []).map((one) => `${one.pointer}:${one.code}`).sort();
  }
}

/** What the rows of a file are refused for, as column:code, row by row. */
async function refused(scope: PayrollScope, mode: EmpMode, rows: Cells[]): Promise<string[][]> {
  const { findings } = await checkRows(t.platform, scope, mode, rows);
  return rows.map((_, i) =>
    findings
      .filter((one) => one.line === i + 2 && one.severity === 'error')
      .map((one) => `${one.field}:${one.code}`),
  );
}

test('a new employee whose fields contradict each other is refused by column and code', async () => {
  const scope = await makeEmployer(t.platform);
  const started = { start_date: '2020-01-01', rate_effective_date: '2020-01-01' };
  const reduced = { kiwisaver_status: 'TEMPORARY_RATE_REDUCTION', kiwisaver_employee_pct: '3' };
  const table: [Cells, string[]][] = [
    [{}, []],
    [{ ird_number: '' }, ['tax_code:ird-missing-needs-nd']],
    [{ ird_number: '000000000' }, ['tax_code:ird-missing-needs-nd']],
    [{ ird_number: '', tax_code: 'ND', student_loan: 'N' }, []],
    [{ tax_code: 'ND', student_loan: 'Y' }, ['student_loan:student-loan-code']],
    [{ tax_code: 'STC', student_loan: 'N' }, ['tax_rate_pct:tax-rate-missing']],
    [{ tax_code: 'WT', student_loan: 'N', tax_rate_pct: '9' }, ['tax_rate_pct:tax-rate-range']],
    [{ tax_code: 'NSW', student_loan: 'N' }, ['kiwisaver_status:nsw-kiwisaver']],
    [{ kiwisaver_employee_pct: '' }, ['kiwisaver_employee_pct:kiwisaver-rate-missing']],
    [{ kiwisaver_employee_pct: '0' }, ['kiwisaver_employee_pct:kiwisaver-rate']],
    [{ kiwisaver_employee_pct: '3.00' }, ['kiwisaver_employee_pct:kiwisaver-rate']],
    [{ kiwisaver_status: 'OPTED_OUT' }, ['kiwisaver_employee_pct:kiwisaver-rate-unexpected']],
    [{ ...started, effective_date: '2026-03-31', kiwisaver_employee_pct: '3.00' }, []],
    [
      { ...started, effective_date: '2026-04-01', kiwisaver_employee_pct: '3.00' },
      ['kiwisaver_employee_pct:kiwisaver-rate'],
    ],
    [reduced, ['kiwisaver_reduction_end:kiwisaver-reduction-end']],
    [{ ...reduced, kiwisaver_reduction_end: '2027-05-31' }, []],
    // It started some time ago, as the file can't say when.
    [{ ...reduced, kiwisaver_reduction_end: '2026-12-31' }, []],
    [
      { ...reduced, kiwisaver_reduction_end: '2027-11-25' },
      ['kiwisaver_reduction_end:kiwisaver-reduction-length'],
    ],
    [
      { ...reduced, kiwisaver_reduction_end: '2026-11-23' },
      ['kiwisaver_reduction_end:kiwisaver-reduction-over'],
    ],
    [
      { ...reduced, kiwisaver_employee_pct: '3.5', kiwisaver_reduction_end: '2027-05-31' },
      ['kiwisaver_employee_pct:kiwisaver-reduction-rate'],
    ],
    [{ end_date: '2026-11-30' }, ['termination_reason:termination-reason']],
    [{ termination_reason: 'RESIGNATION' }, ['end_date:end-date']],
    [{ end_date: '2001-01-01', termination_reason: 'RESIGNATION' }, ['end_date:end-before-start']],
    [{ effective_date: '2001-01-01' }, ['effective_date:effective-before-start']],
    [{ employment_type: 'FIXED_TERM' }, ['fixed_term_end:fixed-term-end']],
    [{ res_postcode: '123' }, ['res_postcode:postcode']],
    [australian, ['tfn:tfn-or-exemption']],
    [{ ...australian, tfn: '123456782' }, []],
    [{ ...australian, tfn_exemption: 'PENDING' }, []],
  ];
  const found = await refused(
    scope,
    'FULL',
    table.map(([cells], i) => ({ ...good, ...cells, employee_number: String(i) })),
  );
  for (const [i, [cells, expected]] of table.entries())
    assert.deepEqual(found[i], expected, JSON.stringify(cells));
});

test('a DELTA row is judged by the record that it would leave, and so is a PUT', async () => {
  const scope = await makeEmployer(t.platform);
  const base = { ...good, tax_code: 'M', student_loan: 'Y' };
  const { taxNz, kiwiSaver, employment } = full;
  const tax = { ...taxNz, taxCode: 'M' as const, studentLoan: true };
  const table: [Cells, EmployeeInputJson, string[], string[]][] = [
    [
      { ird_number: '~' },
      { taxNz: { ...tax, irdNumber: null } },
      ['tax_code:ird-missing-needs-nd'],
      ['/taxNz/taxCode:ird-missing-needs-nd'],
    ],
    [
      { tax_code: 'ND' },
      { taxNz: { ...tax, taxCode: 'ND' } },
      ['student_loan:student-loan-code'],
      ['/taxNz/studentLoan:student-loan-code'],
    ],
    [
      { tax_code: 'STC', student_loan: 'N' },
      { taxNz: { ...tax, taxCode: 'STC', studentLoan: false } },
      ['tax_rate_pct:tax-rate-missing'],
      ['/taxNz/taxRatePercent:tax-rate-missing'],
    ],
    [
      { tax_code: 'NSW', student_loan: 'N' },
      { taxNz: { ...tax, taxCode: 'NSW', studentLoan: false } },
      ['kiwisaver_status:nsw-kiwisaver'],
      ['/kiwiSaver/status:nsw-kiwisaver'],
    ],
    [
      { kiwisaver_status: 'OPTED_OUT' },
      { kiwiSaver: { ...kiwiSaver, status: 'optedOut', optOutDate: '2026-11-24' } },
      ['kiwisaver_employee_pct:kiwisaver-rate-unexpected'],
      ['/kiwiSaver/employeeRatePercent:kiwisaver-rate-unexpected'],
    ],
    [
      { kiwisaver_employee_pct: '~' },
      { kiwiSaver: { ...kiwiSaver, employeeRatePercent: null } },
      ['kiwisaver_employee_pct:kiwisaver-rate-missing'],
      ['/kiwiSaver/employeeRatePercent:kiwisaver-rate-missing'],
    ],
    [
      { employment_type: 'FIXED_TERM' },
      { employment: { ...employment, employmentType: 'fixedTerm' } },
      ['fixed_term_end:fixed-term-end'],
      ['/employment/fixedTermEndDate:fixed-term-end'],
    ],
    [
      { res_postcode: 'SW1A' },
      { person: { ...full.person, address: { country: 'NZ', postcode: 'SW1A' } } },
      ['res_postcode:postcode'],
      ['/person/address/postcode:postcode'],
    ],
    [
      { effective_date: '2000-01-01', mobile: '+642' },
      { effectiveFrom: '2000-01-01', person: full.person },
      ['effective_date:effective-before-start'],
      ['/effectiveFrom:effective-before-start'],
    ],
  ];
  await importRows(
    t.platform,
    scope,
    'FULL',
    table.map((_, i) => ({ ...base, employee_number: `E${i}` })),
  );
  await put(scope, { ...full, taxNz: tax });
  const found = await refused(
    scope,
    'DELTA',
    table.map(([cells], i) => ({ company_code: 'KOW01', employee_number: `E${i}`, ...cells })),
  );
  for (const [i, [cells, input, columns, pointers]] of table.entries()) {
    assert.deepEqual(found[i], columns, JSON.stringify(cells));
    assert.deepEqual(await refusals(scope, input), pointers, JSON.stringify(cells));
  }
});

test('a row whose cells are refused hears of its contradictions in the same round, as far as they can be read', async () => {
  const scope = await makeEmployer(t.platform);
  const table: [Cells, string[]][] = [
    [{ email: 'nobody', tax_code: 'ND' }, ['student_loan:student-loan-code']],
    [{ email: 'nobody', tax_code: 'ML', ird_number: '~' }, []],
    [{ tax_code: 'WT', tax_rate_pct: 'much', student_loan: 'N' }, []],
    [{ tax_code: 'STC', ird_number: '136410133', student_loan: 'N' }, ['tax_rate_pct:tax-rate-missing']],
    [{ kiwisaver_status: 'OUT', kiwisaver_employee_pct: '3.00' }, []],
    [{ end_date: '31/12/2026', termination_reason: 'RESIGNATION' }, []],
    [{ end_date: '2000-12-31', termination_reason: 'BORED' }, ['end_date:end-before-start']],
    // Not known yet: what is there but not readable is not missing.
    [{ ...good, tax_code: 'ML', bank_country: 'FR', start_date: 'soon' }, []],
  ];
  const known = table
    .slice(0, -1)
    .map((_, i) => ({ ...good, tax_code: 'M', student_loan: 'Y', employee_number: `E${i}` }));
  await importRows(t.platform, scope, 'FULL', known);
  const rows = table.map(([cells], i) => ({ company_code: 'KOW01', ...cells, employee_number: `E${i}` }));
  const found = await refused(scope, 'DELTA', rows);
  for (const [i, [cells, expected]] of table.entries())
    assert.deepEqual(found[i], expected, JSON.stringify(cells));
  const full = known.map((row) => ({ ...row, email: 'nobody' }));
  const { missing, refusedRows } = await checkRows(t.platform, scope, 'FULL', full);
  assert.deepEqual(
    [missing, refusedRows],
    [0, 0],
    'they are in the file, and refused for their cells already',
  );
});

test('only the API gives some fields, and it judges them too', async () => {
  const scope = await makeEmployer(t.platform);
  await put(scope, full);
  const reduction = {
    status: 'temporaryRateReduction' as const,
    employeeRatePercent: '3',
    rateReductionEnd: '2027-05-31',
  };
  const { employment } = full;
  const taxNz = { ...full.taxNz, studentLoan: true };
  const table: [EmployeeInputJson, string[]][] = [
    [{ kiwiSaver: reduction }, ['/kiwiSaver/rateReductionStart:kiwisaver-reduction-start']],
    [{ kiwiSaver: { status: 'optedOut' } }, ['/kiwiSaver/optOutDate:kiwisaver-opt-out-date']],
    [
      { kiwiSaver: { ...reduction, rateReductionStart: '2027-04-01' } },
      ['/kiwiSaver/rateReductionEnd:kiwisaver-reduction-length'],
    ],
    [
      { taxNz: { ...taxNz, taxCode: 'STC', studentLoan: false, taxRatePercent: '250' } },
      ['/taxNz/taxRatePercent:tax-rate-range'],
    ],
    [{ taxNz: { ...taxNz, slSpecialRatePercent: '12' } }, ['/taxNz/slSpecialRatePercent:sl-special-rate']],
    [{ taxNz: { ...taxNz, slSpecialRatePercent: '5.5' } }, ['/taxNz/slSpecialRatePercent:sl-special-rate']],
    [
      { effectiveFrom: '2026-11-01', taxNz: { ...taxNz, slSpecialRatePercent: '5' } },
      ['/taxNz/slSpecialRatePercent:sl-special-retrospective'],
    ],
    [{ employment: { ...employment, hoursPerWeek: '-1' } }, ['/employment/hoursPerWeek:hours-range']],
    [
      { kiwiSaver: { ...full.kiwiSaver, employerRatePercent: '350' } },
      ['/kiwiSaver/employerRatePercent:kiwisaver-employer-rate'],
    ],
    [
      {
        payRates: [{ effectiveFrom: '2026-12-01', rateType: 'hourly', amount: '30.00', hoursPerWeek: '169' }],
      },
      ['/payRates/0/hoursPerWeek:hours-range'],
    ],
    [{ taxAu: { residencyStatus: 'australianResident' } }, ['/taxAu/tfn:tfn-or-exemption']],
    [{ taxNz: { ...taxNz, slSpecialRatePercent: '5' } }, []],
  ];
  for (const [input, expected] of table)
    assert.deepEqual(await refusals(scope, input), expected, JSON.stringify(input));
});

test('an end, its reason and the start are judged together, whichever comes later', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', [
    { ...good, end_date: '2026-12-31', termination_reason: 'RESIGNATION' },
  ]);
  const row = (cells: Cells) => ({ company_code: 'KOW01', employee_number: '000001', ...cells });
  assert.deepEqual(await refused(scope, 'DELTA', [row({ termination_reason: '~' })]), [
    ['termination_reason:termination-reason'],
  ]);
  assert.deepEqual(await refused(scope, 'DELTA', [row({ start_date: '2027-01-01' })]), [
    ['end_date:end-before-start'],
  ]);
  await importRows(t.platform, scope, 'DELTA', [row({ termination_reason: 'RETIREMENT' })]);
  const found = await getEmployee(t.platform, scope.environmentId, key);
  assert.equal(found?.document.employment?.endDate, '2026-12-31');
  assert.equal(found?.document.employment?.terminationReason, 'retirement');
});

test('a change is refused when it would break a scheduled one, with the day', async () => {
  const scope = await makeEmployer(t.platform);
  await put(scope, full);
  await put(scope, {
    effectiveFrom: '2027-02-01',
    kiwiSaver: { ...full.kiwiSaver, employeeRatePercent: '10.00' },
  });
  const optOut: EmployeeInputJson = { kiwiSaver: { status: 'optedOut', optOutDate: '2026-11-24' } };
  await assert.rejects(put(scope, optOut), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual(
      error.errors?.map((one) => [one.code, one.detail.includes('2027-02-01')]),
      [['kiwisaver-rate-unexpected', true]],
    );
    return true;
  });
});

test('a record that changed between the check of a file and its loading is left out, and named', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', [
    { ...good, tax_code: 'M' },
    { ...empRowOf(generatePerson(1, 1), 'KOW01'), tax_code: 'M' },
  ]);
  const importer = await openEmpImport(t.platform, {
    importId: uuidv7(),
    ...scope,
    mode: 'DELTA',
    actor: systemActor('test'),
    source: { channel: 'file' },
  });
  const rules = { mode: 'DELTA' as const, today: '2026-11-24', irdHighest: 150_000_000 };
  for (const [i, number] of ['000001', '000002'].entries()) {
    const cells = { company_code: 'KOW01', employee_number: number, tax_code: 'S' };
    await importer.stage([{ line: i + 2, staged: validateEmpRow(cells, rules).staged ?? [] }]);
  }
  assert.equal((await importer.check()).refusedRows, 0);
  await put(scope, { taxNz: { taxCode: 'ND' } });
  assert.equal((await importer.apply()).updated, 1);
  assert.deepEqual(
    importer.leftOut.map((one) => [one.line, one.key, one.field, one.code]),
    [[2, 'KOW01/000001', 'tax_code', 'ird-missing-needs-nd']],
  );
  await importer.close();
});
