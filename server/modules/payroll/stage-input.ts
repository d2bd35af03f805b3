import type { EmployeeInput } from '#contract/payroll.ts';
import { foldCode, looseKey } from '#contract/text.ts';
import { checkStateOfPostcode } from './address-rules.ts';
import { normaliseAuAccount } from './au-numbers.ts';
import { checkBodyText } from './emp-text.ts';
import type { Finding } from './finding.ts';
import {
  checkAccount,
  checkAllocations,
  checkElectedRate,
  checkEmployerRate,
  checkHours,
  checkIrdNumber,
  checkMinimumWage,
  checkPlausibleDates,
  checkReachable,
  checkTailoredCode,
  checkTfn,
  type Report,
} from './group-rules.ts';
import { normaliseIrd } from './ird-number.ts';
import { normaliseNzAccount } from './nz-bank-account.ts';
import { bitOf } from './staged-columns.ts';
import { normaliseDecimal } from './text-forms.ts';

/** A staged row by column; what is absent is left as it is, '' clears. */
export type StagedRow = Record<string, string>;

/**
 * Judges each field of the body of a PUT by itself and turns the body into a staged row. Findings point into the body. What
 * may stand beside what is judged by the database, in the record as it will be.
 */
export function stageInput(
  key: { companyCode: string; employeeNumber: string },
  input: EmployeeInput,
  rules: { today: string; irdHighest: number },
): { row: StagedRow; findings: Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (severity, code, field, message, mend) => {
    findings.push({ code, field, severity, message, mend });
  };
  const { today } = rules;
  const day = input.effectiveFrom ?? today;
  const row: StagedRow = { company_code: key.companyCode, employee_number: key.employeeNumber };
  row['number_folded'] = foldCode(key.employeeNumber);
  row['number_loose'] = looseKey(key.employeeNumber);
  if (input.person?.externalId) row['external_folded'] = foldCode(input.person.externalId);
  if (input.effectiveFrom !== undefined) row['effective_from'] = input.effectiveFrom;
  checkBodyText(input, '', report);
  stagePerson(row, input, report);
  stageEmployment(row, input, report);
  checkPlausibleDates(
    report,
    { birth: '/person/dateOfBirth', start: '/employment/startDate' },
    { birth: input.person?.dateOfBirth, start: input.employment?.startDate, today },
  );
  if (input.effectiveFrom !== undefined && input.effectiveFrom < today)
    report(
      'warning',
      'back-dated',
      '/effectiveFrom',
      'The change counts from a past day',
      'Check which closed pay periods it touches; they are not rewritten.',
    );
  stageTax(row, input, rules.irdHighest, report);
  stageKiwiSaver(row, input, { day, today }, report);
  stageAccounts(row, input, report);
  stageRates(row, input, report);
  let touches = 0;
  for (const column of Object.keys(row)) touches |= bitOf(column);
  row['touches'] = String(touches);
  row['line'] = '1';
  return { row, findings };
}

const text = (value: string | boolean | null | undefined) =>
  value === null || value === undefined ? '' : String(value);
const decimal = (value: string | null | undefined) => (value ? (normaliseDecimal(value) ?? value) : '');

function stagePerson(row: StagedRow, { person }: EmployeeInput, report: Report): void {
  if (person === undefined) return;
  for (const field of ['legalFirstName', 'legalMiddleNames', 'legalLastName', 'preferredName'] as const)
    if (/[,"[\]\\]/.test(person[field] ?? ''))
      report(
        'error',
        'name-characters',
        `/person/${field}`,
        'It has a comma, quotation mark, square bracket or backslash',
        'Take the character out; Inland Revenue refuses it.',
      );
  const address = person.address;
  checkReachable(report, '/person/address', [
    address?.line1,
    person.workEmail,
    person.personalEmail,
    person.mobile,
  ]);
  if (address) checkStateOfPostcode(report, '/person/address/postcode', address);
  if (person.externalId !== undefined) row['external_id'] = text(person.externalId);
  Object.assign(row, {
    title: text(person.title),
    first_name: person.legalFirstName,
    middle_names: text(person.legalMiddleNames),
    last_name: person.legalLastName,
    preferred_name: text(person.preferredName),
    birth_date: person.dateOfBirth,
    gender: text(person.gender),
    work_email: text(person.workEmail),
    personal_email: text(person.personalEmail),
    mobile: text(person.mobile),
    line1: text(address?.line1),
    line2: text(address?.line2),
    suburb: text(address?.suburb),
    city: text(address?.city),
    state: text(address?.state),
    postcode: text(address?.postcode),
    country: text(address?.country),
  });
}

function stageEmployment(row: StagedRow, { employment }: EmployeeInput, report: Report): void {
  if (employment === undefined) return;
  const total = employment.costAllocations.reduce(
    (sum, one) => sum + Math.round(Number(one.percent) * 10_000),
    0,
  );
  if (total !== 1_000_000)
    report(
      'error',
      'cost-allocations-sum',
      '/employment/costAllocations',
      'The percentages do not sum to 100',
      'Mend them so that they sum to exactly 100.00.',
    );
  checkHours(report, '/employment/hoursPerWeek', employment.hoursPerWeek);
  if (employment.endDate !== undefined) row['end_date'] = text(employment.endDate);
  // Who is not ending any more has no reason for it either.
  if (employment.terminationReason !== undefined || employment.endDate === null)
    row['termination_reason'] = text(employment.terminationReason);
  Object.assign(row, {
    start_date: employment.startDate,
    continuous_service_date: text(employment.continuousServiceDate),
    employment_type: employment.employmentType,
    fixed_term_end: text(employment.fixedTermEndDate),
    agreement_code: text(employment.agreementCode),
    position_code: text(employment.positionCode),
    position_title: text(employment.positionTitle),
    department_code: employment.departmentCode.toUpperCase(),
    location_code: employment.locationCode.toUpperCase(),
    manager_employee_number: text(employment.managerEmployeeNumber),
    cost_allocations: JSON.stringify(
      employment.costAllocations.map((one) => ({
        costCentre: one.costCentre.toUpperCase(),
        percent: decimal(one.percent),
      })),
    ),
    pay_group: employment.payGroupCode.toUpperCase(),
    pay_frequency: employment.payFrequency,
    hours_per_week: decimal(employment.hoursPerWeek),
    pattern_code: text(employment.workPatternCode),
  });
}

function stageTax(row: StagedRow, { taxNz, taxAu }: EmployeeInput, irdHighest: number, report: Report): void {
  if (taxNz !== undefined) {
    if (taxNz.irdNumber) checkIrdNumber(report, '/taxNz/irdNumber', taxNz.irdNumber, irdHighest);
    // One that is not well formed is kept as it is written: it was supplied, whatever it is.
    const ird = taxNz.irdNumber ? (normaliseIrd(taxNz.irdNumber) ?? taxNz.irdNumber) : undefined;
    checkTailoredCode(report, '/taxNz/taxRateEndDate', { code: taxNz.taxCode, end: taxNz.taxRateEndDate });
    Object.assign(row, {
      ird_number: ird === undefined || ird === '000000000' ? '' : ird,
      tax_code: taxNz.taxCode,
      student_loan: text(taxNz.studentLoan),
      tax_rate_pct: decimal(taxNz.taxRatePercent),
      tax_rate_end: text(taxNz.taxRateEndDate),
      sl_special_pct: decimal(taxNz.slSpecialRatePercent),
      sl_special_end: text(taxNz.slSpecialRateEndDate),
      esct_pct: text(taxNz.esctRatePercent),
      declaration_date: text(taxNz.declarationDate),
      declaration_form: text(taxNz.declarationForm),
    });
  }
  if (taxAu === undefined) return;
  if (taxAu.tfn) checkTfn(report, '/taxAu/tfn', taxAu.tfn);
  Object.assign(row, {
    tfn: text(taxAu.tfn?.replace(/[\s-]/g, '')),
    tfn_exemption: text(taxAu.tfnExemption),
    residency_status: taxAu.residencyStatus,
    tax_free_threshold: text(taxAu.taxFreeThresholdClaimed),
    study_loan: text(taxAu.studyLoan),
    super_usi: text(taxAu.superUsi),
    super_member_no: text(taxAu.superMemberNumber),
  });
}

function stageKiwiSaver(
  row: StagedRow,
  { kiwiSaver }: EmployeeInput,
  days: { day: string; today: string },
  report: Report,
): void {
  if (kiwiSaver === undefined) return;
  checkElectedRate(report, '/kiwiSaver/employeeRatePercent', {
    status: kiwiSaver.status,
    employee: kiwiSaver.employeeRatePercent,
    ...days,
  });
  checkEmployerRate(report, '/kiwiSaver/employerRatePercent', {
    status: kiwiSaver.status,
    employee: kiwiSaver.employeeRatePercent,
    employer: kiwiSaver.employerRatePercent,
    day: days.day,
  });
  Object.assign(row, {
    kiwisaver_status: kiwiSaver.status,
    employee_pct: decimal(kiwiSaver.employeeRatePercent),
    employer_pct: decimal(kiwiSaver.employerRatePercent),
    reduction_start: text(kiwiSaver.rateReductionStart),
    reduction_end: text(kiwiSaver.rateReductionEnd),
    suspension_start: text(kiwiSaver.suspensionStart),
    suspension_end: text(kiwiSaver.suspensionEnd),
    opt_out_date: text(kiwiSaver.optOutDate),
  });
}

function stageAccounts(row: StagedRow, { bankAccounts }: EmployeeInput, report: Report): void {
  if (bankAccounts === undefined) return;
  const stored = bankAccounts.map((one, i) => {
    checkAccount(report, `/bankAccounts/${i}/account`, one.country, one.account);
    return {
      country: one.country,
      account:
        (one.country === 'NZ' ? normaliseNzAccount(one.account) : normaliseAuAccount(one.account)) ??
        one.account,
      accountName: one.accountName ?? null,
      reference: one.reference || null,
      type: one.allocation.type,
      value: one.allocation.type === 'balance' ? null : decimal(one.allocation.value) || null,
    };
  });
  checkAllocations(
    report,
    stored.map((one, i) => ({ field: `/bankAccounts/${i}/allocation`, type: one.type, value: one.value })),
  );
  row['accounts'] = JSON.stringify(stored);
}

function stageRates(row: StagedRow, { payRates, taxAu }: EmployeeInput, report: Report): void {
  if (payRates === undefined) return;
  const days = new Set<string>();
  for (const [i, rate] of payRates.entries()) {
    if (days.has(rate.effectiveFrom))
      report(
        'error',
        'pay-rate-twice',
        `/payRates/${i}/effectiveFrom`,
        'Two rates start on this day',
        'Give one rate for each day.',
      );
    days.add(rate.effectiveFrom);
    if (rate.amount.startsWith('-'))
      report(
        'error',
        'pay-rate-negative',
        `/payRates/${i}/amount`,
        'A rate is not negative',
        'Give the amount without a sign.',
      );
    checkHours(report, `/payRates/${i}/hoursPerWeek`, rate.hoursPerWeek);
    if (rate.currency === 'AUD' || taxAu !== undefined) continue;
    checkMinimumWage(report, `/payRates/${i}/amount`, {
      type: rate.rateType,
      amount: rate.amount,
      hoursPerWeek: rate.hoursPerWeek,
      day: rate.effectiveFrom,
    });
  }
  row['rates'] = JSON.stringify(
    payRates.map((rate) => ({
      rate_from: rate.effectiveFrom,
      rate_type: rate.rateType,
      amount: rate.amount,
      currency: rate.currency ?? null,
      rate_hours_per_week: rate.hoursPerWeek ?? null,
      reason_code: rate.reasonCode ?? null,
    })),
  );
}
