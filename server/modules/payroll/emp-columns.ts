import {
  allocationTypes,
  employmentTypes,
  esctRates,
  genders,
  kiwiSaverStatuses,
  payFrequencies,
  residencyStatuses,
  terminationReasons,
  tfnExemptions,
  titles,
} from '#contract/payroll-words.ts';
import type { SensitivityClass } from './sensitivity.ts';

/** How a column's text is read: everything that is not `special` maps to one staged column by its kind alone. */
export type EmpKind =
  | 'text'
  | 'name'
  | 'code'
  | 'date'
  | 'email'
  | 'money'
  | 'percent'
  | 'flag'
  | 'choice'
  | 'special';

/** One column of the employee format EMP. */
export interface EmpColumn {
  name: string;
  kind: EmpKind;
  /** The staged column it becomes; its own name unless told. */
  staged: string;
  /** `always`: in every row, the key. `full`: in every row of a FULL file and of a new employee. */
  required: 'always' | 'full' | 'conditional' | 'optional';
  class: SensitivityClass;
  maxLength: number;
  /** For a choice: the file's word in capitals to ours. */
  choices?: Readonly<Record<string, string>>;
  note: string;
}

const snake = (word: string) => word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const words = (values: readonly string[], aliases: Record<string, string> = {}) => ({
  ...Object.fromEntries(values.map((value) => [snake(value), value])),
  ...aliases,
});
const employmentTypeWords = words(employmentTypes, {
  PERM_FT: 'permanentFullTime',
  PERM_PT: 'permanentPartTime',
});
const frequencyWords = words(payFrequencies, {
  WK: 'weekly',
  FT: 'fortnightly',
  '4W': 'fourWeekly',
  MT: 'monthly',
  HM: 'halfMonthly',
  DA: 'daily',
  AH: 'adHoc',
});
const reasonWords = words(terminationReasons, {
  V: 'resignation',
  I: 'illHealth',
  D: 'death',
  R: 'redundancy',
  F: 'dismissal',
  C: 'endOfFixedTerm',
  T: 'transfer',
});
const genderWords = words(genders, { F: 'F', M: 'M', X: 'X', A: 'X', N: 'notStated' });
/** Words for the split of pay between accounts. */
export const allocationWords: Readonly<Record<string, string>> = words(allocationTypes);

type Extra = Partial<Pick<EmpColumn, 'staged' | 'maxLength' | 'choices' | 'note'>>;
function column(
  name: string,
  kind: EmpKind,
  required: EmpColumn['required'],
  sensitivity: SensitivityClass,
  extra: Extra = {},
): EmpColumn {
  return { name, kind, required, class: sensitivity, staged: name, maxLength: 60, note: '', ...extra };
}

/** The employee format EMP, version 1, in the order of its blank template. Key: company_code and employee_number. */
export const empColumns: readonly EmpColumn[] = [
  column('company_code', 'special', 'always', 'P0', { note: 'Legal employer' }),
  column('employee_number', 'special', 'always', 'P1', {
    maxLength: 20,
    note: 'With its leading zeros; never reused',
  }),
  column('external_id', 'text', 'optional', 'P1', { note: 'Joins several employments of one person' }),
  column('title', 'choice', 'optional', 'P1', {
    choices: Object.fromEntries(titles.map((one) => [one.toUpperCase(), one])),
  }),
  column('first_name', 'name', 'full', 'P1', { maxLength: 50 }),
  column('middle_names', 'name', 'optional', 'P1', { maxLength: 50 }),
  column('last_name', 'name', 'full', 'P1', { maxLength: 50 }),
  column('preferred_name', 'name', 'optional', 'P1', { maxLength: 50 }),
  column('birth_date', 'date', 'full', 'P2'),
  column('gender', 'choice', 'optional', 'P2', { choices: genderWords }),
  column('ird_number', 'special', 'conditional', 'P4', { note: 'Blank only with tax code ND' }),
  column('tfn', 'special', 'conditional', 'P4', { note: 'Australia' }),
  column('tfn_exemption', 'choice', 'conditional', 'P3', {
    choices: words(tfnExemptions),
    note: 'Australia, why there is no number',
  }),
  column('email', 'email', 'optional', 'P1', { staged: 'work_email', maxLength: 254 }),
  column('personal_email', 'email', 'optional', 'P2', { maxLength: 254 }),
  column('mobile', 'text', 'optional', 'P2', { maxLength: 30 }),
  column('res_line1', 'text', 'optional', 'P2', { staged: 'line1', maxLength: 100 }),
  column('res_line2', 'text', 'optional', 'P2', { staged: 'line2', maxLength: 100 }),
  column('res_suburb', 'text', 'optional', 'P2', { staged: 'suburb' }),
  column('res_city', 'text', 'optional', 'P2', { staged: 'city' }),
  column('res_state', 'text', 'optional', 'P2', { staged: 'state', maxLength: 10 }),
  column('res_postcode', 'special', 'optional', 'P2', { note: 'Four digits in New Zealand and Australia' }),
  column('res_country', 'special', 'full', 'P2', { note: 'ISO 3166 alpha-2' }),
  column('start_date', 'date', 'full', 'P1'),
  column('continuous_service_date', 'date', 'optional', 'P1'),
  column('end_date', 'date', 'optional', 'P1', { note: 'Last day employed, inclusive' }),
  column('termination_reason', 'choice', 'conditional', 'P3', {
    choices: reasonWords,
    note: 'With end_date',
  }),
  column('employment_type', 'choice', 'full', 'P1', { choices: employmentTypeWords }),
  column('fixed_term_end', 'date', 'conditional', 'P1'),
  column('agreement_code', 'code', 'optional', 'P1', { maxLength: 40 }),
  column('position_code', 'code', 'optional', 'P1', { maxLength: 40 }),
  column('position_title', 'text', 'optional', 'P1', { maxLength: 100 }),
  column('department_code', 'code', 'full', 'P1', { maxLength: 40 }),
  column('location_code', 'code', 'full', 'P1', { maxLength: 40 }),
  column('manager_employee_number', 'text', 'optional', 'P1', { maxLength: 20 }),
  column('cost_centre', 'special', 'full', 'P1', { maxLength: 40 }),
  column('pay_group', 'code', 'full', 'P1', { maxLength: 40 }),
  column('pay_frequency', 'choice', 'full', 'P1', { choices: frequencyWords }),
  column('hours_per_week', 'money', 'conditional', 'P1'),
  column('pattern_code', 'code', 'optional', 'P1', { maxLength: 40 }),
  column('salary_annual', 'special', 'conditional', 'P3', { note: 'Or hourly_rate' }),
  column('hourly_rate', 'special', 'conditional', 'P3', { note: 'Or salary_annual' }),
  column('rate_effective_date', 'special', 'conditional', 'P3'),
  column('tax_code', 'special', 'conditional', 'P3', { note: 'New Zealand' }),
  column('tax_rate_pct', 'percent', 'conditional', 'P3', { note: 'With STC and WT' }),
  column('tax_rate_end', 'date', 'optional', 'P3'),
  column('student_loan', 'flag', 'conditional', 'P3', { note: 'Y or N' }),
  column('kiwisaver_status', 'choice', 'conditional', 'P3', { choices: words(kiwiSaverStatuses) }),
  column('kiwisaver_employee_pct', 'percent', 'conditional', 'P3', { staged: 'employee_pct' }),
  column('kiwisaver_employer_pct', 'percent', 'conditional', 'P3', { staged: 'employer_pct' }),
  column('kiwisaver_reduction_end', 'date', 'conditional', 'P3', { staged: 'reduction_end' }),
  column('esct_pct', 'special', 'conditional', 'P3', { note: `One of ${esctRates.join(', ')}` }),
  column('residency_status', 'choice', 'conditional', 'P3', {
    choices: words(residencyStatuses),
    note: 'Australia',
  }),
  column('tax_free_threshold', 'flag', 'conditional', 'P3'),
  column('study_loan', 'flag', 'conditional', 'P3'),
  column('super_usi', 'text', 'conditional', 'P3', { maxLength: 20 }),
  column('super_member_no', 'text', 'conditional', 'P4', { maxLength: 30 }),
  column('bank_country', 'special', 'full', 'P4', { note: 'NZ or AU' }),
  ...[1, 2, 3].flatMap((n) => [
    column(`bank_${n}`, 'special', n === 1 ? 'full' : 'optional', 'P4'),
    column(`bank_${n}_name`, 'special', n === 1 ? 'full' : 'optional', 'P4', { maxLength: 32 }),
    column(`bank_${n}_reference`, 'special', 'optional', 'P4', { maxLength: 12 }),
    column(`bank_${n}_type`, 'special', n === 1 ? 'full' : 'optional', 'P4', {
      note: Object.keys(allocationWords).join(', '),
    }),
    column(`bank_${n}_value`, 'special', 'optional', 'P4'),
  ]),
  column('effective_date', 'special', 'optional', 'P0', {
    note: 'First day on which the row is true; blank is today',
  }),
];

/** Columns that every row of a FULL file and every new employee must fill, whatever the country. */
export const requiredWhenNew: readonly EmpColumn[] = empColumns.filter((one) => one.required === 'full');
