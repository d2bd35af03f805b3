import type { FormatColumnView } from '#contract/file-exchange.ts';
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
  /** Rows of the good sample, by column. */
  samples: Record<string, string>[];
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
    employee_number: '000123',
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
  employee_number: '000124',
  first_name: 'Wiremu',
  last_name: 'Ngāta',
  birth_date: '1984-09-02',
  ird_number: '048125379',
  email: 'wiremu.ngata@kowhai.example',
  bank_1_name: 'W NGATA',
};
samples.push(second);

const examples: Record<string, string> = {
  ...samples[0],
  middle_names: 'Mei Ling',
  gender: 'F',
  end_date: '2027-03-31',
  termination_reason: 'RESIGNATION',
  manager_employee_number: '000087',
  hourly_rate: '31.50',
  mobile: '021 555 0123',
};

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
  values: Object.keys(column.choices ?? {}),
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
    'LF or CRLF at the end of every line, the last one too: without it the file counts as cut off, unless a control file carries its sha256.',
    'A header row is required. Columns go by their names, in any order; unknown columns are reported and not read.',
    'Dates are YYYY-MM-DD, decimals have a point and no thousands separator, yes and no are Y and N.',
    '~ in a required column is an error.',
    'One row for each employee: company_code and employee_number together are the key.',
    'effective_date is the first day on which a row is true; blank is today in the employer’s time zone.',
    'Upload as .part and rename, or upload directly: a file counts once its upload is closed.',
    'A control file of the same name with .ctl.json, put before the file, is checked: {file, sha256, rows, mode, controlTotals: {hashEmployeeNumber}}.',
    'The answer is /out/ack/<file>.ack.json and, with findings, /out/ack/<file>.err.csv. Errors name row, line, key, column and code, never the value.',
    'The same bytes again are answered as a duplicate and have no effect.',
    '/in/validate/ gives the same answers and loads nothing. The exchange goes by the name, or by the folder: /in/validate/<exchange>/.',
  ],
  samples,
  badSamples: [
    { row: { ...samples[0], ird_number: '048125361' }, fault: 'the check digit of ird_number' },
    { row: { ...second, birth_date: '02/09/1984' }, fault: 'birth_date is not YYYY-MM-DD' },
    {
      row: { ...second, employee_number: '000125', bank_1: '01-0902-0068388-00' },
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
