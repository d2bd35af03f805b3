import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type BankChangeRow, decideBankChange, insertAccounts, lockBankChange } from './bank-change-store.ts';
import { scheduleEffective } from './effective-sweep.ts';
import { problems } from './problems.ts';

interface Decision {
  customerId: string;
  environmentId: string;
  changeId: string;
}

/**
 * Lets a held bank change take effect. Whoever asked for it may not approve it, and nobody one that was meant to be over by
 * now: what was asked for a later day is in force already.
 */
export async function approveBankChange(work: Work, decision: Decision): Promise<void> {
  const change = await open(work, decision);
  if (change.requestedBy.kind === work.actor.kind && change.requestedBy.id === work.actor.id)
    throw problems['second-approver']();
  if (change.overtaken) throw problems['bank-change-overtaken']();
  const effectiveFrom = [change.effectiveFrom, change.today].sort()[1] as string;
  const future = effectiveFrom > change.today;
  const by = `${work.actor.kind}:${work.actor.id}`;
  await decideBankChange(work.sql, decision.environmentId, decision.changeId, {
    status: 'approved',
    by,
    reason: null,
    at: work.now,
  });
  await insertAccounts(work.sql, decision, change.employmentId, {
    accounts: change.accounts,
    before: change.before,
    effectiveFrom,
    future,
    by,
    at: work.now,
  });
  if (future) await scheduleEffective(work, decision.environmentId, change.companyCode, effectiveFrom);
  say(work, decision, change, future ? 'bank_account.scheduled' : 'bank_account.changed', effectiveFrom, 1);
  work.audit({ action: 'bank-change.approve', subject: showId('chg', change.id) });
}

/** Refuses a held bank change with a reason; the accounts in force stay. */
export async function refuseBankChange(work: Work, decision: Decision & { reason: string }): Promise<void> {
  const change = await open(work, decision);
  await decideBankChange(work.sql, decision.environmentId, decision.changeId, {
    status: 'refused',
    by: `${work.actor.kind}:${work.actor.id}`,
    reason: decision.reason,
    at: work.now,
  });
  say(work, decision, change, 'bank_account.change_refused', change.effectiveFrom, 0);
  work.audit({ action: 'bank-change.refuse', subject: showId('chg', change.id) });
}

async function open(work: Work, decision: Decision): Promise<BankChangeRow> {
  const change = await lockBankChange(work.sql, decision.environmentId, decision.changeId, work.now);
  if (change === undefined) throw notFound();
  if (change.status !== 'held') throw problems['bank-change-decided']();
  return change;
}

function say(
  work: Work,
  decision: Decision,
  change: BankChangeRow,
  type: string,
  effectiveFrom: string,
  raised: number,
): void {
  work.emit(decision.environmentId, {
    type,
    subject: {
      employeeId: showId('emp', change.employmentId),
      personId: showId('pp', change.personId),
      companyCode: change.companyCode,
      employeeNumber: change.employeeNumber,
    },
    data: {
      effectiveFrom,
      version: change.version + raised,
      change: { kind: 'update', fields: ['bankAccounts'], classes: ['P4'], values: {} },
      changeId: showId('chg', change.id),
    },
    effectiveFrom,
    source: { channel: 'console' },
  });
}
