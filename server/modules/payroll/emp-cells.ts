import type { EmpColumn } from './emp-columns.ts';
import type { Report } from './group-rules.ts';
import type { EmpRow } from './import-types.ts';
import { isDate, normaliseDecimal } from './text-forms.ts';

/** An e-mail address as a file may hold it. */
export const emailForm = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

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
      return text.normalize('NFC').toUpperCase();
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
  const number = row['employee_number']?.trim().normalize('NFC') ?? '';
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
  } else if (postcode.length <= 10) set('postcode', postcode);
  else
    report(
      'error',
      'too-long',
      'res_postcode',
      'res_postcode has more than 10 characters',
      'Give four digits in New Zealand and Australia.',
    );
}

/** The one cost centre of a file becomes an allocation of 100 per cent. */
export function readCostCentre(row: EmpRow, full: boolean, report: Report, set: SetCell): void {
  const code = row['cost_centre']?.trim().normalize('NFC').toUpperCase();
  if (code === undefined || (code === '' && !full)) return;
  if (code === '' || code === '~')
    report('error', 'required', 'cost_centre', 'cost_centre is required', 'Give the cost centre.');
  else if (code.length > 40)
    report('error', 'too-long', 'cost_centre', 'cost_centre has more than 40 characters', 'Shorten it.');
  else set('cost_allocations', `[{"percent": "100.00", "costCentre": ${JSON.stringify(code)}}]`);
}
