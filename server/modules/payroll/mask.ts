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
 * The document as a reader may see it who is allowed the given classes: other values are masked where they have a mask, dots
 * elsewhere; which fields are filled stays visible, and `masked` names those whose value is not shown.
 */
export function maskDocument(
  document: EmployeeDocument,
  allowed: ReadonlySet<SensitivityClass>,
): EmployeeDocument {
  const masked: string[] = [];
  const hide = (field: string, pointer: string, value: unknown): unknown => {
    if (value === null || field === 'effectiveFrom' || allowed.has(classOf(field))) return value;
    if (field === 'address')
      return mapFields(value as Record<string, string | null>, (part, text) => {
        if (part === 'country' || text === null) return text;
        masked.push(`${pointer}/${part}`);
        return hidden;
      });
    masked.push(pointer);
    if (typeof value === 'boolean') return null;
    return masks[field]?.(String(value)) ?? hidden;
  };
  const dots = (pointer: string, value: string | null, shown = hidden) => {
    if (value === null) return value;
    masked.push(pointer);
    return shown;
  };
  const group = <T extends object | null>(name: string, values: T): T =>
    values === null
      ? values
      : (mapFields(values, (field, value) => hide(field, `/${name}/${field}`, value)) as T);
  const shown: EmployeeDocument = {
    ...document,
    person: group('person', document.person),
    employment: group('employment', document.employment),
    taxNz: group('taxNz', document.taxNz),
    taxAu: group('taxAu', document.taxAu),
    kiwiSaver: group('kiwiSaver', document.kiwiSaver),
    bankAccounts: allowed.has('P4')
      ? document.bankAccounts
      : document.bankAccounts.map((account, at) => {
          const pointer = `/bankAccounts/${at}`;
          return {
            ...account,
            account: dots(`${pointer}/account`, account.account, maskAccount(account.account)) ?? '',
            accountName: dots(`${pointer}/accountName`, account.accountName),
            reference: dots(`${pointer}/reference`, account.reference),
            allocation: {
              type: account.allocation.type,
              value: dots(`${pointer}/allocation/value`, account.allocation.value),
            },
          };
        }),
    payRates: allowed.has('P3')
      ? document.payRates
      : document.payRates.map((rate, at) => ({
          ...rate,
          amount: dots(`/payRates/${at}/amount`, rate.amount, maskedAmount),
          hoursPerWeek: dots(`/payRates/${at}/hoursPerWeek`, rate.hoursPerWeek),
          reasonCode: dots(`/payRates/${at}/reasonCode`, rate.reasonCode),
        })),
  };
  return { ...shown, masked };
}

const mapFields = <T>(values: object, map: (field: string, value: T) => unknown) =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [field, map(field, value as T)]));
