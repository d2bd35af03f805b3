import { taxCodes } from '#contract/payroll-words.ts';
import type { GetCell, SetCell } from './emp-cells.ts';
import { checkIrdNumber, checkTfn, type Report } from './group-rules.ts';
import type { EmpRow } from './import-types.ts';
import { normaliseIrd } from './ird-number.ts';

const codeNames: ReadonlySet<string> = new Set(taxCodes);
const esct: Readonly<Record<string, string>> = {
  '10.5': '10.5',
  '17.5': '17.5',
  '30': '30',
  '33': '33',
  '39': '39',
};

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
    // The number takes the place of the reason why there was none.
    if (!get('tfn_exemption')) set('tfn_exemption', '');
  } else if (tfn === '~' || (tfn === '' && full)) set('tfn', '');
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
    const loan = row['student_loan']?.trim().toUpperCase();
    if (withLoan && (loan === 'N' || loan === '~'))
      report(
        'error',
        'student-loan-contradiction',
        'student_loan',
        'tax_code has a student loan (SL), and student_loan says that there is none',
        'Compare both with the IR330, and take SL away or give Y.',
      );
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
  if (full && !get('tfn') && !get('tfn_exemption') && !get('residency_status'))
    for (const column of [
      'tfn',
      'tfn_exemption',
      'residency_status',
      'tax_free_threshold',
      'study_loan',
      'super_usi',
      'super_member_no',
    ])
      set(column, null);
  const saver = ['kiwisaver_status', 'employee_pct', 'employer_pct', 'reduction_end'];
  if (full && saver.every((column) => !get(column))) for (const column of saver) set(column, null);
}
