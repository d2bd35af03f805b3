import type { EmployeeInput } from '#contract/payroll.ts';
import { foldCode, looseKey } from '#contract/text.ts';
import { checkStateOfPostcode } from './address-rules.ts';
import { normaliseAuAccount } from './au-numbers.ts';
import { checkContradictions } from './contradictions.ts';
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
import { pointerOf } from './record-faults.ts';
import { classOf, type SensitivityClass } from './sensitivity.ts';
import { bitOf } from './staged-columns.ts';
import { normaliseDecimal } from './text-forms.ts';
import { checkUnlikely } from './unlikely-values.ts';

/** A staged row by column; what is absent is left as it is, '' clears. */
export type StagedRow = Record<string, string>;

/**
 * Judges each field of the body of a PUT by itself and turns the body into a staged row. Findings point into the body. What
 * may stand beside what is judged by the database, in the record as it will be.
 */
export function stageInput(
  key: { companyCode: string; employeeNumber: string },
  input: EmployeeInput,
  rules: { today: string; irdHighest: number; readable?: ReadonlySet<SensitivityClass> | undefined },
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
  const stage = stagerOf(row, rules.readable);
  stagePerson(row, stage, input, report);
  stageEmployment(row, stage, input, report);
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
  stageTax(stage, input, rules.irdHighest, report);
  stageKiwiSaver(stage, input, { day, today }, report);
  stageAccounts(row, input, report);
  stageRates(row, input, report);
  checkContradictions(report, (staged) => row[staged], pointerOf, today);
  checkUnlikelyInput(input, today, report);
  let touches = 0;
  for (const column of Object.keys(row)) touches |= bitOf(column);
  row['touches'] = String(touches);
  row['line'] = '1';
  return { row, findings };
}

function checkUnlikelyInput(input: EmployeeInput, today: string, report: Report): void {
  const { employment, kiwiSaver, payRates } = input;
  checkUnlikely(report, today, {
    employerRate: { field: '/kiwiSaver/employerRatePercent', value: kiwiSaver?.employerRatePercent },
    hours: { field: '/employment/hoursPerWeek', value: employment?.hoursPerWeek },
    effectiveFrom: { field: '/effectiveFrom', value: input.effectiveFrom },
    startDate: { field: '/employment/startDate', value: employment?.startDate },
    endDate: { field: '/employment/endDate', value: employment?.endDate },
  });
  for (const [i, rate] of (payRates ?? []).entries())
    checkUnlikely(report, today, {
      pay: {
        field: `/payRates/${i}/amount`,
        value: rate.amount,
        type: rate.rateType,
        hoursPerWeek: rate.hoursPerWeek ?? employment?.hoursPerWeek,
      },
      rateFrom: { field: `/payRates/${i}/effectiveFrom`, value: rate.effectiveFrom },
    });
}

const text = (value: string | boolean | null | undefined) =>
  value === null || value === undefined ? '' : String(value);
const decimal = (value: string | null | undefined) => (value ? (normaliseDecimal(value) ?? value) : '');

/** Stages a field: by its name in the body, as it is written there, and whether it says nothing beside the others. */
type Stage = (
  staged: string,
  field: string,
  value: Value,
  form?: (value: string) => string,
  unfit?: boolean,
) => void;
type Value = string | boolean | null | undefined;

/**
 * A field that is left out is cleared with its group, and noted as left out. One that the writer cannot read is kept as it is,
 * unless it is `unfit`: it cannot stand beside what the body says.
 */
function stagerOf(row: StagedRow, readable: ReadonlySet<SensitivityClass> | undefined): Stage {
  return (staged, field, value, form = (given) => given, unfit = false) => {
    if (value !== undefined) row[staged] = value === null || value === '' ? '' : form(String(value));
    else if (unfit || readable === undefined || readable.has(classOf(field))) {
      row[staged] = '';
      row['left_out'] = `${row['left_out'] ?? ''} ${staged}`.trim();
    }
  };
}

function stagePerson(row: StagedRow, stage: Stage, { person }: EmployeeInput, report: Report): void {
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
  stage('title', 'title', person.title);
  stage('first_name', 'legalFirstName', person.legalFirstName);
  stage('middle_names', 'legalMiddleNames', person.legalMiddleNames);
  stage('last_name', 'legalLastName', person.legalLastName);
  stage('preferred_name', 'preferredName', person.preferredName);
  stage('birth_date', 'dateOfBirth', person.dateOfBirth);
  stage('gender', 'gender', person.gender);
  stage('work_email', 'workEmail', person.workEmail);
  stage('personal_email', 'personalEmail', person.personalEmail);
  stage('mobile', 'mobile', person.mobile);
  // An address is one value: a new street does not keep the city of the one before.
  for (const part of addressParts)
    stage(part, 'address', address === null ? null : address?.[part], undefined, address !== undefined);
}

const addressParts = ['line1', 'line2', 'suburb', 'city', 'state', 'postcode', 'country'] as const;

function stageEmployment(row: StagedRow, stage: Stage, { employment }: EmployeeInput, report: Report): void {
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
  row['start_date'] = employment.startDate;
  stage('continuous_service_date', 'continuousServiceDate', employment.continuousServiceDate);
  stage('employment_type', 'employmentType', employment.employmentType);
  stage('fixed_term_end', 'fixedTermEndDate', employment.fixedTermEndDate);
  stage('agreement_code', 'agreementCode', employment.agreementCode);
  stage('position_code', 'positionCode', employment.positionCode);
  stage('position_title', 'positionTitle', employment.positionTitle);
  stage('department_code', 'departmentCode', employment.departmentCode, upper);
  stage('location_code', 'locationCode', employment.locationCode, upper);
  stage('manager_employee_number', 'managerEmployeeNumber', employment.managerEmployeeNumber);
  row['cost_allocations'] = JSON.stringify(
    employment.costAllocations.map((one) => ({
      costCentre: upper(one.costCentre),
      percent: decimal(one.percent),
    })),
  );
  stage('pay_group', 'payGroupCode', employment.payGroupCode, upper);
  stage('pay_frequency', 'payFrequency', employment.payFrequency);
  stage('hours_per_week', 'hoursPerWeek', employment.hoursPerWeek, decimal);
  stage('pattern_code', 'workPatternCode', employment.workPatternCode);
}

const upper = (code: string) => code.toUpperCase();
const loanCodes: ReadonlySet<string> = new Set(['M', 'ME', 'SB', 'S', 'SH', 'ST', 'SA']);
const ratedCodes: ReadonlySet<string> = new Set(['STC', 'WT']);

function stageTax(stage: Stage, { taxNz, taxAu }: EmployeeInput, irdHighest: number, report: Report): void {
  if (taxNz !== undefined) {
    if (taxNz.irdNumber) checkIrdNumber(report, '/taxNz/irdNumber', taxNz.irdNumber, irdHighest);
    checkTailoredCode(report, '/taxNz/taxRateEndDate', { code: taxNz.taxCode, end: taxNz.taxRateEndDate });
    const isRated = ratedCodes.has(taxNz.taxCode);
    const hasLoan = loanCodes.has(taxNz.taxCode);
    stage('ird_number', 'irdNumber', taxNz.irdNumber, storedIrd);
    stage('tax_code', 'taxCode', taxNz.taxCode);
    stage('student_loan', 'studentLoan', taxNz.studentLoan, undefined, !hasLoan);
    stage('tax_rate_pct', 'taxRatePercent', taxNz.taxRatePercent, decimal, !isRated);
    stage('tax_rate_end', 'taxRateEndDate', taxNz.taxRateEndDate, undefined, !isRated);
    stage('sl_special_pct', 'slSpecialRatePercent', taxNz.slSpecialRatePercent, decimal, !hasLoan);
    stage('sl_special_end', 'slSpecialRateEndDate', taxNz.slSpecialRateEndDate, undefined, !hasLoan);
    stage('esct_pct', 'esctRatePercent', taxNz.esctRatePercent);
    stage('declaration_date', 'declarationDate', taxNz.declarationDate);
    stage('declaration_form', 'declarationForm', taxNz.declarationForm);
  }
  if (taxAu === undefined) return;
  if (taxAu.tfn) checkTfn(report, '/taxAu/tfn', taxAu.tfn);
  stage('tfn', 'tfn', taxAu.tfn, (tfn) => tfn.replace(/[\s-]/g, ''));
  stage('tfn_exemption', 'tfnExemption', taxAu.tfnExemption, undefined, Boolean(taxAu.tfn));
  stage('residency_status', 'residencyStatus', taxAu.residencyStatus);
  stage('tax_free_threshold', 'taxFreeThresholdClaimed', taxAu.taxFreeThresholdClaimed);
  stage('study_loan', 'studyLoan', taxAu.studyLoan);
  stage('super_usi', 'superUsi', taxAu.superUsi);
  stage('super_member_no', 'superMemberNumber', taxAu.superMemberNumber);
}

/** The nine digits; 000000000 stands for no number. One that is not well formed was supplied all the same. */
function storedIrd(given: string): string {
  const ird = normaliseIrd(given) ?? given;
  return ird === '000000000' ? '' : ird;
}

function stageKiwiSaver(
  stage: Stage,
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
  const { status } = kiwiSaver;
  const isReduced = status === 'temporaryRateReduction';
  const isSuspended = status === 'savingsSuspension';
  stage('kiwisaver_status', 'status', status);
  const rate = kiwiSaver.employeeRatePercent;
  stage('employee_pct', 'employeeRatePercent', rate, decimal, unsaving.has(status));
  stage('employer_pct', 'employerRatePercent', kiwiSaver.employerRatePercent, decimal, unsaving.has(status));
  stage('reduction_start', 'rateReductionStart', kiwiSaver.rateReductionStart, undefined, !isReduced);
  stage('reduction_end', 'rateReductionEnd', kiwiSaver.rateReductionEnd, undefined, !isReduced);
  stage('suspension_start', 'suspensionStart', kiwiSaver.suspensionStart, undefined, !isSuspended);
  stage('suspension_end', 'suspensionEnd', kiwiSaver.suspensionEnd, undefined, !isSuspended);
  stage('opt_out_date', 'optOutDate', kiwiSaver.optOutDate, undefined, status !== 'optedOut');
}

const unsaving: ReadonlySet<string> = new Set([
  'optedOut',
  'savingsSuspension',
  'notEligible',
  'casualTemporary',
  'notMember',
]);

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
      value: decimal(one.allocation.value) || null,
    };
  });
  checkAllocations(
    report,
    stored.map(({ account, type, value }, i) => ({
      field: `/bankAccounts/${i}/allocation`,
      account,
      type,
      value,
    })),
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
