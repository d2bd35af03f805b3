import type { FormatColumnView } from '#contract/file-exchange.ts';
import { esctRates, taxCodes } from '#contract/payroll-words.ts';
import { type EmpColumn, empColumns } from '#modules/payroll/index.ts';

/** A standard file format: the one source of its page, template, samples, JSON schema and error texts. */
export interface Format {
  format: string;
  version: string;
  title: string;
  summary: string;
  key: string[];
  modes: { mode: string; meaning: string }[];
  naming: string;
  columns: FormatColumnView[];
  rules: string[];
  /** Forms in which values are accepted, by type of column. */
  forms: readonly { type: FormatColumnView['type']; form: string }[];
  /** Rows of the good sample, by column, for an employer in each country. */
  samples: Record<'NZ' | 'AU', Record<string, string>[]>;
  /** The same rows with a fault in each, and what the fault is. */
  badSamples: { row: Record<string, string>; fault: string }[];
}

const kindTypes: Record<EmpColumn['kind'], FormatColumnView['type']> = {
  text: 'text',
  name: 'text',
  code: 'code',
  date: 'date',
  email: 'text',
  money: 'decimal',
  percent: 'percent',
  flag: 'boolean',
  choice: 'list',
  special: 'text',
};

const specialTypes: Record<string, FormatColumnView['type']> = {
  company_code: 'code',
  cost_centre: 'code',
  res_country: 'code',
  bank_country: 'code',
  ird_number: 'number',
  tfn: 'number',
  salary_annual: 'decimal',
  hourly_rate: 'decimal',
  rate_effective_date: 'date',
  effective_date: 'date',
  esct_pct: 'percent',
  bank_1_value: 'decimal',
  bank_2_value: 'decimal',
  bank_3_value: 'decimal',
  bank_1: 'account',
  bank_2: 'account',
  bank_3: 'account',
};

const conditions: Record<string, string> = {
  ird_number: 'In New Zealand; blank only with tax code ND',
  tfn: 'In Australia, unless an exemption holds',
  tfn_exemption: 'In Australia, without a tax file number',
  termination_reason: 'With end_date',
  fixed_term_end: 'For a fixed term',
  hours_per_week: 'With a salary',
  salary_annual: 'This or hourly_rate',
  hourly_rate: 'This or salary_annual',
  rate_effective_date: 'With a rate',
  tax_code: 'In New Zealand',
  tax_rate_pct: 'With tax codes STC and WT',
  student_loan: 'In New Zealand',
  kiwisaver_status: 'In New Zealand',
  kiwisaver_employee_pct: 'For members of KiwiSaver',
  kiwisaver_employer_pct: 'For members of KiwiSaver',
  kiwisaver_reduction_end: 'With a temporary rate reduction',
  esct_pct: 'For members of KiwiSaver',
  residency_status: 'In Australia',
  tax_free_threshold: 'In Australia',
  study_loan: 'In Australia',
  super_usi: 'In Australia',
  super_member_no: 'In Australia',
};

/** IRD numbers and accounts of Inland Revenue's own samples: they pass every check and belong to nobody. */
const samples: Record<string, string>[] = [
  {
    company_code: 'KOW01',
    employee_number: 'SAMPLE-01',
    first_name: 'Paige',
    last_name: 'Chen',
    birth_date: '1991-04-18',
    ird_number: '048125360',
    email: 'paige.chen@kowhai.example',
    res_line1: '12 Rātā Road',
    res_city: 'Auckland',
    res_postcode: '1024',
    res_country: 'NZ',
    start_date: '2026-11-30',
    employment_type: 'PERM_FT',
    department_code: 'OPS',
    location_code: 'AKL',
    cost_centre: '4100',
    pay_group: 'FN-OPS',
    pay_frequency: 'FORTNIGHTLY',
    hours_per_week: '40.00',
    salary_annual: '78000.00',
    rate_effective_date: '2026-11-30',
    tax_code: 'M',
    student_loan: 'N',
    kiwisaver_status: 'AUTO_ENROLLED',
    kiwisaver_employee_pct: '3.50',
    kiwisaver_employer_pct: '3.50',
    bank_country: 'NZ',
    bank_1: '01-0902-0068389-00',
    bank_1_name: 'P CHEN',
    bank_1_type: 'BALANCE',
    effective_date: '2026-11-30',
  },
];
const second: Record<string, string> = {
  ...samples[0],
  employee_number: 'SAMPLE-02',
  first_name: 'Wiremu',
  last_name: 'Ngāta',
  birth_date: '1984-09-02',
  ird_number: '048125379',
  email: 'wiremu.ngata@kowhai.example',
  bank_1_name: 'W NGATA',
};
samples.push(second);
const newZealand =
  'ird_number tax_code student_loan kiwisaver_status kiwisaver_employee_pct kiwisaver_employer_pct'.split(
    ' ',
  );
const australian: Record<string, string> = {
  ...Object.fromEntries(Object.entries(samples[0] ?? {}).filter(([name]) => !newZealand.includes(name))),
  employee_number: 'SAMPLE-03',
  first_name: 'Jordan',
  last_name: 'Baker',
  email: 'jordan.baker@kowhai.example',
  res_line1: '4 Wattle Street',
  res_city: 'Sydney',
  res_state: 'NSW',
  res_postcode: '2000',
  res_country: 'AU',
  tfn: '123456782',
  residency_status: 'AUSTRALIAN_RESIDENT',
  tax_free_threshold: 'Y',
  study_loan: 'N',
  bank_country: 'AU',
  bank_1: '062-000 12345678',
  bank_1_name: 'J BAKER',
};

/** Tax codes beside which a student loan can stand: `M SL`, or MSL. */
const loanCodes = ['M', 'ME', 'SB', 'S', 'SH', 'ST', 'SA'];

const examples: Record<string, string> = {
  ...australian,
  ...samples[0],
  employee_number: '000123',
  middle_names: 'Mei Ling',
  gender: 'F',
  end_date: '2027-03-31',
  termination_reason: 'RESIGNATION',
  manager_employee_number: '000087',
  hourly_rate: '31.50',
  mobile: '021 555 0123',
};

/** What a column with a list takes, as a file writes it. */
function valuesOf({ name, choices }: EmpColumn): string[] {
  if (choices !== undefined) return Object.keys(choices);
  if (name === 'tax_code') return [...taxCodes, ...loanCodes.flatMap((code) => [`${code} SL`, `${code}SL`])];
  if (name === 'esct_pct') return [...esctRates];
  if (name === 'bank_country') return ['NZ', 'AU'];
  return /^bank_\d_type$/.test(name) ? ['BALANCE', 'FIXED', 'PERCENT'] : [];
}

const describe = (column: EmpColumn): FormatColumnView => ({
  name: column.name,
  type: column.kind === 'special' ? (specialTypes[column.name] ?? 'text') : kindTypes[column.kind],
  presence: column.required === 'always' || column.required === 'full' ? 'required' : column.required,
  condition:
    column.required === 'full'
      ? 'In every row of a FULL file and of a new employee; blank in a DELTA means unchanged'
      : (conditions[column.name] ?? null),
  maxLength:
    column.kind === 'text' ||
    column.kind === 'name' ||
    column.kind === 'code' ||
    column.kind === 'email' ||
    column.maxLength !== 60
      ? column.maxLength
      : null,
  values: valuesOf(column),
  sensitivity: column.class,
  description: column.note,
  example: examples[column.name] ?? '',
});

/** Employee import EMP, version 1 (the columns and their rules come from payroll). */
export const empFormat: Format = {
  format: 'EMP',
  version: '1',
  title: 'Employees',
  summary: 'People, their employment, tax, KiwiSaver, bank accounts and pay rate, one row for each employee.',
  key: ['company_code', 'employee_number'],
  modes: [
    { mode: 'FULL', meaning: 'Everybody. Blank means blank. Whoever is missing is reported, never ended.' },
    {
      mode: 'DELTA',
      meaning: 'What changed since the last accepted file. Blank means unchanged, ~ clears a value.',
    },
  ],
  naming: '{CUSTOMER}_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv',
  columns: empColumns.map(describe),
  rules: [
    'UTF-8 (a byte order mark is let pass), RFC 4180 quoting; columns separated by comma, semicolon, tab or pipe, as the exchange says.',
    'LF, CRLF or CR at the end of every line, the last one too: without it the file counts as cut off, unless a control file carries its sha256.',
    'A header row is required. Columns go by their names, in any case and order. A name that is almost one of the format refuses the file; other unknown columns are reported and not read, or refuse it where the exchange says so.',
    'Empty columns and rows at the end are skipped and counted, and so is a first line such as sep=; that names the delimiter.',
    'Dates are YYYY-MM-DD, decimals have a point and no thousands separator, yes and no are Y and N.',
    '~ in a required column is an error.',
    'One row for each employee: company_code and employee_number together are the key.',
    'effective_date is the first day on which a row is true; blank is today in the employer’s time zone.',
    'Upload as .part and rename: that shows that the file is whole. A direct upload counts once it is closed, and nothing shows that it was not cut off at a line end; an exchange can refuse it.',
    'A control file of the same name with .ctl.json, put before the file, is checked: {file, sha256, rows, mode, controlTotals: {hashEmployeeNumber, sums: {salary_annual: "1250000.00"}}}. Another key refuses the file.',
    'The answer is /out/ack/<file>.ack.json and, with findings, /out/ack/<file>.err.csv. Errors name row, line, key, column and code, never the value.',
    'The same bytes under the same time and number, or the bytes that were applied last, are answered as a duplicate.',
    'The time in a name is UTC, and at most a day ahead. A file that was made before one that was applied is held.',
    'A file that would change far more than usual (ends, new people, pay, bank accounts, names) is held for a second person.',
    '/in/validate/ gives the same answers and loads nothing. The exchange goes by the name, or by the folder: /in/validate/<exchange>/.',
  ],
  forms: [
    { type: 'date', form: 'YYYY-MM-DD, a day of the calendar from 1900 to 2199' },
    { type: 'decimal', form: 'Up to 8 digits, a point and up to 4 decimals: 78000, 37.50; never below zero' },
    { type: 'percent', form: 'From 0 to 100, a point and up to 4 decimals: 3.5, 3.50' },
    { type: 'boolean', form: 'Y or N' },
    { type: 'code', form: 'Letters and digits; kept in capitals' },
    { type: 'list', form: 'One of the list, in any case' },
    { type: 'number', form: 'Digits, with or without spaces and hyphens: 048125360, 048-125-360' },
    { type: 'account', form: '01-0902-0068389-00 in New Zealand, 123-456 12345678 in Australia' },
  ],
  samples: { NZ: samples, AU: [australian] },
  badSamples: [
    { row: { ...samples[0], ird_number: '048125361' }, fault: 'the check digit of ird_number' },
    { row: { ...second, birth_date: '02/09/1984' }, fault: 'birth_date is not YYYY-MM-DD' },
    {
      row: { ...second, employee_number: 'SAMPLE-04', bank_1: '01-0902-0068388-00' },
      fault: 'the check digit of bank_1',
    },
  ],
};

/** Every format there is. */
export const formats: readonly Format[] = [empFormat];

/** The format of a name and version; undefined when there is none. */
export function findFormat(format: string, version: string): Format | undefined {
  return formats.find((one) => one.format === format && one.version === version);
}
