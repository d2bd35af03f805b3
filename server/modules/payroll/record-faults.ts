import { empColumns } from './emp-columns.ts';
import type { Finding } from './finding.ts';
import { kiwiSaverRates } from './rules-data.ts';

/** A fault that the database found in a record as it would be; `field` by its staged name. */
export interface RecordFault {
  code: string;
  field: string;
  /** The day of the record it is in, when that is a later one than the input's own. */
  holds_from: string | null;
  /** The other employment or code that is meant: company_code/employee_number, or the code. */
  other?: string | null;
  /** The other line of the file that is meant. */
  otherLine?: number | null;
}

/** The code of a finding that refuses nothing: a later change sets the field again. */
export const laterChangeStands = 'later-change-stands';

/** Codes of findings that refuse nothing; payroll.is_note says the same. */
const notes: ReadonlySet<string> = new Set([laterChangeStands, 'field-cleared', 'number-looks-alike']);

const elected = kiwiSaverRates.steps.at(-1);
const end = 'Give the last day from the notice of Inland Revenue.';
export const recordWords: Record<string, [message: string, mend: string]> = {
  'required-with-group': [
    'This is required beside the others of its group',
    'Give a value, or leave the others empty.',
  ],
  postcode: ['The postcode has not four digits', 'Give four digits, with leading zeros, or the country too.'],
  'ird-missing-needs-nd': [
    'Without an IRD number the tax code must be ND',
    'Give the IRD number, or the tax code ND.',
  ],
  'student-loan-code': [
    'A student loan can’t stand beside this tax code',
    'Take the student loan away or give a code such as M or S.',
  ],
  'tax-rate-missing': [
    'This tax code needs a rate',
    'Give the rate of the certificate or the rate the contractor elected.',
  ],
  'tax-rate-range': [
    'A tax rate is at most 100 per cent, a schedular one at least 10',
    'Give the rate from the certificate or the IR330C.',
  ],
  'sl-special-rate': [
    'A special rate for a student loan is a whole percentage below 12',
    'Give the rate from the notice of Inland Revenue.',
  ],
  'sl-special-retrospective': [
    'A special rate for a student loan does not count from a past day',
    'Give it from today or a later day.',
  ],
  'nsw-kiwisaver': [
    'A non-resident seasonal worker has no KiwiSaver',
    'Give notEligible (NOT_ELIGIBLE) and no rate, or mend the tax code.',
  ],
  'kiwisaver-rate-unexpected': [
    'That KiwiSaver status has no employee rate',
    'Clear the rate (~ in a file) or mend the status.',
  ],
  'kiwisaver-rate-missing': ['That KiwiSaver status needs an employee rate', 'Give the rate elected.'],
  'kiwisaver-rate': [
    'That KiwiSaver rate can’t be elected from that day',
    `Since ${elected?.from} give one of ${elected?.elected.join(', ')}; 3 stands for a temporary rate reduction only.`,
  ],
  'kiwisaver-reduction-rate': ['A temporary rate reduction is 3 per cent', 'Give 3.00.'],
  'kiwisaver-reduction-start': [
    'A temporary rate reduction needs its start',
    'Give the first day from the notice of Inland Revenue.',
  ],
  'kiwisaver-reduction-end': ['A temporary rate reduction needs its end', end],
  'kiwisaver-reduction-length': ['A temporary rate reduction lasts 3 to 12 months', end],
  'kiwisaver-reduction-over': [
    'The temporary rate reduction is over by then',
    'Give the status and the rate that count now, or the new end.',
  ],
  'kiwisaver-opt-out-date': ['Opting out needs its date', 'Give the date on the KS10.'],
  'tfn-or-exemption': [
    'A tax file number or the reason why there is none is needed',
    'Give the number or an exemption.',
  ],
  'fixed-term-end': ['A fixed term needs its end', 'Give the last day of the term.'],
  'end-before-start': ['The end lies before the start of the employment', 'Give the last day employed.'],
  'termination-reason': ['An end needs its reason', 'Give a reason such as resignation.'],
  'end-date': [
    'A reason for an end needs the end',
    'Give the last day employed, or leave the reason empty too.',
  ],
  'effective-before-start': [
    'The change would count before the start of the employment',
    'Give a later day, or the earlier start date too.',
  ],
  'employee-number-taken': [
    'Name and date of birth are those of another person than the one with this employee number',
    'Give a new person a number of their own. Correct the name and the date of birth of one person one after the other.',
  ],
  'field-cleared': [
    'The group replaces the one before without this field, which is cleared',
    'Send the field with its group if it is to stay.',
  ],
  [laterChangeStands]: [
    'A later change sets this to something else again, and stands',
    'Change it from that day too if this one is to last.',
  ],
};

const meant = ({ other, otherLine }: RecordFault) =>
  [other ?? '', otherLine === null || otherLine === undefined ? '' : `line ${otherLine}`]
    .filter(Boolean)
    .join(' at ');

/** Words that name what else is meant. */
export const namingWords: Record<string, (other: string) => [message: string, mend: string]> = {
  'number-look-alike': (other) => [
    `The employee number looks like that of the same person, ${other}; did you mean it?`,
    'Send that number, with its zeros and in its case. If it is somebody else, staff or the project owner confirm the number on the employees page.',
  ],
  'number-looks-alike': (other) => [
    `The employee number looks like that of another person, ${other}`,
    'Check that the zeros and the case are right.',
  ],
  'person-differs': (other) => [
    `This differs, or is missing, between the new employment and the person with the same external id (${other})`,
    'Give each person an external id of their own. If it is one person, staff or the project owner confirm it on the employees page; then send it again.',
  ],
  'code-look-alike': (other) => [
    `The code looks like ${other}; did you mean it?`,
    'Send that code. If another one is meant, staff or the project owner confirm it.',
  ],
};

/** A fault in words, with its field as the caller calls it. */
export function findingOf(fault: RecordFault, field: string): Finding {
  const [message, mend] = namingWords[fault.code]?.(meant(fault)) ??
    recordWords[fault.code] ?? ['This breaks a rule of payroll', 'Mend the value.'];
  return {
    code: fault.code,
    field,
    severity: notes.has(fault.code) ? 'warning' : 'error',
    message: fault.holds_from === null ? message : `${message} (from ${fault.holds_from})`,
    mend,
  };
}

const columns: Record<string, string> = {
  cost_allocations: 'cost_centre',
  country: 'res_country',
  postcode: 'res_postcode',
  accounts: 'bank_1',
  effective_from: 'effective_date',
  // What the format has no column for is named by the column that comes closest.
  reduction_start: 'kiwisaver_reduction_end',
  opt_out_date: 'kiwisaver_status',
  sl_special_pct: 'student_loan',
  sl_special_end: 'student_loan',
};

/** The column of an EMP file in which a staged field comes. */
export function columnOf(staged: string): string {
  return columns[staged] ?? empColumns.find((column) => column.staged === staged)?.name ?? staged;
}

/** The staged field that a column of an EMP file becomes; the accounts are one. */
export function stagedOf(column: string): string {
  if (/^bank_/.test(column)) return 'accounts';
  const renamed = ['cost_allocations', 'country', 'postcode', 'effective_from'].find(
    (staged) => columns[staged] === column,
  );
  return renamed ?? empColumns.find((one) => one.name === column)?.staged ?? column;
}

const pointers: Record<string, string> = {
  employee_number: '/employeeNumber',
  external_id: '/person/externalId',
  effective_from: '/effectiveFrom',
  title: '/person/title',
  first_name: '/person/legalFirstName',
  middle_names: '/person/legalMiddleNames',
  last_name: '/person/legalLastName',
  preferred_name: '/person/preferredName',
  birth_date: '/person/dateOfBirth',
  gender: '/person/gender',
  work_email: '/person/workEmail',
  personal_email: '/person/personalEmail',
  mobile: '/person/mobile',
  line1: '/person/address',
  line2: '/person/address/line2',
  suburb: '/person/address/suburb',
  city: '/person/address/city',
  state: '/person/address/state',
  postcode: '/person/address/postcode',
  country: '/person/address/country',
  start_date: '/employment/startDate',
  continuous_service_date: '/employment/continuousServiceDate',
  end_date: '/employment/endDate',
  termination_reason: '/employment/terminationReason',
  employment_type: '/employment/employmentType',
  fixed_term_end: '/employment/fixedTermEndDate',
  agreement_code: '/employment/agreementCode',
  position_code: '/employment/positionCode',
  position_title: '/employment/positionTitle',
  department_code: '/employment/departmentCode',
  location_code: '/employment/locationCode',
  manager_employee_number: '/employment/managerEmployeeNumber',
  cost_allocations: '/employment/costAllocations',
  pay_group: '/employment/payGroupCode',
  pay_frequency: '/employment/payFrequency',
  hours_per_week: '/employment/hoursPerWeek',
  pattern_code: '/employment/workPatternCode',
  ird_number: '/taxNz/irdNumber',
  tax_code: '/taxNz/taxCode',
  student_loan: '/taxNz/studentLoan',
  tax_rate_pct: '/taxNz/taxRatePercent',
  tax_rate_end: '/taxNz/taxRateEndDate',
  sl_special_pct: '/taxNz/slSpecialRatePercent',
  sl_special_end: '/taxNz/slSpecialRateEndDate',
  esct_pct: '/taxNz/esctRatePercent',
  declaration_date: '/taxNz/declarationDate',
  declaration_form: '/taxNz/declarationForm',
  tfn: '/taxAu/tfn',
  tfn_exemption: '/taxAu/tfnExemption',
  residency_status: '/taxAu/residencyStatus',
  tax_free_threshold: '/taxAu/taxFreeThresholdClaimed',
  study_loan: '/taxAu/studyLoan',
  super_usi: '/taxAu/superUsi',
  super_member_no: '/taxAu/superMemberNumber',
  kiwisaver_status: '/kiwiSaver/status',
  employee_pct: '/kiwiSaver/employeeRatePercent',
  employer_pct: '/kiwiSaver/employerRatePercent',
  reduction_start: '/kiwiSaver/rateReductionStart',
  reduction_end: '/kiwiSaver/rateReductionEnd',
  suspension_start: '/kiwiSaver/suspensionStart',
  suspension_end: '/kiwiSaver/suspensionEnd',
  opt_out_date: '/kiwiSaver/optOutDate',
  accounts: '/bankAccounts',
};

/** Where a staged field stands in the body of a PUT. */
export function pointerOf(staged: string): string {
  return pointers[staged] ?? '';
}
