import { z } from 'zod';
import { revealReason } from './employee-views.ts';
import { idOf } from './ids.ts';
import { recordKey } from './payroll-text.ts';

/** POST …/employees/:employee/separate: gives the employment a person of its own again. */
export const separateBody = z.strictObject({ reason: revealReason });
/** POST …/employees/:employee/join: the employment is another one of the same person. */
export const joinBody = z.strictObject({ with: idOf('emp'), reason: revealReason });

const employee = { companyCode: recordKey(12).toUpperCase(), employeeNumber: recordKey(20) };
/**
 * POST …/confirmations: a key that was refused is meant as it is. `person`: the new employee is the person who has this external
 * id already. `employee-number`: the number is somebody else's, though it looks like another. The others: a code is one of its own.
 */
export const confirmBody = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('person'),
    ...employee,
    externalId: recordKey(60),
    reason: revealReason,
  }),
  z.strictObject({ kind: z.literal('employee-number'), ...employee, reason: revealReason }),
  z.strictObject({
    kind: z.enum(['department', 'location', 'pay-group']),
    code: recordKey(40),
    reason: revealReason,
  }),
]);
export type ConfirmBody = z.output<typeof confirmBody>;

/** GET …/confirmations: the newest first; ask on with `before` = `next`. Keys are in the form in which they are compared. */
export const confirmationList = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      subject: z.string().describe('company/number, or the code'),
      externalId: z.string().nullable(),
      reason: z.string(),
      confirmedAt: z.string(),
      confirmedBy: z.string(),
    }),
  ),
  next: z.string().nullable(),
});
export const confirmationsQuery = z.object({
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
