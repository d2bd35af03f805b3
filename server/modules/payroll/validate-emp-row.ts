import { foldCode, looseKey } from '#contract/text.ts';
import { checkStateOfPostcode } from './address-rules.ts';
import { checkContradictions } from './contradictions.ts';
import {
  checkKey,
  type GetCell,
  readAddress,
  readBlank,
  readCostCentre,
  readEffectiveDate,
  readPlain,
  type SetCell,
} from './emp-cells.ts';
import { empColumns } from './emp-columns.ts';
import { readBanks, readRate } from './emp-money-cells.ts';
import { readTax } from './emp-tax-cells.ts';
import { checkCellTexts } from './emp-text.ts';
import { acceptable, type Finding } from './finding.ts';
import {
  checkElectedRate,
  checkEmployerRate,
  checkHours,
  checkPlausibleDates,
  checkReachable,
  checkTailoredCode,
  type Report,
} from './group-rules.ts';
import type { EmpRow, EmpRowCheck, EmpRules, StagedEmployee } from './import-types.ts';
import { columnOf, stagedOf } from './record-faults.ts';
import { bitOf, stagedColumns, stagedIndex } from './staged-columns.ts';
import { checkUnlikely } from './unlikely-values.ts';

const plainColumns = empColumns
  .filter((column) => column.kind !== 'special')
  .map((column) => ({ column, index: stagedIndex[column.staged] as number }));
const bits = stagedColumns.map((column, index) => (index === 0 ? 0 : bitOf(column)));

/**
 * Checks the cells of one row of an EMP file and normalises them. Findings name columns, never P2–P4 values. What may stand
 * beside what is judged in the record as it will be, by the importer's check(), which also knows who is new.
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

  const faulty = checkCellTexts(row, report);
  checkKey(row, report, set);
  for (const { column, index } of plainColumns) {
    const raw = row[column.name];
    if (raw === undefined || faulty.has(column.name)) continue;
    const text = raw.trim();
    staged[index] =
      text === '' || text === '~' ? readBlank(column, text, full, report) : readPlain(column, text, report);
  }
  readEffectiveDate(row, report, set);
  readAddress(row, full, report, set);
  readCostCentre(row, full, report, set);
  readTax(row, full, rules.irdHighest, report, set, get);
  readBanks(row, full, report, set);
  readRate(row, full, rules, report, set, get);
  checkAcross(full, rules, report, set, get);

  set('number_folded', foldCode(get('employee_number') ?? ''));
  set('number_loose', looseKey(get('employee_number') ?? ''));
  const externalId = get('external_id');
  if (externalId) set('external_folded', foldCode(externalId));
  let touches = 0;
  for (let i = 1; i < staged.length; i++) if (staged[i] !== null) touches |= bits[i] as number;
  staged[0] = String(touches);
  if (acceptable(findings)) return { findings, staged, readable: null };
  const unreadable = new Set(
    findings.filter((one) => one.severity === 'error').map((one) => stagedOf(one.field)),
  );
  if (['company_code', 'employee_number', 'effective_from'].some((column) => unreadable.has(column)))
    return { findings, staged: null, readable: null };
  set('unreadable', [...unreadable].join(' '));
  return { findings, staged: null, readable: staged };
}

function checkAcross(full: boolean, rules: EmpRules, report: Report, set: SetCell, get: GetCell): void {
  checkPlausibleDates(
    report,
    { birth: 'birth_date', start: 'start_date' },
    { birth: get('birth_date'), start: get('start_date'), today: rules.today },
  );
  checkStateOfPostcode(report, 'res_postcode', {
    country: get('country'),
    state: get('state'),
    postcode: get('postcode'),
  });
  checkHours(report, 'hours_per_week', get('hours_per_week'));
  // Who is not ending any more has no reason for it either.
  if (get('end_date') === '' && !full && get('termination_reason') === null) set('termination_reason', '');
  const code = get('tax_code');
  const australian = Boolean(get('tfn') || get('tfn_exemption') || get('residency_status'));
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
      'residency_status is required with a tax file number or an exemption',
      'Give the residency for tax.',
    );
  if (code && full && !get('student_loan')) set('student_loan', 'false');
  const status = get('kiwisaver_status');
  if (full && code && code !== 'WT' && code !== 'NSW' && !status)
    report(
      'error',
      'required',
      'kiwisaver_status',
      'kiwisaver_status is required in New Zealand',
      'Give NOT_ELIGIBLE or NOT_MEMBER when there is none.',
    );
  checkEmployerRate(report, 'kiwisaver_employer_pct', {
    status,
    employee: get('employee_pct'),
    employer: get('employer_pct'),
    day: get('effective_from') ?? rules.today,
  });
  checkElectedRate(report, 'kiwisaver_employee_pct', {
    status,
    employee: get('employee_pct'),
    day: get('effective_from') ?? rules.today,
    today: rules.today,
  });
  checkContradictions(report, get, columnOf, rules.today);
  checkUnlikely(report, rules.today, {
    pay: {
      field: get('rate_type') === 'hourly' ? 'hourly_rate' : 'salary_annual',
      value: get('amount'),
      type: get('rate_type'),
      hoursPerWeek: get('hours_per_week'),
    },
    employerRate: { field: 'kiwisaver_employer_pct', value: get('employer_pct') },
    hours: { field: 'hours_per_week', value: get('hours_per_week') },
    rateFrom: { field: 'rate_effective_date', value: get('rate_from') },
    effectiveFrom: { field: 'effective_date', value: get('effective_from') },
    startDate: { field: 'start_date', value: get('start_date') },
    endDate: { field: 'end_date', value: get('end_date') },
  });
  if (!full) return;
  checkTailoredCode(report, 'tax_rate_end', { code, end: get('tax_rate_end') });
  const ways = ['mobile', 'work_email', 'personal_email', 'line1'].map(get);
  if (!ways.includes(null)) checkReachable(report, 'res_line1', ways);
}
