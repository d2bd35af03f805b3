import { checkStateOfPostcode } from './address-rules.ts';
import {
  checkKey,
  type GetCell,
  readAddress,
  readBanks,
  readBlank,
  readCostCentre,
  readEffectiveDate,
  readPlain,
  readRate,
  readTax,
  type SetCell,
} from './emp-cells.ts';
import { empColumns } from './emp-columns.ts';
import { acceptable, type Finding } from './finding.ts';
import { checkKiwiSaver, checkPlausibleDates, checkTaxNz, type Report } from './group-rules.ts';
import type { EmpRow, EmpRowCheck, EmpRules, StagedEmployee } from './import-types.ts';
import { bitOf, stagedColumns, stagedIndex } from './staged-columns.ts';

const plainColumns = empColumns
  .filter((column) => column.kind !== 'special')
  .map((column) => ({ column, index: stagedIndex[column.staged] as number }));
const bits = stagedColumns.map((column, index) => (index === 0 ? 0 : bitOf(column)));

/**
 * Checks one row of an EMP file by itself and normalises it. Findings name columns, never P2–P4 values. What needs the
 * database (is the employee new, does the company exist) is found by the importer's check().
 */
export function validateEmpRow(row: EmpRow, rules: EmpRules): EmpRowCheck {
  const findings: Finding[] = [];
  const report: Report = (severity, code, field, message, mend) => {
    findings.push({ code, field, severity, message, mend });
  };
  const staged: StagedEmployee = new Array<string | null>(stagedColumns.length).fill(null);
  const full = rules.mode === 'FULL';
  const set = (column: string, value: string | null) => {
    staged[stagedIndex[column] as number] = value;
  };
  const get = (column: string) => staged[stagedIndex[column] as number];

  checkKey(row, report, set);
  for (const { column, index } of plainColumns) {
    const raw = row[column.name];
    if (raw === undefined) continue;
    const text = raw.trim();
    staged[index] =
      text === '' || text === '~' ? readBlank(column, text, full, report) : readPlain(column, text, report);
  }
  readEffectiveDate(row, report, set);
  readAddress(row, full, report, set);
  readCostCentre(row, full, report, set);
  readTax(row, full, report, set, get);
  readBanks(row, full, report, set);
  readRate(row, full, rules, report, set, get);
  checkAcross(row, full, rules, report, set, get);

  if (!acceptable(findings)) return { findings, staged: null };
  let touches = 0;
  for (let i = 1; i < staged.length; i++) if (staged[i] !== null) touches |= bits[i] as number;
  staged[0] = String(touches);
  return { findings, staged };
}

function checkAcross(
  row: EmpRow,
  full: boolean,
  rules: EmpRules,
  report: Report,
  set: SetCell,
  get: GetCell,
): void {
  const day = get('effective_from') ?? rules.today;
  const start = get('start_date');
  if (start && get('effective_from') && day < start)
    report(
      'error',
      'effective-before-start',
      'effective_date',
      'effective_date lies before start_date',
      'Give start_date or a later day.',
    );
  checkPlausibleDates(
    report,
    { birth: 'birth_date', start: 'start_date' },
    { birth: get('birth_date'), start, today: rules.today },
  );
  checkStateOfPostcode(report, 'res_postcode', {
    country: get('country'),
    state: get('state'),
    postcode: get('postcode'),
  });
  checkEnding(full, report, set, get);
  if (get('employment_type') === 'fixedTerm' && full && !get('fixed_term_end'))
    report('error', 'fixed-term-end', 'fixed_term_end', 'A fixed term needs its end', 'Give fixed_term_end.');
  const code = get('tax_code');
  const australian = Boolean(get('tfn') || get('residency_status'));
  if (full && !code && !australian)
    report(
      'error',
      'tax-missing',
      'tax_code',
      'The row has neither a New Zealand tax code nor Australian tax details',
      'Give tax_code (ND when nothing is known) or residency_status.',
    );
  if (australian && full && !get('residency_status'))
    report(
      'error',
      'required',
      'residency_status',
      'residency_status is required with a tax file number',
      'Give the residency for tax.',
    );
  checkTaxNz(
    report,
    { ird: 'ird_number', code: 'tax_code', loan: 'student_loan', rate: 'tax_rate_pct' },
    {
      irdKnown: full || get('ird_number') !== null,
      ird: get('ird_number'),
      code,
      studentLoan: get('student_loan') === 'true',
      ratePercent: get('tax_rate_pct'),
      rateKnown: full || get('tax_rate_pct') !== null,
    },
  );
  if (code && full && !get('student_loan')) set('student_loan', 'false');
  checkSaver(code, full, day, report, get);
  if (
    full &&
    row['mobile'] === '' &&
    row['email'] === '' &&
    row['personal_email'] === '' &&
    row['res_line1'] === ''
  )
    report(
      'warning',
      'no-contact',
      'res_line1',
      'There is neither an address nor an e-mail nor a phone number',
      'Inland Revenue would need one of them.',
    );
}

function checkEnding(full: boolean, report: Report, set: SetCell, get: GetCell): void {
  const end = get('end_date');
  const reason = get('termination_reason');
  const start = get('start_date');
  if (end) {
    if (!reason)
      report(
        'error',
        'termination-reason',
        'termination_reason',
        'end_date needs a termination_reason',
        'Give a reason such as RESIGNATION.',
      );
    if (start && end < start)
      report(
        'error',
        'end-before-start',
        'end_date',
        'end_date lies before start_date',
        'Give the last day employed.',
      );
  } else if (reason)
    report(
      'error',
      'end-date',
      'end_date',
      'termination_reason needs an end_date',
      'Give the last day employed, or leave both blank.',
    );
  else if (end === '' && !full) set('termination_reason', '');
}

function checkSaver(
  code: string | null | undefined,
  full: boolean,
  day: string,
  report: Report,
  get: GetCell,
): void {
  const status = get('kiwisaver_status');
  if (full && code && code !== 'WT' && code !== 'NSW' && !status)
    report(
      'error',
      'required',
      'kiwisaver_status',
      'kiwisaver_status is required in New Zealand',
      'Give NOT_ELIGIBLE or NOT_MEMBER when there is none.',
    );
  if (
    code === 'NSW' &&
    (get('employee_pct') || (status && status !== 'notEligible' && status !== 'notMember'))
  )
    report(
      'error',
      'nsw-kiwisaver',
      'kiwisaver_status',
      'A non-resident seasonal worker has no KiwiSaver',
      'Give NOT_ELIGIBLE and no rates.',
    );
  checkKiwiSaver(
    report,
    {
      status: 'kiwisaver_status',
      employee: 'kiwisaver_employee_pct',
      employer: 'kiwisaver_employer_pct',
      reductionEnd: 'kiwisaver_reduction_end',
      optOut: 'kiwisaver_status',
    },
    {
      status,
      employee: get('employee_pct'),
      employer: get('employer_pct'),
      reductionStart: null,
      reductionEnd: get('reduction_end'),
      // The format has no column for it: who opts out by a file does so on the day from which the row holds.
      optOut: status === 'optedOut' ? day : null,
      day,
      complete: true,
    },
  );
}
