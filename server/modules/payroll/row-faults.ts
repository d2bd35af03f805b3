import { taxCodes } from '#contract/payroll-words.ts';
import { contradictions } from './contradictions.ts';
import { crossRules } from './cross-findings.ts';
import { namingWords, recordWords } from './record-faults.ts';

/** A fault that a row of an EMP file can have: its stable code, whether it refuses the row, and words for people. */
export interface RowFault {
  code: string;
  severity: 'error' | 'warning';
  message: string;
  mend: string;
}

type Words = readonly [code: string, message: string, mend: string];

/** Faults of one cell or of the row by itself; the finding names the column. */
const errors: readonly Words[] = [
  [
    'company-code',
    'company_code is missing or not written in capitals and digits',
    'Give the code of the legal employer.',
  ],
  [
    'company-unknown',
    'There is no legal employer with this company_code',
    'Correct the code, or have the employer set up first.',
  ],
  [
    'employee-number',
    'employee_number is missing or longer than 20 characters',
    'Give the number with its leading zeros.',
  ],
  ['duplicate-key', 'The employee is in the file more than once', 'Send one row for each employee and file.'],
  ['required', 'A required column is blank or cleared', 'Give a value.'],
  [
    'required-when-new',
    'The column is required for a new employee',
    'Give a value, or correct the employee number.',
  ],
  ['external-id-taken', 'The external_id belongs to another person', 'Give each person one of their own.'],
  ['too-long', 'The value is longer than the column takes', 'Shorten it.'],
  [
    'text-character',
    'The value holds a character that nobody sees, or a damaged one',
    'Write the value again, without that character.',
  ],
  ['text-masked', 'The value is a mask, as in ***', 'Leave the cell blank in a DELTA file.'],
  [
    'key-form',
    'A key or a code is written in an unusual form of letters',
    'Write it in plain letters and digits.',
  ],
  [
    'name-characters',
    'A name has a comma, quotation mark, square bracket or backslash',
    'Take the character out; Inland Revenue refuses it.',
  ],
  ['date-format', 'The value is no date', 'Write it as YYYY-MM-DD.'],
  [
    'number-format',
    'The value is no number, or below zero',
    'Write it with a point and no thousands separator, such as 37.50.',
  ],
  ['email-format', 'The value is no e-mail address', 'Give one address.'],
  ['flag', 'The value is neither Y nor N', 'Write Y or N.'],
  ['unknown-word', 'The value is not in the list of the column', 'Give one of the list.'],
  ['country', 'res_country is no two-letter country code', 'Write NZ, AU or another code of ISO 3166.'],
  ['tax-code', 'tax_code is not on the table of Inland Revenue', `Give one of ${taxCodes.join(', ')}.`],
  [
    'student-loan-contradiction',
    'tax_code has a student loan (SL), and student_loan says that there is none',
    'Take SL away or give Y.',
  ],
  [
    'tax-missing',
    'The row has neither a New Zealand tax code nor Australian tax details',
    'Give tax_code or residency_status.',
  ],
  ['ird-format', 'The IRD number is no IRD number', 'Give 8 or 9 digits.'],
  ['ird-range', 'The IRD number is outside the range of issued ones', 'Check it against the IR330.'],
  ['ird-check-digit', 'The IRD number has a wrong check digit', 'A digit is wrong or two are swapped.'],
  [
    'tfn-placeholder',
    'That is a reporting placeholder, not a tax file number',
    'Leave the number blank and give the exemption.',
  ],
  ['tfn-format', 'The tax file number is not well formed', 'Give 8 or 9 digits.'],
  [
    'tfn-check-digit',
    'The tax file number has a wrong check digit',
    'A digit is wrong; check it against the declaration.',
  ],
  [
    'esct-rate',
    'esct_pct is no rate of the employer superannuation contribution tax',
    'Give 10.5, 17.5, 30, 33 or 39.',
  ],
  [
    'kiwisaver-employer-rate',
    'The employer rate is above 100 per cent',
    'Give it as a percentage, such as 3.50.',
  ],
  ['hours-range', 'A week has between 0 and 168 hours', 'Give the hours worked in an ordinary week.'],
  ['one-rate', 'Both salary_annual and hourly_rate are given', 'Give one of them.'],
  [
    'birth-in-future',
    'The date of birth lies in the future',
    'Give the date from the birth certificate or passport.',
  ],
  ['bank-country', 'bank_country is neither NZ nor AU', 'Give it with every set of accounts.'],
  [
    'bank-format',
    'The account is not written as a bank account',
    'Write it as 01-0902-0068389-00, or 123-456 12345678 in Australia.',
  ],
  ['bank-unknown', 'The account names a bank that is not on the register', 'Check the first two digits.'],
  [
    'bank-check-digit',
    'The account has a wrong check digit',
    'A digit is wrong; check it against the bank statement.',
  ],
  ['bank-account-twice', 'The same account is given twice', 'Give each account once.'],
  [
    'bank-one-balance',
    'Exactly one account must take the balance',
    'Mark one account BALANCE and the others FIXED or PERCENT.',
  ],
  ['bank-value-missing', 'A fixed or percentage split needs its value', 'Give an amount above zero.'],
  [
    'bank-balance-value',
    'The account that takes the balance has a value too',
    'Take the value away, or mark the account FIXED or PERCENT.',
  ],
  [
    'bank-percent-over',
    'The percentages of the accounts exceed 100',
    'Lower them; the balance account takes the rest.',
  ],
];

const warnings: readonly Words[] = [
  [
    'code-new',
    'A code is not known yet; applying the file registers it',
    'Check its spelling, or give it a name.',
  ],
  [
    'text-misread',
    'The text looks like UTF-8 that was read in another encoding',
    'Export it as UTF-8 and send it again.',
  ],
  [
    'name-placeholder',
    'The name is a word that systems put where a name is missing',
    'Send the name as it is in the passport.',
  ],
  [
    'rate-missing',
    'rate_effective_date stands without a rate and has no effect',
    'Give the rate too, or leave the date empty.',
  ],
  ['tfn-legacy', 'An eight-digit tax file number cannot be checked', 'Compare it with the declaration.'],
  ['tax-rate-end-missing', 'A tailored tax code has no end', 'Give the last day on the certificate.'],
  [
    'kiwisaver-employer-minimum',
    'The employer rate is below the minimum',
    'Check it; the minimum may not apply.',
  ],
  [
    'kiwisaver-rate-outdated',
    'That KiwiSaver rate can’t be elected any more',
    'Send the rate from that day on too.',
  ],
  [
    'no-contact',
    'There is neither an address nor an e-mail nor a phone number',
    'Inland Revenue would need one of them.',
  ],
  ['state-postcode', 'The postcode is not one of that state', 'Check both.'],
  ['age-unlikely', 'The age is below 14 or above 85', 'Check the year.'],
  ['start-far-ahead', 'The start is more than 60 days ahead', 'Check the year.'],
  [
    'below-minimum-wage',
    'The pay is below the adult minimum wage of the day',
    'Check the rate and the hours.',
  ],
  ['bank-suffix-unlikely', 'The suffix of the account is above 99', 'Compare it with the bank statement.'],
  [
    'bank-all-zero',
    'The branch or the number of the account is all zeros',
    'Compare it with the bank statement.',
  ],
  [
    'bank-branch-unknown',
    'The register has no such branch of the bank',
    'Compare it with the bank statement.',
  ],
  [
    'pay-unlikely',
    'Hardly anybody is paid that much or that little; the file waits for a person',
    'Check the amount and its decimal point.',
  ],
  [
    'employer-rate-unlikely',
    'Hardly any employer contributes that much; the file waits for a person',
    'Give it as a percentage of pay.',
  ],
  [
    'hours-unlikely',
    'Hardly anybody works that many hours a week; the file waits for a person',
    'Give the hours of an ordinary week.',
  ],
  ['date-unlikely', 'The date is far in the past or ahead; the file waits for a person', 'Check the year.'],
];

/** Codes of payroll.is_note: they refuse nothing. */
const notes: ReadonlySet<string> = new Set(['later-change-stands', 'field-cleared', 'number-looks-alike']);
const severityOf = (code: string) => (notes.has(code) ? 'warning' : 'error');

/** Every fault that a row can have, errors first: what the rules report, in words for a page. */
export const rowFaults: readonly RowFault[] = [
  ...errors.map(([code, message, mend]) => ({ code, severity: 'error' as const, message, mend })),
  ...contradictions.map(({ code, severity, message, mend }) => ({ code, severity, message, mend })),
  ...Object.entries(recordWords).map(([code, [message, mend]]) => ({
    code,
    severity: severityOf(code) as RowFault['severity'],
    message,
    mend,
  })),
  ...Object.entries(namingWords).map(([code, say]) => {
    const [message, mend] = say('company_code/employee_number');
    return { code, severity: severityOf(code) as RowFault['severity'], message, mend };
  }),
  ...warnings.map(([code, message, mend]) => ({ code, severity: 'warning' as const, message, mend })),
  ...Object.entries(crossRules).map(([code, rule]) => ({
    code,
    severity: 'warning' as const,
    message: rule.message('company_code/employee_number'),
    mend: rule.mend,
  })),
].sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
