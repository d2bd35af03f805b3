import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { employeeInputOf, empRowOf, generatePerson, validateEmpRow } from './index.ts';
import { stageInput } from './stage-input.ts';

const person = { ...generatePerson(1, 0), taxCode: 'M' as const, studentLoan: false };
const rules = { mode: 'FULL', today: '2026-11-24', irdHighest: 150_000_000 } as const;
const key = { companyCode: 'KOW01', employeeNumber: '1' };
const base = employeeInputOf(person);
const account = '03-0049-0001100-27';
const accountOf = (text: string, type: 'fixed' | 'balance', value?: string) => ({
  country: 'NZ' as const,
  account: text,
  allocation: { type, ...(value === undefined ? {} : { value }) },
});

const inFile = (cells: Record<string, string>) =>
  validateEmpRow({ ...empRowOf(person, 'KOW01'), ...cells }, rules).findings.map((one) => [
    one.code,
    one.severity,
    one.field,
  ]);
const inBody = (change: Partial<EmployeeInputJson>) =>
  stageInput(key, employeeInput.parse({ ...base, ...change }), rules).findings.map((one) => [
    one.code,
    one.severity,
    one.field,
  ]);

test('a student loan in the tax code beside a column that says there is none is an error that names both', () => {
  for (const loan of ['N', 'n', '~'])
    assert.deepEqual(inFile({ tax_code: 'M SL', student_loan: loan }), [
      ['student-loan-contradiction', 'error', 'student_loan'],
    ]);
  const { findings } = validateEmpRow(
    { ...empRowOf(person, 'KOW01'), tax_code: 'MSL', student_loan: 'N' },
    rules,
  );
  assert.match(findings[0]?.message ?? '', /tax_code .* student_loan/);
  for (const loan of ['Y', '']) assert.deepEqual(inFile({ tax_code: 'M SL', student_loan: loan }), []);
});

test('an account that takes the balance has no value, and no account stands twice, however its suffix is written', () => {
  assert.deepEqual(inFile({ bank_1_value: '100.00' }), [['bank-balance-value', 'error', 'bank_1_type']]);
  assert.deepEqual(inBody({ bankAccounts: [accountOf(account, 'balance', '100.00')] }), [
    ['bank-balance-value', 'error', '/bankAccounts/0/allocation'],
  ]);
  const twice = {
    bank_1: '01-0902-0068389-00',
    bank_2: '01-902-0068389-000',
    bank_2_type: 'FIXED',
    bank_2_value: '5',
  };
  assert.deepEqual(inFile(twice), [['bank-account-twice', 'error', 'bank_2_type']]);
  assert.deepEqual(
    inBody({ bankAccounts: [accountOf(twice.bank_1, 'balance'), accountOf(twice.bank_2, 'fixed', '5.00')] }),
    [['bank-account-twice', 'error', '/bankAccounts/1/allocation']],
  );
});

test('a suffix above 99 is warned of at both doors', () => {
  const unlikely = '01-0902-0068389-501';
  assert.deepEqual(inFile({ bank_1: unlikely }), [['bank-suffix-unlikely', 'warning', 'bank_1']]);
  assert.deepEqual(inBody({ bankAccounts: [accountOf(unlikely, 'balance')] }), [
    ['bank-suffix-unlikely', 'warning', '/bankAccounts/0/account'],
  ]);
});

test('fields that contradict each other are found alike in a row and in a body', () => {
  const { employment, kiwiSaver, taxNz } = base;
  const pairs: [Record<string, string>, Partial<EmployeeInputJson>, string[]][] = [
    [
      { birth_date: '1990-01-01', start_date: '1989-01-01', rate_effective_date: '' },
      {
        person: { ...base.person, dateOfBirth: '1990-01-01' },
        employment: { ...employment, startDate: '1989-01-01' },
      },
      ['start-before-birth', 'error'],
    ],
    [
      { continuous_service_date: '2026-12-01' },
      { employment: { ...employment, continuousServiceDate: '2026-12-01' } },
      ['service-after-start', 'warning'],
    ],
    [
      { fixed_term_end: '2027-06-30', employment_type: 'PERM_FT' },
      { employment: { ...employment, fixedTermEndDate: '2027-06-30', employmentType: 'permanentFullTime' } },
      ['fixed-term-end-unused', 'warning'],
    ],
    [
      { end_date: '2199-12-31', termination_reason: 'RESIGNATION' },
      { employment: { ...employment, endDate: '2199-12-31', terminationReason: 'resignation' } },
      ['date-unlikely', 'warning'],
    ],
    [
      { tax_rate_pct: '17.50' },
      { taxNz: { ...taxNz, taxRatePercent: '17.50' } },
      ['tax-rate-unused', 'warning'],
    ],
    [
      { kiwisaver_status: 'NOT_MEMBER', kiwisaver_employee_pct: '' },
      { kiwiSaver: { ...kiwiSaver, status: 'notMember', employeeRatePercent: null } },
      ['kiwisaver-employer-unused', 'warning'],
    ],
    [
      { kiwisaver_reduction_end: '2027-06-30' },
      { kiwiSaver: { ...kiwiSaver, rateReductionEnd: '2027-06-30' } },
      ['kiwisaver-dates-unused', 'warning'],
    ],
  ];
  for (const [cells, body, expected] of pairs) {
    const found = [inFile(cells), inBody(body)].map((findings) => findings.map((one) => one.slice(0, 2)));
    assert.deepEqual(found, [[expected], [expected]], String(expected[0]));
  }
});

test('a tax file number beside a reason why there is none is an error', () => {
  const taxAu = { tfn: '123456782', tfnExemption: 'pending', residencyStatus: 'australianResident' } as const;
  assert.deepEqual(inBody({ taxAu }), [['tfn-and-exemption', 'error', '/taxAu/tfnExemption']]);
});
