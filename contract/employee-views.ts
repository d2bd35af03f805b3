import { z } from 'zod';
import { employeeDocument, employeeSummary } from './payroll.ts';
import { textProse } from './text.ts';

/** A row of the console's list: how many findings its employee has when compared with others. */
export const employeeRow = employeeSummary.extend({ findings: z.number().int() });
export type EmployeeRow = z.output<typeof employeeRow>;

export const employeeList = z.object({
  items: z.array(employeeRow),
  next: z.string().nullable(),
  total: z.number().int().optional(),
});

/** What a rule found, without the value it found it in. */
export const payrollFinding = z.object({
  code: z.string(),
  field: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  mend: z.string(),
});
export type PayrollFinding = z.output<typeof payrollFinding>;

/** One entry of an employment's history: which group became what, from when, told when. Values masked by class. */
export const historyEntry = z.object({
  group: z.enum([
    'person',
    'employment',
    'taxNz',
    'taxAu',
    'kiwiSaver',
    'bankAccounts',
    'payRates',
    'ending',
  ]),
  effectiveFrom: z.string(),
  recordedAt: z.string(),
  supersededAt: z.string().nullable(),
  source: z.string(),
  values: z.record(z.string(), z.unknown()),
});
export type HistoryEntry = z.output<typeof historyEntry>;

/** The console's page of one employee: masked values, history, what is held for a second approver. */
export const employeeView = z.object({
  employee: employeeDocument,
  /** What shows when the employee is compared with others. */
  findings: z.array(payrollFinding),
  /** Other employments of the same person. */
  samePerson: z.array(
    z.object({ employeeId: z.string(), companyCode: z.string(), employeeNumber: z.string() }),
  ),
  pending: z.array(z.object({ kind: z.string(), effectiveFrom: z.string() })),
  held: z.array(
    z.object({
      changeId: z.string(),
      requestedAt: z.string(),
      requestedBy: z.string(),
      source: z.string(),
      effectiveFrom: z.string(),
      accounts: z.array(z.object({ account: z.string(), allocation: z.string() })),
    }),
  ),
});
export type EmployeeView = z.output<typeof employeeView>;

/** Fields that can be shown in full for a reason that is kept in the audit trail. */
export const revealableFields = [
  'irdNumber',
  'tfn',
  'bankAccounts',
  'payRates',
  'dateOfBirth',
  'contact',
] as const;
export const revealReason = textProse(300, 5);
export const revealRequest = z.strictObject({ field: z.enum(revealableFields), reason: revealReason });
export const revealed = z.object({ field: z.string(), value: z.unknown() });
