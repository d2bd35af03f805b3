import type { EmployeeInput } from '#contract/payroll.ts';
import type { Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { selectCrossFindings } from './cross-finding-store.ts';
import type { Finding } from './finding.ts';

type Group = 'taxNz' | 'bankAccounts' | 'employment';

interface CrossRule {
  group: Group;
  pointer: string;
  column: string;
  message: (other: string) => string;
  mend: string;
}

const manager = {
  group: 'employment',
  pointer: '/employment/managerEmployeeNumber',
  column: 'manager_employee_number',
} as const;

/** Rules that compare one employee with others (payroll rules 2.5). They warn: each may be true all the same. */
const crossRules: Record<string, CrossRule> = {
  'ird-number-shared': {
    group: 'taxNz',
    pointer: '/taxNz/irdNumber',
    column: 'ird_number',
    message: (other) => `Another person has the same IRD number (${other})`,
    mend: 'Compare both declarations; if it is one person, give both employments one external id.',
  },
  'bank-account-shared': {
    group: 'bankAccounts',
    pointer: '/bankAccounts',
    column: 'bank_1',
    message: (other) => `Another person is paid to the same bank account (${other})`,
    mend: 'Ask both, not by the contact details that came with the change.',
  },
  'bank-change-shared': {
    group: 'bankAccounts',
    pointer: '/bankAccounts',
    column: 'bank_1',
    message: (other) => `Another person is paid to the account that waits for approval (${other})`,
    mend: 'Ask both before it is approved, not by the contact details that came with the change.',
  },
  'main-tax-code-twice': {
    group: 'taxNz',
    pointer: '/taxNz/taxCode',
    column: 'tax_code',
    message: (other) => `The person has a main tax code on another job too (${other})`,
    mend: 'Only one job takes M or ME; give the other a secondary code such as S.',
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
  const spoken = (['taxNz', 'bankAccounts', 'employment'] as const).filter(
    (group) => input[group] !== undefined,
  );
  if (spoken.length === 0) return [];
  const found = await crossFindings(platform, sql, environmentId, [employmentId]);
  return (found.get(employmentId) ?? []).filter(({ code }) =>
    spoken.some((group) => group === crossRules[code]?.group),
  );
}
