import type { HeldBankChange, RevealedBankChange } from '#contract/bank-changes.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import {
  type BankChangeCursor,
  type BankChangeRow,
  type StoredAccount,
  selectBankChanges,
} from './bank-change-store.ts';
import { crossFindings } from './cross-findings.ts';
import { maskAccount } from './mask.ts';
import { nameAuthors } from './name-author.ts';
import { findingOf, laterChangeStands } from './record-faults.ts';

/** A page of an environment's bank changes as people see them: accounts masked, newest request first. */
export async function listBankChanges(
  platform: Platform,
  sql: Tx,
  environmentId: string,
  query: { status: string; after: BankChangeCursor | null; limit: number },
): Promise<{ items: HeldBankChange[]; next: BankChangeCursor | null }> {
  const { status, after, limit } = query;
  const rows = await selectBankChanges(sql, environmentId, { status }, platform.clock.now(), {
    after,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: await showBankChanges(platform, sql, environmentId, page),
    next: last === undefined ? null : { requestedAt: last.requestedAt.toString(), id: last.id },
  };
}

/** Bank changes as people see them: who asked, by name, and what is to be known before those that wait are approved. */
export async function showBankChanges(
  platform: Platform,
  sql: Tx,
  environmentId: string,
  rows: BankChangeRow[],
): Promise<HeldBankChange[]> {
  const authors = await nameAuthors(sql, environmentId, rows.map(requester));
  const waiting = rows.filter((row) => row.status === 'held').map((row) => row.employmentId);
  const findings = await crossFindings(platform, sql, environmentId, waiting);
  return rows.map((row) => ({
    changeId: showId('chg', row.id),
    employeeId: showId('emp', row.employmentId),
    companyCode: row.companyCode,
    employeeNumber: row.employeeNumber,
    name: row.name ?? '',
    effectiveFrom: row.effectiveFrom,
    requestedAt: row.requestedAt.toString(),
    requestedBy: authors.get(requester(row)) ?? '',
    source: row.source['channel'] ?? 'unknown',
    status: row.status,
    decidedAt: row.decidedAt?.toString() ?? null,
    before: (row.before ?? []).map(showAccount),
    after: row.accounts.map(showAccount),
    findings:
      row.status === 'held'
        ? [
            ...(findings.get(row.employmentId) ?? []).filter((one) => one.code === 'bank-change-shared'),
            ...(row.standsFrom === null ? [] : [stands(row.standsFrom)]),
          ]
        : [],
  }));
}

/** Shows both sets of accounts in full, so that they can be compared with a proof; who and why go into the audit trail. */
export async function revealBankChange(
  work: Work,
  place: { environmentId: string; changeId: string },
  reason: string,
): Promise<RevealedBankChange> {
  const [change] = await selectBankChanges(work.sql, place.environmentId, { id: place.changeId }, work.now);
  if (change === undefined) throw notFound();
  work.audit({
    action: 'bank-change.reveal',
    subject: showId('chg', change.id),
    detail: { employee: showId('emp', change.employmentId), reason },
  });
  return { before: change.before ?? [], after: change.accounts };
}

const stands = (day: string) =>
  findingOf({ code: laterChangeStands, field: 'accounts', holds_from: day }, '/bankAccounts');
const requester = ({ requestedBy }: BankChangeRow) => `${requestedBy.kind}:${requestedBy.id}`;

function showAccount(one: StoredAccount): { account: string; allocation: string } {
  return { account: maskAccount(one.account), allocation: one.type };
}
