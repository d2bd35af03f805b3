import type { EmployeeDocument } from '#contract/payroll.ts';
import { empColumns, maskAccount, maskIrd, maskTfn } from '#modules/payroll/index.ts';

/** An employee as text cells under the names of the employee format's columns; an empty cell says nothing. */
export type EmployeeCells = Record<string, string>;

/** The columns of an extract, in their order: the employee format's, without the day a row would take effect. */
export const extractColumns: readonly string[] = empColumns
  .map((column) => column.name)
  .filter((name) => name !== 'effective_date');

/** The words that files usually have where the format knows several for the same thing. */
const usualWords: Record<string, string> = { permanentFullTime: 'PERM_FT', permanentPartTime: 'PERM_PT' };
const wordsOf: Record<string, Record<string, string>> = Object.fromEntries(
  empColumns.map((column) => {
    const words: Record<string, string> = {};
    for (const [word, value] of Object.entries(column.choices ?? {}))
      words[value] ??= usualWords[value] ?? word;
    return [column.name, words];
  }),
);

/** The employee in full, true on the day the document is true on. */
export function employeeCells(document: EmployeeDocument): EmployeeCells {
  return {
    company_code: document.companyCode,
    employee_number: document.employeeNumber,
    ...personCells(document),
    ...employmentCells(document),
    ...payCells(document),
    ...taxCells(document),
    ...bankCells(document),
  };
}

/** The same with IRD and tax file numbers and bank accounts masked. */
export function maskCells(cells: EmployeeCells): EmployeeCells {
  const masked: EmployeeCells = { ...cells };
  const mask = (name: string, how: (value: string) => string) => {
    const value = cells[name];
    if (value) masked[name] = how(value);
  };
  mask('ird_number', maskIrd);
  mask('tfn', maskTfn);
  mask('super_member_no', () => '•••');
  for (const n of [1, 2, 3]) {
    mask(`bank_${n}`, maskAccount);
    for (const part of ['name', 'reference', 'value']) mask(`bank_${n}_${part}`, () => '•••');
  }
  return masked;
}

const text = (value: string | null | undefined) => value ?? '';
const flag = (value: boolean | null | undefined) => (value === true ? 'Y' : value === false ? 'N' : '');
const word = (column: string, value: string | null | undefined) =>
  value === null || value === undefined ? '' : (wordsOf[column]?.[value] ?? value);

function personCells({ person }: EmployeeDocument): EmployeeCells {
  if (person === null) return {};
  return {
    external_id: text(person.externalId),
    title: word('title', person.title),
    first_name: person.legalFirstName,
    middle_names: text(person.legalMiddleNames),
    last_name: person.legalLastName,
    preferred_name: text(person.preferredName),
    birth_date: text(person.dateOfBirth),
    gender: word('gender', person.gender),
    email: text(person.workEmail),
    personal_email: text(person.personalEmail),
    mobile: text(person.mobile),
    res_line1: text(person.address?.line1),
    res_line2: text(person.address?.line2),
    res_suburb: text(person.address?.suburb),
    res_city: text(person.address?.city),
    res_state: text(person.address?.state),
    res_postcode: text(person.address?.postcode),
    res_country: text(person.address?.country),
  };
}

function employmentCells({ employment }: EmployeeDocument): EmployeeCells {
  if (employment === null) return {};
  const allocations = employment.costAllocations;
  return {
    start_date: employment.startDate,
    continuous_service_date: text(employment.continuousServiceDate),
    end_date: text(employment.endDate),
    termination_reason: word('termination_reason', employment.terminationReason),
    employment_type: word('employment_type', employment.employmentType),
    fixed_term_end: text(employment.fixedTermEndDate),
    agreement_code: text(employment.agreementCode),
    position_code: text(employment.positionCode),
    position_title: text(employment.positionTitle),
    department_code: text(employment.departmentCode),
    location_code: text(employment.locationCode),
    manager_employee_number: text(employment.managerEmployeeNumber),
    cost_centre:
      allocations.length === 1
        ? (allocations[0]?.costCentre ?? '')
        : allocations.map((one) => `${one.costCentre}:${one.percent}`).join(';'),
    pay_group: text(employment.payGroupCode),
    pay_frequency: word('pay_frequency', employment.payFrequency),
    hours_per_week: text(employment.hoursPerWeek),
    pattern_code: text(employment.workPatternCode),
  };
}

/** The rate in force, or the first one to come for somebody who has not begun. */
function payCells({ payRates, asOf }: EmployeeDocument): EmployeeCells {
  const rate = payRates.findLast((one) => one.effectiveFrom <= asOf) ?? payRates[0];
  if (rate === undefined) return {};
  return {
    salary_annual: rate.rateType === 'annualSalary' ? text(rate.amount) : '',
    hourly_rate: rate.rateType === 'hourly' ? text(rate.amount) : '',
    rate_effective_date: rate.effectiveFrom,
  };
}

function taxCells({ taxNz, taxAu, kiwiSaver }: EmployeeDocument): EmployeeCells {
  return {
    ird_number: text(taxNz?.irdNumber),
    tax_code: text(taxNz?.taxCode),
    tax_rate_pct: text(taxNz?.taxRatePercent),
    tax_rate_end: text(taxNz?.taxRateEndDate),
    student_loan: flag(taxNz?.studentLoan),
    esct_pct: text(taxNz?.esctRatePercent),
    kiwisaver_status: word('kiwisaver_status', kiwiSaver?.status),
    kiwisaver_employee_pct: text(kiwiSaver?.employeeRatePercent),
    kiwisaver_employer_pct: text(kiwiSaver?.employerRatePercent),
    kiwisaver_reduction_end: text(kiwiSaver?.rateReductionEnd),
    tfn: text(taxAu?.tfn),
    tfn_exemption: word('tfn_exemption', taxAu?.tfnExemption),
    residency_status: word('residency_status', taxAu?.residencyStatus),
    tax_free_threshold: flag(taxAu?.taxFreeThresholdClaimed),
    study_loan: flag(taxAu?.studyLoan),
    super_usi: text(taxAu?.superUsi),
    super_member_no: text(taxAu?.superMemberNumber),
  };
}

function bankCells({ bankAccounts }: EmployeeDocument): EmployeeCells {
  const cells: EmployeeCells = { bank_country: bankAccounts[0]?.country ?? '' };
  for (const [i, account] of bankAccounts.slice(0, 3).entries()) {
    const name = `bank_${i + 1}`;
    cells[name] = account.account;
    cells[`${name}_name`] = text(account.accountName);
    cells[`${name}_reference`] = text(account.reference);
    cells[`${name}_type`] = account.allocation.type.toUpperCase();
    cells[`${name}_value`] = text(account.allocation.value);
  }
  return cells;
}
