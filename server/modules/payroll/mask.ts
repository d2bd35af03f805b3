import type { EmployeeDocument } from '#contract/payroll.ts';
import { classOf, type SensitivityClass } from './sensitivity.ts';

/** `•••-•••-360`: the last three digits. */
export const maskIrd = (ird: string) => `•••-•••-${ird.slice(-3)}`;

/** `••• ••• 782`: the last three digits. */
export const maskTfn = (tfn: string) => `••• ••• ${tfn.slice(-3)}`;

/** NZ `01-••••-•••••89-00`: bank, last two of the base, suffix. AU `•••-•••  •••••123`. */
export function maskAccount(account: string): string {
  const parts = account.split('-');
  if (parts.length === 4) return `${parts[0]}-••••-•••••${parts[2]?.slice(-2)}-${parts[3]}`;
  return `•••-•••  •••••${account.slice(-3)}`;
}

export const maskedAmount = '$•••,•••';
const hidden = '•••';

const masks: Record<string, (value: string) => string> = {
  irdNumber: maskIrd,
  tfn: maskTfn,
  dateOfBirth: (date) => date.slice(0, 4),
};

/**
 * The document as a reader may see it who is allowed the given classes: other values are masked where they have a
 * mask, dots elsewhere; which fields are filled stays visible.
 */
export function maskDocument(
  document: EmployeeDocument,
  allowed: ReadonlySet<SensitivityClass>,
): EmployeeDocument {
  const group = <T extends object | null>(values: T): T =>
    values === null
      ? values
      : (Object.fromEntries(
          Object.entries(values).map(([field, value]) => [field, maskField(field, value, allowed)]),
        ) as T);
  return {
    ...document,
    person: group(document.person),
    employment: group(document.employment),
    taxNz: group(document.taxNz),
    taxAu: group(document.taxAu),
    kiwiSaver: group(document.kiwiSaver),
    bankAccounts: allowed.has('P4')
      ? document.bankAccounts
      : document.bankAccounts.map((one) => ({
          ...one,
          account: maskAccount(one.account),
          accountName: one.accountName && hidden,
          reference: one.reference && hidden,
          allocation: { type: one.allocation.type, value: one.allocation.value && hidden },
        })),
    payRates: allowed.has('P3')
      ? document.payRates
      : document.payRates.map((rate) => ({
          ...rate,
          amount: maskedAmount,
          hoursPerWeek: rate.hoursPerWeek && hidden,
          reasonCode: rate.reasonCode && hidden,
        })),
  };
}

function maskField(field: string, value: unknown, allowed: ReadonlySet<SensitivityClass>): unknown {
  if (value === null || field === 'effectiveFrom' || allowed.has(classOf(field))) return value;
  if (field === 'address') {
    const address = value as Record<string, string | null>;
    return Object.fromEntries(
      Object.entries(address).map(([part, text]) => [part, part === 'country' ? text : text && hidden]),
    );
  }
  if (typeof value === 'boolean') return null;
  return masks[field]?.(String(value)) ?? hidden;
}
