import { normaliseAuAccount } from './au-numbers.ts';
import type { GetCell, SetCell } from './emp-cells.ts';
import { allocationWords } from './emp-columns.ts';
import { checkAccount, checkAllocations, checkMinimumWage, type Report } from './group-rules.ts';
import type { EmpRow, EmpRules } from './import-types.ts';
import { normaliseNzAccount } from './nz-bank-account.ts';
import { isDate, normaliseDecimal } from './text-forms.ts';

const bankParts = ['', '_name', '_reference', '_type', '_value'] as const;
const bankColumns = [1, 2, 3].map((n) => bankParts.map((part) => `bank_${n}${part}`));
const noCells: readonly string[] = bankParts.map(() => '');

/** Up to three accounts, always as a whole set. */
export function readBanks(row: EmpRow, full: boolean, report: Report, set: SetCell): void {
  const country = row['bank_country']?.trim().toUpperCase() ?? '';
  const cells = bankColumns.map((columns) =>
    columns.some((column) => row[column]) ? columns.map((column) => row[column]?.trim() ?? '') : noCells,
  );
  const given = cells.some((account) => account.some((cell) => cell !== ''));
  if (!given) {
    if (full && row['bank_1'] !== undefined)
      report('error', 'required', 'bank_1', 'bank_1 is required', 'Give the account that takes the balance.');
    return;
  }
  if (country !== 'NZ' && country !== 'AU') {
    report(
      'error',
      'bank-country',
      'bank_country',
      'bank_country is neither NZ nor AU',
      'Give it with every set of accounts.',
    );
    return;
  }
  const accounts: { field: string; account: string; type: string; value: string | null }[] = [];
  const stored: string[] = [];
  for (const [i, [number = '', ...rest]] of cells.entries()) {
    const [name = '', reference = '', type = '', value = ''] = rest;
    const field = `bank_${i + 1}`;
    if (number === '' || number === '~') {
      if (i === 0 || rest.some((cell) => cell !== '' && cell !== '~'))
        report(
          'error',
          'required',
          field,
          `${field} is required`,
          i === 0
            ? 'Give the whole set of accounts, starting with bank_1.'
            : `Give the account, or leave the other columns of ${field} empty too.`,
        );
      continue;
    }
    checkAccount(report, field, country, number);
    if (full && i === 0 && clear(name) === null)
      report('error', 'required', 'bank_1_name', 'bank_1_name is required', 'Give the name of the account.');
    const allocation = allocationWords[type.toUpperCase()];
    if (allocation === undefined)
      report(
        'error',
        'unknown-word',
        `${field}_type`,
        `${field}_type has a word that is not in its list`,
        'Give BALANCE, FIXED or PERCENT.',
      );
    if (name.length > 32 || reference.length > 12)
      report(
        'error',
        'too-long',
        `${field}_name`,
        'The name has more than 32 characters or the reference more than 12',
        'Shorten it.',
      );
    const split = value === '' || value === '~' ? null : normaliseDecimal(value);
    if (split === undefined)
      report(
        'error',
        'number-format',
        `${field}_value`,
        `${field}_value is no number`,
        'Write it with a point, such as 250.00.',
      );
    const account = (country === 'NZ' ? normaliseNzAccount(number) : normaliseAuAccount(number)) ?? number;
    accounts.push({ field: `${field}_type`, account, type: allocation ?? '', value: split ?? null });
    stored.push(
      JSON.stringify({
        country,
        account,
        accountName: clear(name),
        reference: clear(reference),
        type: allocation,
        value: allocation === 'balance' ? null : (split ?? null),
      }),
    );
  }
  checkAllocations(report, accounts);
  set('accounts', `[${stored.join(',')}]`);
}

const clear = (text: string) => (text === '' || text === '~' ? null : text.normalize('NFC'));

/** Salary or hourly rate with its date. */
export function readRate(
  row: EmpRow,
  full: boolean,
  rules: EmpRules,
  report: Report,
  set: SetCell,
  get: GetCell,
): void {
  const salary = row['salary_annual']?.trim() ?? '';
  const hourly = row['hourly_rate']?.trim() ?? '';
  const from = row['rate_effective_date']?.trim() ?? '';
  if (salary === '~' || hourly === '~' || from === '~') {
    report(
      'error',
      'required',
      'salary_annual',
      "A rate can't be cleared",
      'Give the new rate, or an end date when the employment ends.',
    );
    return;
  }
  if (salary !== '' && hourly !== '') {
    report(
      'error',
      'one-rate',
      'salary_annual',
      'Both salary_annual and hourly_rate are given',
      'Give one of them.',
    );
    return;
  }
  const field = salary === '' ? 'hourly_rate' : 'salary_annual';
  const text = salary === '' ? hourly : salary;
  if (text === '') {
    if (from !== '')
      report(
        'warning',
        'rate-missing',
        'rate_effective_date',
        'rate_effective_date stands without a rate and has no effect',
        'Give the rate too, or leave the date empty.',
      );
    const unpaid = get('employment_type') === 'volunteer' || get('employment_type') === 'contractor';
    if (full && !unpaid)
      report(
        'error',
        'required',
        'salary_annual',
        'Neither salary_annual nor hourly_rate is given',
        'Give one of them.',
      );
    return;
  }
  const amount = normaliseDecimal(text);
  if (amount === undefined || amount.startsWith('-')) {
    report(
      'error',
      'number-format',
      field,
      `${field} is no amount`,
      'Write it with a point and no thousands separator, such as 78000.00.',
    );
    return;
  }
  if (from !== '' && !isDate(from)) {
    report(
      'error',
      'date-format',
      'rate_effective_date',
      'rate_effective_date is no date',
      'Write it as YYYY-MM-DD.',
    );
    return;
  }
  const type = salary === '' ? 'hourly' : 'annualSalary';
  set('rate_type', type);
  set('amount', amount);
  if (from !== '') set('rate_from', from);
  const hoursPerWeek = get('hours_per_week');
  if (hoursPerWeek) set('rate_hours_per_week', hoursPerWeek);
  if (get('residency_status')) return;
  checkMinimumWage(report, field, {
    type,
    amount,
    hoursPerWeek,
    day: from || get('effective_from') || rules.today,
  });
}
