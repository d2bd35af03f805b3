import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EmpMode, type EmpRow, empColumns, empRowOf, generatePerson, validateEmpRow } from './index.ts';
import { stagedIndex } from './staged-columns.ts';

const today = '2026-11-24';
const irdHighest = 150_000_000;
const good = empRowOf(generatePerson(1, 0), 'KOW01', today);
const errors = (row: EmpRow, mode: EmpMode = 'FULL') =>
  validateEmpRow(row, { mode, today, irdHighest }).findings.filter((one) => one.severity === 'error');
const codes = (cells: Record<string, string>, mode: EmpMode = 'FULL') =>
  errors({ ...good, ...cells }, mode).map((one) => `${one.field}:${one.code}`);
const staged = (row: EmpRow, mode: EmpMode, column: string) =>
  validateEmpRow(row, { mode, today, irdHighest }).staged?.[stagedIndex[column] as number];

test('generated people are accepted, whichever they are', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(100_000), (seed, n) => {
      assert.deepEqual(errors(empRowOf(generatePerson(seed, n), 'KOW01', today)), []);
    }),
  );
});

test('generated IRD numbers and bank accounts of one seed are never shared', () => {
  const people = Array.from({ length: 20_000 }, (_, n) => generatePerson(4, n));
  assert.equal(new Set(people.map((one) => one.irdNumber)).size, people.length);
  assert.equal(new Set(people.map((one) => one.bankAccount)).size, people.length);
});

test('each fault is named by its column and code', () => {
  const table: [Record<string, string>, string[]][] = [
    [{ ird_number: '136410133' }, ['ird_number:ird-check-digit']],
    [{ ird_number: '9125568' }, ['ird_number:ird-range']],
    [{ bank_1: '01-0902-0068388-00' }, ['bank_1:bank-check-digit']],
    [{ bank_1: '07-0001-0000000-00' }, ['bank_1:bank-unknown']],
    [{ bank_1_type: 'FIXED' }, ['bank_1_type:bank-one-balance', 'bank_1_type:bank-value-missing']],
    [{ bank_country: 'FR' }, ['bank_country:bank-country']],
    [{ birth_date: '1990-02-30' }, ['birth_date:date-format']],
    [{ start_date: '18/04/2026' }, ['start_date:date-format']],
    [{ first_name: '' }, ['first_name:required']],
    [{ first_name: '~' }, ['first_name:required']],
    [{ last_name: 'O"Neil' }, ['last_name:name-characters']],
    [{ tax_code: 'ML' }, ['tax_code:tax-code']],
    [{ salary_annual: '78,000.00' }, ['salary_annual:number-format']],
    [{ hourly_rate: '30' }, ['salary_annual:one-rate']],
    [{ salary_annual: '' }, ['salary_annual:required']],
    [{ res_postcode: '12345678901' }, ['res_postcode:too-long']],
    [{ res_country: 'New Zealand' }, ['res_country:country']],
    [{ gender: 'Q' }, ['gender:unknown-word']],
    [{ email: 'nobody' }, ['email:email-format']],
    [{ esct_pct: '20' }, ['esct_pct:esct-rate']],
    [{ employee_number: '123456789012345678901' }, ['employee_number:employee-number']],
    [{ hours_per_week: '168.01' }, ['hours_per_week:hours-range']],
    [{ hours_per_week: '-1' }, ['hours_per_week:number-format']],
    [{ company_code: '' }, ['company_code:company-code']],
  ];
  for (const [cells, expected] of table) assert.deepEqual(codes(cells), expected, JSON.stringify(cells));
});

test('no cell is passed over in silence', () => {
  assert.deepEqual(codes({ bank_2_type: 'FIXED', bank_2_value: '100' }), ['bank_2:required']);
  assert.deepEqual(codes({ bank_1_name: '' }), ['bank_1_name:required']);
  const key = { company_code: 'KOW01', employee_number: '1' };
  assert.equal(staged({ ...key, kiwisaver_status: '~' }, 'DELTA', 'kiwisaver_status'), '');
  const contractor = { ...good, tax_code: 'WT', tax_rate_pct: '20', student_loan: 'N', kiwisaver_status: '' };
  assert.equal(staged(contractor, 'FULL', 'employee_pct'), good['kiwisaver_employee_pct']);
  const none = { ...contractor, kiwisaver_employee_pct: '', kiwisaver_employer_pct: '' };
  assert.equal(staged(none, 'FULL', 'kiwisaver_status'), null);
});

test('what is likelier a slip than true is warned of', () => {
  const warnings = (cells: Record<string, string>, mode: EmpMode = 'FULL') =>
    validateEmpRow({ ...good, ...cells }, { mode, today, irdHighest }).findings.map(
      (one) => `${one.field}:${one.code}:${one.severity}`,
    );
  assert.deepEqual(warnings({}), []);
  assert.deepEqual(warnings({ mobile: '', email: '', personal_email: '', res_line1: '' }), [
    'res_line1:no-contact:warning',
  ]);
  assert.deepEqual(warnings({ tax_code: 'STC', tax_rate_pct: '20', student_loan: 'N' }), [
    'tax_rate_end:tax-rate-end-missing:warning',
  ]);
  assert.deepEqual(warnings({ kiwisaver_employee_pct: '3.00', effective_date: '2026-03-31' }), [
    'kiwisaver_employee_pct:kiwisaver-rate-outdated:warning',
  ]);
  assert.deepEqual(warnings({ kiwisaver_employee_pct: '4.00', effective_date: '2026-03-31' }), []);
  const dated = { salary_annual: '', rate_effective_date: '2026-12-01' };
  assert.deepEqual(warnings(dated, 'DELTA'), ['rate_effective_date:rate-missing:warning']);
});

test('blank means blank in FULL and unchanged in DELTA, ~ clears, an absent column says nothing', () => {
  assert.equal(staged({ ...good, mobile: '' }, 'FULL', 'mobile'), '');
  assert.equal(staged({ ...good, mobile: '' }, 'DELTA', 'mobile'), null);
  assert.equal(staged({ ...good, mobile: '~' }, 'DELTA', 'mobile'), '');
  const { mobile: _, ...without } = good;
  assert.equal(staged(without, 'FULL', 'mobile'), null);
});

test('an Australian has a number or the reason why there is none; one takes the place of the other', () => {
  const full = { ...good, tfn: '', tfn_exemption: '', residency_status: '' };
  assert.equal(staged(full, 'FULL', 'tfn'), null, 'a New Zealander has neither, and nothing to clear');
  assert.equal(staged(full, 'FULL', 'tfn_exemption'), null);
  assert.deepEqual(codes({ ...full, tfn_exemption: 'PENDING' }), ['residency_status:required']);
  const told = { ...full, residency_status: 'AUSTRALIAN_RESIDENT' };
  assert.equal(staged({ ...told, tfn_exemption: 'under18' }, 'FULL', 'tfn_exemption'), 'under18');
  assert.equal(staged({ ...told, tfn_exemption: 'PENDING' }, 'FULL', 'tfn'), '');
  const number = { company_code: 'KOW01', employee_number: '1', tfn: '123456782' };
  assert.equal(staged(number, 'DELTA', 'tfn_exemption'), '');
});

test('a leading zero of an employee number, IRD number or postcode is kept', () => {
  assert.equal(staged({ ...good, employee_number: '000123' }, 'FULL', 'employee_number'), '000123');
  assert.equal(staged({ ...good, ird_number: '49091850' }, 'FULL', 'ird_number'), '049091850');
  assert.equal(staged({ ...good, res_postcode: '0112' }, 'FULL', 'postcode'), '0112');
});

test('whatever a cell holds, the row is judged without a throw and no finding repeats a P2 to P4 value', () => {
  const guarded = empColumns.filter((column) => column.class >= 'P2').map((column) => column.name);
  const value = fc.oneof(fc.string({ minLength: 5, maxLength: 40 }), fc.stringMatching(/^\d{5,16}$/));
  fc.assert(
    fc.property(
      fc.constantFrom(...guarded),
      value,
      fc.constantFrom<EmpMode>('FULL', 'DELTA'),
      (column, text, mode) => {
        fc.pre(text.trim().length >= 5);
        const { findings } = validateEmpRow({ ...good, [column]: text }, { mode, today, irdHighest });
        for (const one of findings) assert.ok(!`${one.message} ${one.mend}`.includes(text), column);
      },
    ),
    { numRuns: 2000 },
  );
});
