import { judgeTfn, normaliseAuAccount } from './au-numbers.ts';
import type { Finding } from './finding.ts';
import { judgeIrd } from './ird-number.ts';
import { judgeNzAccount, parseNzAccount } from './nz-bank-account.ts';
import { isKnownBranch } from './nz-branches.ts';
import { kiwiSaverRates, minimumWage, stepOn } from './rules-data.ts';

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
export function checkIrdNumber(report: Report, field: string, ird: string, highest: number): void {
  const verdict = judgeIrd(ird, highest);
  if (verdict === 'valid' || verdict === 'not-supplied') return;
  const [code, message, mend] = irdFaults[verdict];
  report('error', code, field, `The IRD number ${message}`, mend);
}

/** An employer's KiwiSaver rate is a percentage; one below the minimum of its day is warned of. */
export function checkEmployerRate(
  report: Report,
  field: string,
  saver: { status: Text; employee: Text; employer: Text; day: string },
): void {
  const least = stepOn(kiwiSaverRates.steps, saver.day).employerLeast;
  if (Number(saver.employer ?? 0) > 100)
    report(
      'error',
      'kiwisaver-employer-rate',
      field,
      "The employer's rate is at most 100 per cent",
      'Give it as a percentage, such as 3.50.',
    );
  if (saver.status === 'temporaryRateReduction' || !saver.employee || !saver.employer) return;
  if (Number(saver.employer) < least)
    report(
      'warning',
      'kiwisaver-employer-minimum',
      field,
      `The employer's rate is below the minimum of ${least} per cent`,
      'Check it; the minimum may not apply under 16, over 65 or without contributions.',
    );
}

/** A rate that could be elected on its day, but can't be today, is warned of: it may have been given up long ago. */
export function checkElectedRate(
  report: Report,
  field: string,
  saver: { status: Text; employee: Text; day: string; today: string },
): void {
  if (!['autoEnrolled', 'existingMember', 'optedIn'].includes(saver.status ?? '') || !saver.employee) return;
  const rate = Number(saver.employee);
  const present = stepOn(kiwiSaverRates.steps, saver.today);
  if (saver.day >= present.from || present.elected.includes(rate)) return;
  if (stepOn(kiwiSaverRates.steps, saver.day).elected.includes(rate))
    report(
      'warning',
      'kiwisaver-rate-outdated',
      field,
      `That rate can't be elected any more since ${present.from}`,
      'Send the rate from that day on too.',
    );
}

/** The end of a tailored tax code, after which another counts, should be known. */
export function checkTailoredCode(report: Report, field: string, tax: { code: Text; end: Text }): void {
  if (tax.code === 'STC' && !tax.end)
    report(
      'warning',
      'tax-rate-end-missing',
      field,
      'A tailored tax code has no end',
      'Give the last day on the certificate.',
    );
}

/** Somebody without an address should be reached some other way. */
export function checkReachable(report: Report, field: string, ways: readonly Text[]): void {
  if (ways.some(Boolean)) return;
  report(
    'warning',
    'no-contact',
    field,
    'There is neither an address nor an e-mail nor a phone number',
    'Inland Revenue would need one of them.',
  );
}

/** A week has no more than 168 hours. */
export function checkHours(report: Report, field: string, hours: Text): void {
  if (hours && !(Number(hours) >= 0 && Number(hours) <= 168))
    report(
      'error',
      'hours-range',
      field,
      'A week has between 0 and 168 hours',
      'Give the hours worked in an ordinary week.',
    );
}

/** An Australian tax file number by itself. */
export function checkTfn(report: Report, field: string, tfn: string): void {
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
  if (Number(parts.suffix) > 99)
    report(
      'warning',
      'bank-suffix-unlikely',
      field,
      'The suffix of the account is above 99',
      'Compare it with the bank statement; a digit may have slipped.',
    );
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

/** Each account once; exactly one takes the balance, without a value; the others a positive amount or percentage. */
export function checkAllocations(
  report: Report,
  accounts: readonly { field: string; account: string; type: string; value: Text }[],
): void {
  const first = accounts[0];
  if (first === undefined) return;
  for (const [i, one] of accounts.entries())
    if (accounts.findIndex((other) => other.account === one.account) < i)
      report(
        'error',
        'bank-account-twice',
        one.field,
        'The same account is given twice; suffixes such as 00 and 000 are one',
        'Give each account once.',
      );
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
    if (one.type === 'balance' && one.value)
      report(
        'error',
        'bank-balance-value',
        one.field,
        'The account that takes the balance has a value too',
        'Take the value away, or mark the account FIXED or PERCENT.',
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
