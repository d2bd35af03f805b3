import type { EmployeeInputJson } from '#contract/payroll.ts';
import { irdCheckDigit } from './ird-number.ts';
import { judgeNzAccount } from './nz-bank-account.ts';

/** A synthetic person with one employment; every number is well formed and belongs to nobody we know of. */
export interface GeneratedPerson {
  employeeNumber: string;
  firstName: string;
  lastName: string;
  preferredName: string | null;
  birthDate: string;
  gender: 'F' | 'M' | 'X';
  email: string;
  mobile: string;
  line1: string;
  suburb: string;
  city: string;
  postcode: string;
  irdNumber: string;
  bankAccount: string;
  startDate: string;
  employmentType: 'permanentFullTime' | 'permanentPartTime';
  hoursPerWeek: string;
  positionTitle: string;
  departmentCode: string;
  locationCode: string;
  costCentre: string;
  payGroup: string;
  salary: string;
  taxCode: 'M' | 'ME' | 'S';
  studentLoan: boolean;
  kiwiSaverPercent: '3.50' | '4.00' | '6.00' | '8.00';
}

const firstNames =
  'Aroha Hēmi Mārama Wiremu Anahera Rāwiri Ngaio Tāne Manaia Kiri Paige Oliver Charlotte Jack Isla George Amelia Noah Mia Leo Sophie Arjun Priya Mei Liam Sione Lani Tevita Fatima Grace Henry Ruby Lucas Ella Thomas Zoe Daniel Hana Samuel Freya'.split(
    ' ',
  );
const lastNames =
  'Ngāta Parāone Tūroa Hōhepa Māhina Kīngi Rāpana Tāmati Wēpiha Pōtae Smith Chen Williams Patel Brown Singh Wilson Taylor Fonoti Tuilagi Kumar Lee Anderson Thompson Wang Harris Walker Robinson Sharma Clarke Moore Hughes Young Scott Green Baker Mitchell Campbell Kerr Fraser'.split(
    ' ',
  );
const places = [
  { city: 'Auckland', code: 'AKL', suburb: 'Mount Eden', postcode: '1024' },
  { city: 'Wellington', code: 'WLG', suburb: 'Te Aro', postcode: '6011' },
  { city: 'Christchurch', code: 'CHC', suburb: 'Riccarton', postcode: '8011' },
  { city: 'Hamilton', code: 'HLZ', suburb: 'Hillcrest', postcode: '3216' },
  { city: 'Whangārei', code: 'WRE', suburb: 'Kensington', postcode: '0112' },
] as const;
const departments = [
  { code: 'OPS', costCentre: '4100', titles: ['Operations Lead', 'Coordinator', 'Dispatcher'] },
  { code: 'WHSE', costCentre: '4200', titles: ['Storeperson', 'Team Leader', 'Forklift Operator'] },
  { code: 'FIN', costCentre: '1100', titles: ['Accountant', 'Payroll Officer', 'Analyst'] },
  { code: 'CARE', costCentre: '5300', titles: ['Caregiver', 'Nurse', 'Support Worker'] },
  { code: 'TECH', costCentre: '2400', titles: ['Engineer', 'Technician', 'Tester'] },
] as const;
const streets = [
  'Kauri Street',
  'Rātā Road',
  'Harbour Terrace',
  'Station Road',
  'Tōtara Avenue',
  'Hill Crescent',
];
/** Banks, each with the first of a hundred branches in a row that it has. */
const banks = [
  ['01', 100],
  ['02', 100],
  ['03', 100],
  ['06', 100],
  ['12', 3000],
  ['38', 9000],
] as const;
const kiwiSaverPercents = ['3.50', '3.50', '3.50', '4.00', '6.00', '8.00'] as const;

/** The nth person of a seed, always the same one; `today` bounds the start date. */
export function generatePerson(seed: number, n: number, today = '2026-11-01'): GeneratedPerson {
  const random = randomOf(seed, n);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const place = pick(places);
  const department = pick(departments);
  const firstName = pick(firstNames);
  const lastName = pick(lastNames);
  const partTime = random() < 0.2;
  const year = Number(today.slice(0, 4));
  const number = String(n + 1).padStart(6, '0');
  return {
    employeeNumber: number,
    firstName,
    lastName,
    preferredName: random() < 0.1 ? firstName.slice(0, 3) : null,
    birthDate: dateIn(random, year - 64, year - 18),
    gender: pick(['F', 'M', 'F', 'M', 'F', 'M', 'X'] as const),
    email: `${ascii(firstName)}.${ascii(lastName)}.${number}@staff.example`,
    mobile: `+64211${number}`,
    line1: `${1 + Math.floor(random() * 180)} ${pick(streets)}`,
    suburb: place.suburb,
    city: place.city,
    postcode: place.postcode,
    irdNumber: generateIrd(seed, n),
    bankAccount: generateAccount(seed, n),
    startDate: dateIn(random, year - 16, year - 1),
    employmentType: partTime ? 'permanentPartTime' : 'permanentFullTime',
    hoursPerWeek: partTime ? '24.00' : '40.00',
    positionTitle: pick(department.titles),
    departmentCode: department.code,
    locationCode: place.code,
    costCentre: department.costCentre,
    payGroup: `FN-${department.code}`,
    salary: `${Math.round((52_000 + random() * 90_000) * (partTime ? 0.6 : 1))}.00`,
    taxCode: pick(['M', 'M', 'M', 'ME', 'S'] as const),
    studentLoan: random() < 0.2,
    kiwiSaverPercent: pick(kiwiSaverPercents),
  };
}

/** A valid IRD number; different n of one seed never share one (n below 6,900,000). */
export function generateIrd(seed: number, n: number): string {
  const first = 1_000_000 + 2 * ((n * 3_791 + (seed % 100_000) * 61) % 6_900_000);
  for (const base of [first, first + 1]) {
    const digits = String(base).padStart(8, '0');
    const check = irdCheckDigit(digits);
    if (check !== undefined) return digits + check;
  }
  return generateIrd(seed + 1, n);
}

/** A valid New Zealand bank account; different n of one seed never share one (n below 9,000,000). */
export function generateAccount(seed: number, n: number): string {
  const [bank, firstBranch] = banks[(n + seed) % banks.length] as (typeof banks)[number];
  const slot = (n * 7_919 + (seed % 1000) * 89) % 90_000;
  const branch = String(firstBranch + Math.floor(n / 90_000)).padStart(4, '0');
  for (let i = 0; i < 100; i++) {
    const account = `${bank}-${branch}-${1_000_000 + slot * 100 + i}-00`;
    if (judgeNzAccount(account) === 'valid') return account;
  }
  throw new Error('no valid account among a hundred neighbours');
}

/** A whole New Zealand employee. */
export type GeneratedInput = Required<Omit<EmployeeInputJson, 'effectiveFrom' | 'taxAu'>>;

/** The person as the body of PUT /v1/employees. */
export function employeeInputOf(person: GeneratedPerson): GeneratedInput {
  return {
    person: {
      legalFirstName: person.firstName,
      legalLastName: person.lastName,
      preferredName: person.preferredName,
      dateOfBirth: person.birthDate,
      gender: person.gender,
      workEmail: person.email,
      mobile: person.mobile,
      address: {
        line1: person.line1,
        suburb: person.suburb,
        city: person.city,
        postcode: person.postcode,
        country: 'NZ',
      },
    },
    employment: {
      startDate: person.startDate,
      employmentType: person.employmentType,
      positionTitle: person.positionTitle,
      departmentCode: person.departmentCode,
      locationCode: person.locationCode,
      costAllocations: [{ costCentre: person.costCentre, percent: '100.00' }],
      payGroupCode: person.payGroup,
      payFrequency: 'fortnightly',
      hoursPerWeek: person.hoursPerWeek,
    },
    taxNz: {
      irdNumber: person.irdNumber,
      taxCode: person.taxCode,
      studentLoan: person.studentLoan,
      esctRatePercent: '30',
    },
    kiwiSaver: {
      status: 'autoEnrolled',
      employeeRatePercent: person.kiwiSaverPercent,
      employerRatePercent: '3.50',
    },
    bankAccounts: [
      {
        country: 'NZ',
        account: person.bankAccount,
        accountName: ascii(`${person.firstName[0]} ${person.lastName}`).toUpperCase(),
        allocation: { type: 'balance' },
      },
    ],
    payRates: [
      {
        effectiveFrom: person.startDate,
        rateType: 'annualSalary',
        amount: person.salary,
        hoursPerWeek: person.hoursPerWeek,
      },
    ],
  };
}

/** The person as a row of an EMP file, by column. */
export function empRowOf(
  person: GeneratedPerson,
  companyCode: string,
  effectiveDate = '',
): Record<string, string> {
  return {
    company_code: companyCode,
    employee_number: person.employeeNumber,
    first_name: person.firstName,
    last_name: person.lastName,
    preferred_name: person.preferredName ?? '',
    birth_date: person.birthDate,
    gender: person.gender,
    ird_number: person.irdNumber,
    email: person.email,
    mobile: person.mobile,
    res_line1: person.line1,
    res_suburb: person.suburb,
    res_city: person.city,
    res_postcode: person.postcode,
    res_country: 'NZ',
    start_date: person.startDate,
    end_date: '',
    termination_reason: '',
    employment_type: person.employmentType === 'permanentFullTime' ? 'PERM_FT' : 'PERM_PT',
    position_title: person.positionTitle,
    department_code: person.departmentCode,
    location_code: person.locationCode,
    cost_centre: person.costCentre,
    pay_group: person.payGroup,
    pay_frequency: 'FORTNIGHTLY',
    hours_per_week: person.hoursPerWeek,
    salary_annual: person.salary,
    rate_effective_date: person.startDate,
    tax_code: person.taxCode,
    student_loan: person.studentLoan ? 'Y' : 'N',
    kiwisaver_status: 'AUTO_ENROLLED',
    kiwisaver_employee_pct: person.kiwiSaverPercent,
    kiwisaver_employer_pct: '3.50',
    esct_pct: '30',
    bank_country: 'NZ',
    bank_1: person.bankAccount,
    bank_1_name: ascii(`${person.firstName[0]} ${person.lastName}`).toUpperCase(),
    bank_1_type: 'BALANCE',
    effective_date: effectiveDate,
  };
}

const ascii = (text: string) => text.normalize('NFD').replace(/[̀-ͯ]/g, '');

function dateIn(random: () => number, firstYear: number, lastYear: number): string {
  const year = firstYear + Math.floor(random() * (lastYear - firstYear + 1));
  const month = 1 + Math.floor(random() * 12);
  const day = 1 + Math.floor(random() * 28);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Mulberry32, started from seed and n so that any person can be made without those before. */
function randomOf(seed: number, n: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
