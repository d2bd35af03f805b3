import { z } from 'zod';
import { payrollFinding, revealReason } from './employee-views.ts';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textProse } from './text.ts';

/** `replaced`: a later change took its place · `withdrawn`: the accounts in force were sent again. */
export const bankChangeStatuses = ['held', 'approved', 'refused', 'replaced', 'withdrawn'] as const;
/** A bank change that waits for somebody else than who asked for it. */
export const heldBankChange = z.object({
  changeId: z.string(),
  employeeId: shownId('emp'),
  companyCode: z.string(),
  employeeNumber: z.string(),
  name: z.string(),
  effectiveFrom: z.string(),
  requestedAt: z.string(),
  requestedBy: z.string(),
  source: z.string(),
  status: z.enum(bankChangeStatuses),
  decidedAt: z.string().nullable(),
  before: z.array(z.object({ account: z.string(), allocation: z.string() })),
  after: z.array(z.object({ account: z.string(), allocation: z.string() })),
  /** What is to be known before it is approved: other people's accounts, accounts of a later day; only while it waits. */
  findings: z.array(payrollFinding),
});
export type HeldBankChange = z.output<typeof heldBankChange>;
/** GET …/bank-changes: the newest request first; ask on with `after` = `next`. */
export const bankChangeList = z.object({ items: z.array(heldBankChange), next: z.string().nullable() });
export const bankChangesQuery = z.object({
  status: z.enum(bankChangeStatuses).default('held'),
  after: z.string().max(200).optional(),
  limit: pageLimit(50),
});
export const revealBankChangeRequest = z.strictObject({ reason: revealReason });
const fullAccounts = z.array(
  z.object({
    country: z.string(),
    account: z.string(),
    accountName: z.string().nullable(),
    reference: z.string().nullable(),
    type: z.string(),
    value: z.string().nullable(),
  }),
);
/** POST …/bank-changes/:change/reveal: both sets of accounts in full. Each time stands in the audit trail. */
export const revealedBankChange = z.object({ before: fullAccounts, after: fullAccounts });
export type RevealedBankChange = z.output<typeof revealedBankChange>;
export const bankChangeId = idOf('chg');
export const refusal = z.strictObject({ reason: textProse(300, 5) });
