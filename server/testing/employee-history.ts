import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { rowOf } from '../demonstration/robot/employee-file.ts';
import { makePerson } from '../demonstration/robot/hr-person.ts';

/** Years by which the dates of the data set are moved, so that they end in 2026; a multiple of four keeps leap days. */
export const shiftYears = 24;

export interface HistoryOptions {
  /** Folder with employee.csv, salary.csv, title.csv and department_employee.csv. */
  folder: string;
  /** The customer's code, first part of every file name. */
  customer: string;
  companyCode: string;
  /** Takes the first so many people; all when left out. */
  employees?: number;
  /** Stamp of the first file; each further one is a minute later. */
  firstStamp?: string;
}

export interface HistoryFile {
  name: string;
  mode: 'FULL' | 'DELTA';
  rows: number;
  content: string;
}

export interface EmployeeHistory {
  employees: number;
  salaries: number;
  left: number;
  /** Made one at a time: a FULL with first states, a DELTA for each further salary, a DELTA for those who left. */
  files(): Generator<HistoryFile>;
}

interface Person {
  number: string;
  firstName: string;
  lastName: string;
  birthDate: string;
  gender: string;
  hireDate: string;
  title: string;
  department: string;
  salaries: { amount: string; from: string; to: string }[];
}

/** Whether the data set is on this machine. */
export function hasEmployeeData(folder: string): boolean {
  return existsSync(join(folder, 'salary.csv'));
}

/** Reads the data set and describes it as the EMP files a customer would have sent over the years. */
export function readEmployeeHistory(options: HistoryOptions): EmployeeHistory {
  const people = readPeople(options);
  const leavers = people.filter((person) => lastDay(person) !== undefined);
  return {
    employees: people.length,
    salaries: people.reduce((sum, person) => sum + person.salaries.length, 0),
    left: leavers.length,
    *files() {
      const name = namer(options);
      yield file(
        name('FULL'),
        'FULL',
        people.map((person, i) => firstState(person, i, options)),
      );
      const most = Math.max(...people.map((person) => person.salaries.length));
      for (let k = 1; k < most; k++) {
        const rows = people.filter((person) => person.salaries[k] !== undefined);
        yield file(
          name('DELTA'),
          'DELTA',
          rows.map((person) => salaryRow(person, k, options)),
        );
      }
      if (leavers.length > 0)
        yield file(
          name('DELTA'),
          'DELTA',
          leavers.map((person) => leavingRow(person, options)),
        );
    },
  };
}

function readPeople({ folder, employees }: HistoryOptions): Person[] {
  const people = new Map<string, Person>();
  for (const row of rowsOf(folder, 'employee.csv')) {
    if (employees !== undefined && people.size === employees) break;
    people.set(row['emp_no'] ?? '', {
      number: row['emp_no'] ?? '',
      firstName: row['first_name'] ?? '',
      lastName: row['last_name'] ?? '',
      birthDate: shift(row['birth_date']),
      gender: row['gender'] ?? '',
      hireDate: shift(row['hire_date']),
      title: '',
      department: '',
      salaries: [],
    });
  }
  for (const row of rowsOf(folder, 'title.csv').sort(byFrom)) {
    const person = people.get(row['emp_no'] ?? '');
    if (person !== undefined) person.title ||= row['title'] ?? '';
  }
  for (const row of rowsOf(folder, 'department_employee.csv').sort(byFrom)) {
    const person = people.get(row['emp_no'] ?? '');
    if (person !== undefined) person.department ||= (row['dept_no'] ?? '').toUpperCase();
  }
  for (const row of rowsOf(folder, 'salary.csv').sort(byFrom))
    people.get(row['emp_no'] ?? '')?.salaries.push({
      amount: row['amount'] ?? '',
      from: shift(row['from_date']),
      to: row['to_date'] === '9999-01-01' ? '9999-01-01' : shift(row['to_date']),
    });
  return [...people.values()];
}

function firstState(person: Person, index: number, { companyCode }: HistoryOptions): Record<string, string> {
  const start = earlier(person.hireDate, person.salaries[0]?.from ?? person.hireDate);
  return {
    ...rowOf(makePerson(index)),
    company_code: companyCode,
    employee_number: person.number,
    first_name: person.firstName,
    last_name: person.lastName,
    preferred_name: '',
    birth_date: person.birthDate,
    gender: person.gender,
    email: `${person.firstName}.${person.lastName}.${person.number}@staff.example`.replace(
      /[^A-Za-z0-9.@]/g,
      '',
    ),
    start_date: start,
    employment_type: 'PERM_FT',
    hours_per_week: '40.00',
    position_title: person.title,
    department_code: person.department,
    cost_centre: `${person.department.replace('D', '4')}0`,
    pay_group: `FN-${person.department}`,
    salary_annual: `${person.salaries[0]?.amount}.00`,
    rate_effective_date: person.salaries[0]?.from ?? start,
    effective_date: start,
    kiwisaver_employee_pct: index % 3 === 0 ? '8.00' : '4.00',
    kiwisaver_employer_pct: '3.00',
    bank_1_name: `${person.firstName[0]} ${person.lastName}`.toUpperCase().slice(0, 32),
  };
}

function salaryRow(person: Person, k: number, { companyCode }: HistoryOptions): Record<string, string> {
  return {
    company_code: companyCode,
    employee_number: person.number,
    salary_annual: `${person.salaries[k]?.amount}.00`,
    rate_effective_date: person.salaries[k]?.from ?? '',
  };
}

function leavingRow(person: Person, { companyCode }: HistoryOptions): Record<string, string> {
  return {
    company_code: companyCode,
    employee_number: person.number,
    end_date: lastDay(person) ?? '',
    termination_reason: 'RESIGNATION',
  };
}

/** The last day employed, inclusive: the day before the last salary ends; undefined while it is open. */
function lastDay(person: Person): string | undefined {
  const last = person.salaries.at(-1);
  if (last === undefined || last.to === '9999-01-01') return undefined;
  const day = Temporal.PlainDate.from(last.to).subtract({ days: 1 }).toString();
  return [day, last.from].sort()[1];
}

function file(name: string, mode: 'FULL' | 'DELTA', rows: Record<string, string>[]): HistoryFile {
  return { name, mode, rows: rows.length, content: `${Papa.unparse(rows, { newline: '\n' })}\n` };
}

function namer({ customer, firstStamp = '2026-11-01T02:00:00Z' }: HistoryOptions) {
  let at = Temporal.Instant.from(firstStamp);
  let sequence = 0;
  return (mode: 'FULL' | 'DELTA') => {
    sequence += 1;
    const stamp = at.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
    at = at.add({ minutes: 1 });
    return `${customer}_EMP_${mode}_${stamp}_${String(sequence).padStart(3, '0')}.csv`;
  };
}

function rowsOf(folder: string, name: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(readFileSync(join(folder, name), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data;
}

const byFrom = (a: Record<string, string>, b: Record<string, string>) =>
  (a['from_date'] ?? '') < (b['from_date'] ?? '') ? -1 : 1;
const earlier = (a: string, b: string) => (a < b ? a : b);
const shift = (date = '') => `${Number(date.slice(0, 4)) + shiftYears}${date.slice(4)}`;
