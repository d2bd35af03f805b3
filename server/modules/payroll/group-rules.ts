import { judgeTfn, normaliseAuAccount } from './au-numbers.ts';
import type { Finding } from './finding.ts';
import { judgeIrd } from './ird-number.ts';
import { judgeNzAccount, parseNzAccount } from './nz-bank-account.ts';
import { isKnownBranch } from './nz-branches.ts';
import { kiwiSaverRates, kiwiSaverWithoutRate, minimumWage, stepOn, studentLoanCodes } from './rules-data.ts';

type Text = string | null | undefined;

/** Collects findings; `field` is the column or pointer that the caller calls the field by. */
export type Report = (
  severity: Finding['severity'],
  code: string,
  field: string,
  message: string,
  mend: string,
) => void;

const irdFaults = {
  format: ['ird-format', 'is no IRD number', 'Give 8 or 9 digits.'],
  range: ['ird-range', 'is outside the range of issued IRD numbers', 'Check it against the IR330.'],
  'check-digit': [
    'ird-check-digit',
    'has a wrong check digit',
    'A digit is wrong or two are swapped; check it against the IR330.',
  ],
} as const;

/** The IRD number by itself: null or 000000000 means that it was not supplied. */
export function checkIrdNumber(report: Report, field: string, ird: string): void {
  const verdict = judgeIrd(ird);
  if (verdict === 'valid' || verdict === 'not-supplied') return;
  const [code, message, mend] = irdFaults[verdict];
  report('error', code, field, `The IRD number ${message}`, mend);
}

/** New Zealand tax: what may stand beside what (payroll rules 2.5). */
export function checkTaxNz(
  report: Report,
  fields: { ird: string; code: string; loan: string; rate: string },
  tax: {
    irdKnown: boolean;
    ird: Text;
    code: Text;
    studentLoan: boolean;
    ratePercent: Text;
    rateKnown: boolean;
  },
): void {
  const { code } = tax;
  if (code === null || code === undefined) return;
  const supplied = Boolean(tax.ird) && judgeIrd(tax.ird ?? '') !== 'not-supplied';
  if (tax.irdKnown && !supplied && code !== 'ND')
    report(
      'error',
      'ird-missing-needs-nd',
      fields.code,
      'Without an IRD number the tax code must be ND',
      'Give the IRD number, or the tax code ND.',
    );
  if (tax.studentLoan && !studentLoanCodes.has(code))
    report(
      'error',
      'student-loan-code',
      fields.loan,
      'A student loan can’t stand beside this tax code',
      'Take the student loan away or give a code such as M or S.',
    );
  if ((code === 'STC' || code === 'WT') && tax.rateKnown && !tax.ratePercent)
    report(
      'error',
      'tax-rate-missing',
      fields.rate,
      'This tax code needs a rate',
      'Give the rate of the certificate or the rate the contractor elected.',
    );
  if (code === 'WT' && tax.ratePercent && !between(tax.ratePercent, 10, 100))
    report(
      'error',
      'tax-rate-range',
      fields.rate,
      'A schedular rate lies between 10 and 100 per cent',
      'Give the rate from the IR330C.',
    );
}

/** KiwiSaver: allowed rates on the day, reductions, opting out. */
export function checkKiwiSaver(
  report: Report,
  fields: { status: string; employee: string; employer: string; reductionEnd: string; optOut: string },
  saver: {
    status: Text;
    employee: Text;
    employer: Text;
    reductionStart: Text;
    reductionEnd: Text;
    optOut: Text;
    day: string;
    complete: boolean;
  },
): void {
  const { status, day } = saver;
  const step = stepOn(kiwiSaverRates.steps, day);
  const rate = saver.employee ? Number(saver.employee) : undefined;
  const reduced = status === 'temporaryRateReduction';
  if (rate !== undefined && rate !== 0) {
    const allowed = reduced ? [3, ...step.reduced] : [...step.elected, ...(status ? [] : step.reduced)];
    if (!allowed.includes(rate))
      report(
        'error',
        'kiwisaver-rate',
        fields.employee,
        `That KiwiSaver rate can't be elected on ${day}`,
        `Give one of ${allowed.join(', ')}.`,
      );
    if (status && kiwiSaverWithoutRate.has(status))
      report(
        'error',
        'kiwisaver-rate-unexpected',
        fields.employee,
        'That KiwiSaver status has no employee rate',
        'Leave the rate blank or mend the status.',
      );
  }
  if (reduced && saver.complete) {
    if (rate !== 3)
      report(
        'error',
        'kiwisaver-reduction-rate',
        fields.employee,
        'A temporary rate reduction is 3 per cent',
        'Give 3.00.',
      );
    checkReduction(
      report,
      fields.reductionEnd,
      saver.reductionStart ?? day,
      saver.reductionEnd,
      !!saver.reductionStart,
    );
  }
  if (status === 'optedOut' && saver.complete && !saver.optOut)
    report(
      'error',
      'kiwisaver-opt-out-date',
      fields.optOut,
      'Opting out needs its date',
      'Give the date on the KS10.',
    );
  if (saver.employer && Number(saver.employer) < step.employerLeast && !reduced && rate)
    report(
      'warning',
      'kiwisaver-employer-minimum',
      fields.employer,
      `The employer's rate is below the minimum of ${step.employerLeast} per cent`,
      'Check it; the minimum may not apply under 16, over 65 or without contributions.',
    );
}

function checkReduction(report: Report, field: string, start: string, end: Text, exactStart: boolean): void {
  const mend = 'Give the last day from the notice of Inland Revenue.';
  if (!end) {
    report('error', 'kiwisaver-reduction-end', field, 'A temporary rate reduction needs its end', mend);
    return;
  }
  const from = Temporal.PlainDate.from(start);
  const latest = from.add({ months: 12 }).toString();
  const earliest = exactStart ? from.add({ months: 3 }).subtract({ days: 1 }).toString() : start;
  if (end > latest || end < earliest)
    report(
      'error',
      'kiwisaver-reduction-length',
      field,
      'A temporary rate reduction lasts 3 to 12 months',
      mend,
    );
}

/** Someone's Australian tax file number, or why there is none. */
export function checkTfn(report: Report, field: string, tfn: Text, exemption: Text): void {
  if (!tfn) {
    if (!exemption)
      report(
        'error',
        'tfn-or-exemption',
        field,
        'A tax file number or the reason why there is none is needed',
        'Give the number or an exemption.',
      );
    return;
  }
  const verdict = judgeTfn(tfn);
  if (verdict === 'placeholder')
    report(
      'error',
      'tfn-placeholder',
      field,
      'That is a reporting placeholder, not a tax file number',
      'Leave the number blank and give the exemption.',
    );
  else if (verdict === 'legacy')
    report(
      'warning',
      'tfn-legacy',
      field,
      'An eight-digit tax file number cannot be checked',
      'Compare it with the declaration.',
    );
  else if (verdict !== 'valid')
    report(
      'error',
      `tfn-${verdict}`,
      field,
      'The tax file number is not well formed',
      'A digit is wrong; check it against the declaration.',
    );
}

const bankFaults = {
  format: ['bank-format', 'is not written as a bank account', 'Write it as 01-0902-0068389-00.'],
  'unknown-bank': ['bank-unknown', 'names a bank that is not on the register', 'Check the first two digits.'],
  'check-digit': [
    'bank-check-digit',
    'has a wrong check digit',
    'A digit is wrong; check it against the bank statement.',
  ],
} as const;

/** One account by the rules of its country. */
export function checkAccount(report: Report, field: string, country: string, account: string): void {
  if (country === 'AU') {
    if (normaliseAuAccount(account) === undefined)
      report(
        'error',
        'bank-format',
        field,
        'The account is not written as BSB and account',
        'Write it as 123-456 12345678.',
      );
    return;
  }
  const verdict = judgeNzAccount(account);
  if (verdict !== 'valid') {
    const [code, message, mend] = bankFaults[verdict];
    report('error', code, field, `The account ${message}`, mend);
    return;
  }
  const parts = parseNzAccount(account);
  if (parts === undefined) return;
  if (Number(parts.base) === 0 || Number(parts.branch) === 0)
    report(
      'warning',
      'bank-all-zero',
      field,
      'The branch or the number of the account is all zeros',
      'Compare it with the bank statement.',
    );
  else if (!isKnownBranch(parts))
    report(
      'warning',
      'bank-branch-unknown',
      field,
      'The register has no such branch of the bank',
      'Compare it with the bank statement; branches newer than the register are right all the same.',
    );
}

/** Exactly one account takes the balance; the others a positive amount or percentage. */
export function checkAllocations(
  report: Report,
  accounts: readonly { field: string; type: string; value: Text }[],
): void {
  const first = accounts[0];
  if (first === undefined) return;
  const balances = accounts.filter((one) => one.type === 'balance').length;
  if (balances !== 1)
    report(
      'error',
      'bank-one-balance',
      first.field,
      'Exactly one account must take the balance',
      'Mark one account BALANCE and the others FIXED or PERCENT.',
    );
  let percent = 0;
  for (const one of accounts) {
    if (one.type !== 'balance' && !(Number(one.value) > 0))
      report(
        'error',
        'bank-value-missing',
        one.field,
        'A fixed or percentage split needs its value',
        'Give an amount above zero.',
      );
    if (one.type === 'percent') percent += Number(one.value ?? 0);
  }
  if (percent > 100)
    report(
      'error',
      'bank-percent-over',
      first.field,
      'The percentages of the accounts exceed 100',
      'Lower them; the balance account takes the rest.',
    );
}

/** Warns about a rate below the adult minimum wage of its day. */
export function checkMinimumWage(
  report: Report,
  field: string,
  rate: { type: string; amount: string; hoursPerWeek: Text; day: string },
): void {
  const hours = Number(rate.hoursPerWeek ?? 40) || 40;
  const hourly = rate.type === 'annualSalary' ? Number(rate.amount) / 52 / hours : Number(rate.amount);
  if (rate.type !== 'annualSalary' && rate.type !== 'hourly') return;
  if (rate.day >= (minimumWage.steps[0]?.from ?? '') && hourly < stepOn(minimumWage.steps, rate.day).hourly)
    report(
      'warning',
      'below-minimum-wage',
      field,
      'That is below the adult minimum wage of the day',
      'Check the rate, the hours and whether another minimum applies.',
    );
}

/** Birth and start dates that are likelier a slip than true. */
export function checkPlausibleDates(
  report: Report,
  fields: { birth: string; start: string },
  dates: { birth: Text; start: Text; today: string },
): void {
  const year = Number(dates.today.slice(0, 4));
  if (dates.birth) {
    const age =
      year - Number(dates.birth.slice(0, 4)) - (dates.birth.slice(5) > dates.today.slice(5) ? 1 : 0);
    if (dates.birth > dates.today)
      report(
        'error',
        'birth-in-future',
        fields.birth,
        'The date of birth lies in the future',
        'Give the date from the birth certificate or passport.',
      );
    else if (age < 14 || age > 85)
      report('warning', 'age-unlikely', fields.birth, 'The age is below 14 or above 85', 'Check the year.');
  }
  if (dates.start && dates.start > addDays(dates.today, 60))
    report(
      'warning',
      'start-far-ahead',
      fields.start,
      'The start is more than 60 days ahead',
      'Check the year.',
    );
}

const sixty = new Map<string, string>();
function addDays(day: string, days: number): string {
  const known = sixty.get(day);
  if (known !== undefined) return known;
  const later = Temporal.PlainDate.from(day).add({ days }).toString();
  if (sixty.size > 50) sixty.clear();
  sixty.set(day, later);
  return later;
}

const between = (text: string, least: number, most: number) => Number(text) >= least && Number(text) <= most;
