import { taxCodes } from '#contract/payroll.ts';
import { normaliseAuAccount } from './au-numbers.ts';
import { allocationWords, type EmpColumn } from './emp-columns.ts';
import {
  checkAccount,
  checkAllocations,
  checkIrdNumber,
  checkMinimumWage,
  checkTfn,
  type Report,
} from './group-rules.ts';
import type { EmpRow, EmpRules } from './import-types.ts';
import { normaliseIrd } from './ird-number.ts';
import { normaliseNzAccount } from './nz-bank-account.ts';
import { isDate, normaliseDecimal } from './text-forms.ts';

const bankParts = ['', '_name', '_reference', '_type', '_value'] as const;
const bankColumns = [1, 2, 3].map((n) => bankParts.map((part) => `bank_${n}${part}`));
const noCells: readonly string[] = bankParts.map(() => '');
const codeNames: ReadonlySet<string> = new Set(taxCodes);
const esct: Readonly<Record<string, string>> = {
  '10.5': '10.5',
  '17.5': '17.5',
  '30': '30',
  '33': '33',
  '39': '39',
};
const emailForm = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

/** Puts a normalised value at its staged column. */
export type SetCell = (column: string, value: string | null) => void;
/** Reads a staged column: null when the row says nothing, '' when it clears. */
export type GetCell = (column: string) => string | null | undefined;

/** What a blank or `~` cell means: unchanged (null) or cleared (''). */
export function readBlank(column: EmpColumn, text: string, full: boolean, report: Report): string | null {
  if (text === '~' ? column.required === 'full' : full && column.required === 'full') {
    report(
      'error',
      'required',
      column.name,
      `${column.name} is required`,
      text === '~' ? "A required column can't be cleared; give a value." : 'Give a value.',
    );
    return null;
  }
  return full || text === '~' ? '' : null;
}

/** A filled cell by its column's kind; null when it is at fault. */
export function readPlain(column: EmpColumn, text: string, report: Report): string | null {
  if (text.length > column.maxLength) {
    report(
      'error',
      'too-long',
      column.name,
      `${column.name} has more than ${column.maxLength} characters`,
      'Shorten it.',
    );
    return null;
  }
  switch (column.kind) {
    case 'name':
      if (/[,"[\]\\]/.test(text))
        report(
          'error',
          'name-characters',
          column.name,
          `${column.name} has a comma, quotation mark, square bracket or backslash`,
          'Take the character out; Inland Revenue refuses it.',
        );
      return text.normalize('NFC');
    case 'code':
      return text.toUpperCase();
    case 'date':
      if (isDate(text)) return text;
      report('error', 'date-format', column.name, `${column.name} is no date`, 'Write it as YYYY-MM-DD.');
      return null;
    case 'email':
      if (emailForm.test(text)) return text;
      report(
        'error',
        'email-format',
        column.name,
        `${column.name} is no e-mail address`,
        'Give one address.',
      );
      return null;
    case 'money':
    case 'percent': {
      const value = normaliseDecimal(text);
      if (value !== undefined && !value.startsWith('-') && (column.kind === 'money' || Number(value) <= 100))
        return value;
      report(
        'error',
        'number-format',
        column.name,
        `${column.name} is no ${column.kind === 'percent' ? 'percentage' : 'number'}`,
        'Write it with a point and no thousands separator, such as 37.50.',
      );
      return null;
    }
    case 'flag': {
      const flag = text.toUpperCase();
      if (flag === 'Y' || flag === 'N') return flag === 'Y' ? 'true' : 'false';
      report('error', 'flag', column.name, `${column.name} is neither Y nor N`, 'Write Y or N.');
      return null;
    }
    case 'choice': {
      const value = column.choices?.[text.toUpperCase()];
      if (value !== undefined) return value;
      report(
        'error',
        'unknown-word',
        column.name,
        `${column.name} has a word that is not in its list`,
        `Give one of ${Object.keys(column.choices ?? {}).join(', ')}.`,
      );
      return null;
    }
    default:
      return text.normalize('NFC');
  }
}

/** The business key of the row. */
export function checkKey(row: EmpRow, report: Report, set: SetCell): void {
  const company = row['company_code']?.trim().toUpperCase() ?? '';
  const number = row['employee_number']?.trim() ?? '';
  if (!/^[A-Z0-9]{2,12}$/.test(company))
    report(
      'error',
      'company-code',
      'company_code',
      'company_code is missing or not written in capitals and digits',
      'Give the code of the legal employer.',
    );
  if (number === '' || number === '~' || number.length > 20)
    report(
      'error',
      'employee-number',
      'employee_number',
      'employee_number is missing or longer than 20 characters',
      'Give the number with its leading zeros.',
    );
  set('company_code', company);
  set('employee_number', number);
}

/** The first day on which the row is true. */
export function readEffectiveDate(row: EmpRow, report: Report, set: SetCell): void {
  const text = row['effective_date']?.trim() ?? '';
  if (text === '') return;
  if (isDate(text)) set('effective_from', text);
  else
    report('error', 'date-format', 'effective_date', 'effective_date is no date', 'Write it as YYYY-MM-DD.');
}

/** Country and postcode of the address. */
export function readAddress(row: EmpRow, full: boolean, report: Report, set: SetCell): void {
  const country = row['res_country']?.trim().toUpperCase();
  if (country !== undefined) {
    if (country === '' || country === '~') {
      if (full || country === '~')
        report(
          'error',
          'required',
          'res_country',
          'res_country is required',
          'Give two letters, such as NZ.',
        );
    } else if (/^[A-Z]{2}$/.test(country)) set('country', country);
    else
      report(
        'error',
        'country',
        'res_country',
        'res_country is no two-letter country code',
        'Write NZ, AU or another code of ISO 3166.',
      );
  }
  const postcode = row['res_postcode']?.trim();
  if (postcode === undefined) return;
  if (postcode === '' || postcode === '~') {
    if (full || postcode === '~') set('postcode', '');
  } else if (postcode.length <= 10 && ((country !== 'NZ' && country !== 'AU') || /^\d{4}$/.test(postcode)))
    set('postcode', postcode);
  else
    report(
      'error',
      'postcode',
      'res_postcode',
      'res_postcode has not four digits',
      'Give four digits, with leading zeros.',
    );
}

/** The one cost centre of a file becomes an allocation of 100 per cent. */
export function readCostCentre(row: EmpRow, full: boolean, report: Report, set: SetCell): void {
  const code = row['cost_centre']?.trim().toUpperCase();
  if (code === undefined || (code === '' && !full)) return;
  if (code === '' || code === '~')
    report('error', 'required', 'cost_centre', 'cost_centre is required', 'Give the cost centre.');
  else if (code.length > 40)
    report('error', 'too-long', 'cost_centre', 'cost_centre has more than 40 characters', 'Shorten it.');
  else set('cost_allocations', `[{"percent": "100.00", "costCentre": ${JSON.stringify(code)}}]`);
}

/** Tax columns of both countries. */
export function readTax(
  row: EmpRow,
  full: boolean,
  irdHighest: number,
  report: Report,
  set: SetCell,
  get: GetCell,
): void {
  const ird = row['ird_number']?.trim();
  if (ird !== undefined && ird !== '' && ird !== '~') {
    checkIrdNumber(report, 'ird_number', ird, irdHighest);
    const digits = normaliseIrd(ird);
    set('ird_number', digits === '000000000' ? '' : (digits ?? ird));
  } else if (ird === '~' || (ird === '' && full)) set('ird_number', '');
  const tfn = row['tfn']?.trim();
  if (tfn !== undefined && tfn !== '' && tfn !== '~') {
    checkTfn(report, 'tfn', tfn);
    set('tfn', tfn.replace(/[\s-]/g, ''));
  } else if (tfn === '~') set('tfn', '');
  const code = row['tax_code']?.trim().toUpperCase();
  if (code !== undefined && code !== '' && code !== '~') {
    const withLoan = / ?SL$/.test(code) && code !== 'SL';
    const base = withLoan ? code.replace(/ ?SL$/, '') : code;
    if (!codeNames.has(base))
      report(
        'error',
        'tax-code',
        'tax_code',
        'tax_code is not on the table of Inland Revenue',
        `Give one of ${taxCodes.join(', ')}; the student loan stands in its own column.`,
      );
    set('tax_code', base);
    if (withLoan) set('student_loan', 'true');
  } else if (code === '~')
    report('error', 'required', 'tax_code', "tax_code can't be cleared", 'Give ND when nothing is known.');
  const rate = row['esct_pct']?.trim();
  if (rate !== undefined && rate !== '' && rate !== '~') {
    const known = esct[String(Number(rate))];
    if (known === undefined)
      report(
        'error',
        'esct-rate',
        'esct_pct',
        'esct_pct is no rate of the employer superannuation contribution tax',
        `Give one of ${Object.keys(esct).join(', ')}.`,
      );
    else set('esct_pct', known);
  } else if (rate === '~' || (rate === '' && full)) set('esct_pct', '');
  // A row that speaks of no tax code has no New Zealand declaration to clear.
  if (get('tax_code') === null && full && !ird)
    for (const column of ['ird_number', 'tax_rate_pct', 'tax_rate_end', 'student_loan', 'esct_pct'])
      set(column, null);
  if (get('residency_status') === '' && full && !tfn)
    for (const column of [
      'tfn',
      'residency_status',
      'tax_free_threshold',
      'study_loan',
      'super_usi',
      'super_member_no',
    ])
      set(column, null);
  if (get('kiwisaver_status') === '')
    for (const column of ['kiwisaver_status', 'employee_pct', 'employer_pct', 'reduction_end'])
      set(column, null);
}

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
  const accounts: { field: string; type: string; value: string | null }[] = [];
  const stored: string[] = [];
  for (const [i, [number = '', name = '', reference = '', type = '', value = '']] of cells.entries()) {
    const field = `bank_${i + 1}`;
    if (number === '' || number === '~') {
      if (i === 0)
        report(
          'error',
          'required',
          'bank_1',
          'bank_1 is required',
          'Give the whole set of accounts, starting with bank_1.',
        );
      continue;
    }
    checkAccount(report, field, country, number);
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
    accounts.push({ field: `${field}_type`, type: allocation ?? '', value: split ?? null });
    const account = (country === 'NZ' ? normaliseNzAccount(number) : normaliseAuAccount(number)) ?? number;
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
  set('currency', row['bank_country']?.trim().toUpperCase() === 'AU' ? 'AUD' : 'NZD');
  if (from !== '') set('rate_from', from);
  const hoursPerWeek = get('hours_per_week');
  if (hoursPerWeek) set('rate_hours_per_week', hoursPerWeek);
  checkMinimumWage(report, field, {
    type,
    amount,
    hoursPerWeek,
    day: from || get('effective_from') || rules.today,
  });
}
