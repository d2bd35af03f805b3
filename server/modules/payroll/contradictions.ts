import type { Report } from './group-rules.ts';

/** Reads a staged field: empty when nothing is said of it. */
type Told = (staged: string) => string | null | undefined;

interface Pair {
  code: string;
  severity: 'error' | 'warning';
  /** The field that is named, and the one it stands against. */
  field: string;
  against: string;
  isBroken(told: Told, today: string): boolean;
  message: string;
  mend: string;
}

const isLater = (told: Told, field: string, other: string) => {
  const [one, two] = [told(field), told(other)];
  return Boolean(one && two && one > two);
};
const nonSaving = new Set(['optedOut', 'notEligible', 'notMember', 'casualTemporary']);

/**
 * Fields of one row or body that cannot both be true are errors. Where one of them only has no effect, it is a warning: exports
 * keep old values. What depends on the record as it will be is judged by the database.
 */
export const contradictions: readonly Pair[] = [
  {
    code: 'start-before-birth',
    severity: 'error',
    field: 'start_date',
    against: 'birth_date',
    isBroken: (told) => isLater(told, 'birth_date', 'start_date'),
    message: 'The employment starts before the date of birth',
    mend: 'Check the years of both.',
  },
  {
    code: 'service-after-start',
    severity: 'warning',
    field: 'continuous_service_date',
    against: 'start_date',
    isBroken: (told) => isLater(told, 'continuous_service_date', 'start_date'),
    message: 'Continuous service begins after the employment has started',
    mend: 'Service counts from the start at the latest; check both dates.',
  },
  {
    code: 'fixed-term-end-unused',
    severity: 'warning',
    field: 'fixed_term_end',
    against: 'employment_type',
    isBroken: (told) =>
      Boolean(told('fixed_term_end') && told('employment_type')) && told('employment_type') !== 'fixedTerm',
    message: 'The end of a fixed term stands beside another type of employment',
    mend: 'Clear the end, or give the type FIXED_TERM (fixedTerm).',
  },
  {
    code: 'tax-rate-unused',
    severity: 'warning',
    field: 'tax_rate_pct',
    against: 'tax_code',
    isBroken: (told) =>
      Boolean(told('tax_rate_pct') && told('tax_code')) && !['STC', 'WT'].includes(told('tax_code') ?? ''),
    message: 'A tax rate stands beside a tax code that takes none, and has no effect',
    mend: 'Clear the rate, or give the code STC or WT.',
  },
  {
    code: 'sl-special-without-loan',
    severity: 'error',
    field: 'sl_special_pct',
    against: 'student_loan',
    isBroken: (told) => Boolean(told('sl_special_pct')) && told('student_loan') === 'false',
    message: 'A special rate for a student loan stands beside no student loan',
    mend: 'Say that there is a loan, or take the special rate away.',
  },
  {
    code: 'kiwisaver-dates-unused',
    severity: 'warning',
    field: 'reduction_end',
    against: 'kiwisaver_status',
    isBroken: (told) =>
      Boolean(told('reduction_end') && told('kiwisaver_status')) &&
      told('kiwisaver_status') !== 'temporaryRateReduction',
    message: 'The end of a rate reduction stands beside another KiwiSaver status',
    mend: 'Clear the end, or give the status of a temporary rate reduction.',
  },
  {
    code: 'kiwisaver-suspension-dates',
    severity: 'error',
    field: 'suspension_end',
    against: 'suspension_start',
    isBroken: (told) => isLater(told, 'suspension_start', 'suspension_end'),
    message: 'The savings suspension ends before it starts',
    mend: 'Give both days from the notice of Inland Revenue.',
  },
  {
    code: 'kiwisaver-employer-unused',
    severity: 'warning',
    field: 'employer_pct',
    against: 'kiwisaver_status',
    isBroken: (told) =>
      Number(told('employer_pct') || 0) > 0 && nonSaving.has(told('kiwisaver_status') ?? ''),
    message: "The employer's KiwiSaver rate stands beside a status without contributions",
    mend: 'Clear the rate, or check the status.',
  },
  {
    code: 'tfn-and-exemption',
    severity: 'error',
    field: 'tfn_exemption',
    against: 'tfn',
    isBroken: (told) => Boolean(told('tfn') && told('tfn_exemption')),
    message: 'A tax file number stands beside a reason why there is none',
    mend: 'Give one of them.',
  },
  {
    code: 'threshold-non-resident',
    severity: 'warning',
    field: 'tax_free_threshold',
    against: 'residency_status',
    isBroken: (told) =>
      told('tax_free_threshold') === 'true' && told('residency_status') === 'foreignResident',
    message: 'A foreign resident claims the tax-free threshold',
    mend: 'Compare both with the declaration.',
  },
];

/** Reports fields of one input that contradict each other, by the names that the caller has for both. */
export function checkContradictions(
  report: Report,
  told: Told,
  nameOf: (staged: string) => string,
  today: string,
): void {
  for (const { code, severity, field, against, isBroken, message, mend } of contradictions)
    if (isBroken(told, today))
      report(severity, code, nameOf(field), `${message} (${nameOf(field)} and ${nameOf(against)})`, mend);
}
