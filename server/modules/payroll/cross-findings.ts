import type { EmployeeInput } from '#contract/payroll.ts';
import type { Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { selectCrossFindings } from './cross-finding-store.ts';
import type { Finding } from './finding.ts';

const groups = ['taxNz', 'taxAu', 'bankAccounts', 'employment', 'payRates'] as const;
type Group = (typeof groups)[number];

interface CrossRule {
  /** The groups of a body that it is about. */
  groups: readonly Group[];
  pointer: string;
  column: string;
  message: (other: string) => string;
  mend: string;
}

const manager = {
  groups: ['employment'],
  pointer: '/employment/managerEmployeeNumber',
  column: 'manager_employee_number',
} as const;

const rate = {
  groups: ['payRates', 'employment'],
  pointer: '/payRates',
  column: 'rate_effective_date',
} as const;

/**
 * Rules about an employee beside others, and about groups beside the employment (payroll rules 2.5). They warn: each may be
 * true all the same.
 */
export const crossRules: Record<string, CrossRule> = {
  'ird-number-shared': {
    groups: ['taxNz'],
    pointer: '/taxNz/irdNumber',
    column: 'ird_number',
    message: (other) => `Another person has the same IRD number (${other})`,
    mend: 'Compare both declarations; if it is one person, give both employments one external id.',
  },
  'bank-account-shared': {
    groups: ['bankAccounts'],
    pointer: '/bankAccounts',
    column: 'bank_1',
    message: (other) => `Another person is paid to the same bank account (${other})`,
    mend: 'Ask both, not by the contact details that came with the change.',
  },
  'bank-change-shared': {
    groups: ['bankAccounts'],
    pointer: '/bankAccounts',
    column: 'bank_1',
    message: (other) => `Another person is paid to the account that waits for approval (${other})`,
    mend: 'Ask both before it is approved, not by the contact details that came with the change.',
  },
  'main-tax-code-twice': {
    groups: ['taxNz'],
    pointer: '/taxNz/taxCode',
    column: 'tax_code',
    message: (other) => `The person has a main tax code on another job too (${other})`,
    mend: 'Only one job takes M or ME; give the other a secondary code such as S.',
  },
  'pay-rate-after-end': {
    ...rate,
    message: () => 'A pay rate starts after the employment has ended',
    mend: 'Check the date of the rate and the last day employed.',
  },
  'pay-rate-before-start': {
    ...rate,
    message: () => 'A pay rate starts before the employment does',
    mend: 'Check the date of the rate and the start of the employment.',
  },
  'pay-currency': {
    groups: ['payRates'],
    pointer: '/payRates',
    column: 'salary_annual',
    message: () => 'A pay rate is in another currency than that of the country of the employer',
    mend: 'Check the currency, or the company code.',
  },
  'bank-account-abroad': {
    groups: ['bankAccounts'],
    pointer: '/bankAccounts',
    column: 'bank_country',
    message: () => 'A bank account is of another country than the employer',
    mend: 'Ask the employee, not by the contact details that came with the account.',
  },
  'tailored-code-over': {
    groups: ['taxNz'],
    pointer: '/taxNz/taxRateEndDate',
    column: 'tax_rate_end',
    message: () => 'The certificate of the tailored tax code is over',
    mend: 'Give the tax code of the IR330 before it, or the end of the new certificate; without one ND counts.',
  },
  'tax-abroad': {
    groups: ['taxNz', 'taxAu'],
    pointer: '/taxNz',
    column: 'tax_code',
    message: () => 'Tax details are of another country than the employer',
    mend: 'Check the tax details, or the company code.',
  },
  'manager-unknown': {
    ...manager,
    message: () => 'There is no employee with the number of the manager',
    mend: 'Check the number, or send the manager too.',
  },
  'manager-ended': {
    ...manager,
    message: (other) => `The employment of the manager has ended (${other})`,
    mend: 'Give the number of who manages now.',
  },
  'manager-ring': {
    ...manager,
    message: () => 'The line of managers leads back to the employee',
    mend: 'Mend the manager of one of those in the ring.',
  },
};

/** The finding of a code in words; it names the other employment, never a value. */
export function sayCrossFinding(code: string, other: string | null, door: 'pointer' | 'column'): Finding {
  const rule = crossRules[code];
  if (rule === undefined) throw new Error(`no words for the finding ${code}`);
  return {
    code,
    field: rule[door],
    severity: 'warning',
    message: rule.message(other ?? ''),
    mend: rule.mend,
  };
}

/** What shows when employees are compared with all others of their environment, by employment. */
export async function crossFindings(
  platform: Platform,
  sql: Tx,
  environmentId: string,
  employmentIds: string[],
): Promise<Map<string, Finding[]>> {
  const found = new Map<string, Finding[]>();
  if (employmentIds.length === 0) return found;
  const now = platform.clock.now();
  for (const { employmentId, code, other } of await selectCrossFindings(
    sql,
    environmentId,
    employmentIds,
    now,
  ))
    found.set(employmentId, [...(found.get(employmentId) ?? []), sayCrossFinding(code, other, 'pointer')]);
  return found;
}

/** Of one employee that was written just now: what concerns the groups that the input speaks of. */
export async function crossFindingsOf(
  platform: Platform,
  sql: Tx,
  environmentId: string,
  employmentId: string,
  input: EmployeeInput,
): Promise<Finding[]> {
  const spoken = groups.filter((group) => input[group] !== undefined);
  if (spoken.length === 0) return [];
  const found = await crossFindings(platform, sql, environmentId, [employmentId]);
  return (found.get(employmentId) ?? []).filter(({ code }) =>
    spoken.some((group) => crossRules[code]?.groups.includes(group)),
  );
}
