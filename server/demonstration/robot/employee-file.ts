import { type HrPerson, makePerson } from './hr-person.ts';
import { accountName, companyCode } from './people.ts';

/** The columns of the vendor's standard employee file, EMP version 1, as its template has them. */
const columns = [
  'company_code',
  'employee_number',
  'external_id',
  'title',
  'first_name',
  'middle_names',
  'last_name',
  'preferred_name',
  'birth_date',
  'gender',
  'ird_number',
  'tfn',
  'tfn_exemption',
  'email',
  'personal_email',
  'mobile',
  'res_line1',
  'res_line2',
  'res_suburb',
  'res_city',
  'res_state',
  'res_postcode',
  'res_country',
  'start_date',
  'continuous_service_date',
  'end_date',
  'termination_reason',
  'employment_type',
  'fixed_term_end',
  'agreement_code',
  'position_code',
  'position_title',
  'department_code',
  'location_code',
  'manager_employee_number',
  'cost_centre',
  'pay_group',
  'pay_frequency',
  'hours_per_week',
  'pattern_code',
  'salary_annual',
  'hourly_rate',
  'rate_effective_date',
  'tax_code',
  'tax_rate_pct',
  'tax_rate_end',
  'student_loan',
  'kiwisaver_status',
  'kiwisaver_employee_pct',
  'kiwisaver_employer_pct',
  'kiwisaver_reduction_end',
  'esct_pct',
  'residency_status',
  'tax_free_threshold',
  'study_loan',
  'super_usi',
  'super_member_no',
  'bank_country',
  'bank_1',
  'bank_1_name',
  'bank_1_reference',
  'bank_1_type',
  'bank_1_value',
  'bank_2',
  'bank_2_name',
  'bank_2_reference',
  'bank_2_type',
  'bank_2_value',
  'bank_3',
  'bank_3_name',
  'bank_3_reference',
  'bank_3_type',
  'bank_3_value',
  'effective_date',
] as const;

/** A row of the standard file, by column. */
export type EmployeeRow = Record<string, string>;

/** A file of people as made, in the standard format; `change` may spoil or alter a row. */
export function employeeFile(
  from: number,
  count: number,
  change: (row: EmployeeRow, index: number) => void = () => {},
): string {
  return fileOf(
    Array.from({ length: count }, (_, i) => makePerson(from + i)),
    change,
  );
}

/** A file of these people in the standard format. */
export function fileOf(
  people: HrPerson[],
  change: (row: EmployeeRow, index: number) => void = () => {},
): string {
  const lines = people.map((person, i) => {
    const row: EmployeeRow = { ...rowOf(person) };
    change(row, i);
    return columns.map((column) => cell(row[column] ?? '')).join(',');
  });
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A person as a row of the standard file; what the HR system does not know is left out. */
export function rowOf(person: HrPerson): Partial<Record<(typeof columns)[number], string>> {
  return {
    company_code: companyCode,
    employee_number: person.number,
    first_name: person.first,
    last_name: person.last,
    preferred_name: person.known ?? '',
    birth_date: person.born,
    gender: person.gender,
    ird_number: person.ird,
    email: person.mail,
    mobile: person.phone,
    res_line1: person.street,
    res_suburb: person.suburb,
    res_city: person.city,
    res_postcode: person.postcode,
    res_country: 'NZ',
    start_date: person.since,
    employment_type: person.fullTime ? 'PERM_FT' : 'PERM_PT',
    position_title: person.job,
    department_code: person.department,
    location_code: person.place,
    cost_centre: person.costCentre,
    pay_group: 'FORTNIGHT',
    pay_frequency: 'FORTNIGHTLY',
    hours_per_week: person.hours,
    salary_annual: person.salary,
    rate_effective_date: person.since,
    tax_code: person.taxCode,
    student_loan: person.studentLoan ? 'Y' : 'N',
    kiwisaver_status: 'AUTO_ENROLLED',
    kiwisaver_employee_pct: person.kiwiSaver,
    kiwisaver_employer_pct: '3.50',
    esct_pct: '30',
    bank_country: 'NZ',
    bank_1: person.account,
    bank_1_name: accountName(person),
    bank_1_type: 'BALANCE',
  };
}

/** A cell as RFC 4180 quotes it. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
