import {
  type ExchangeView,
  type FindingView,
  type FormatView,
  type RefusalReason,
  type SftpAccountView,
  type TransferRow,
  type TransferView,
  transferSteps,
} from '#contract/file-exchange.ts';
import { rowFaults } from '#modules/payroll/index.ts';
import { showId } from '#platform/ids.ts';
import type { Account, AccountKey } from './account-store.ts';
import type { Format } from './emp-format.ts';
import { probeOf, termsMark } from './exchange.ts';
import type { Exchange } from './exchange-store.ts';
import { fileFaults } from './file-faults.ts';
import { formatDownloads } from './format-documents.ts';
import type { RefusedSignIn } from './sign-in-store.ts';
import type { stepsOf, Transfer } from './transfer-store.ts';

/** An account as the API shows it, with its keys in use and its refused sign-ins. */
export function showAccount(
  account: Account,
  keys: AccountKey[],
  refusals: RefusedSignIn[],
): SftpAccountView {
  return {
    id: showId('sfa', account.id),
    userName: account.userName,
    allowedAddresses: account.allowedAddresses,
    keys: keys
      .filter((key) => key.accountId === account.id)
      .map((key) => ({
        id: showId('key', key.id),
        algorithm: key.algorithm,
        fingerprint: key.fingerprint,
        label: key.label,
        registeredAt: key.registeredAt.toString(),
        lastUsedAt: key.lastUsedAt?.toString() ?? null,
        holderLeft: key.holderLeft,
      })),
    createdAt: account.createdAt.toString(),
    firstLoginAt: account.firstLoginAt?.toString() ?? null,
    lastLoginAt: account.lastLoginAt?.toString() ?? null,
    refusedSignIns: refusals
      .filter((refusal) => refusal.accountId === account.id)
      .map(({ address, reason, fingerprint, times, lastAt }) => ({
        address,
        reason: reason as RefusalReason,
        fingerprint,
        times,
        lastAt: lastAt.toString(),
      })),
  };
}

/** An exchange as the API shows it, with its probes and how it stands. */
export function showExchange(
  exchange: Exchange,
  standing: { lastTransferAt: Temporal.Instant; validInARow: number } | undefined,
): ExchangeView {
  const probes = (['in', 'out'] as const).map((direction) => {
    const probe = probeOf(exchange, direction);
    const at = direction === 'in' ? exchange.probedInAt : exchange.probedOutAt;
    return {
      direction,
      path: probe.path,
      sha256: probe.sha256,
      content: direction === 'in' ? probe.content : null,
      probedAt: at?.toString() ?? null,
    };
  });
  return {
    id: showId('exc', exchange.id),
    code: exchange.code,
    direction: exchange.direction,
    format: exchange.format,
    version: exchange.version,
    delimiter: exchange.dialect.delimiter,
    naming: exchange.naming,
    acknowledgement: exchange.acknowledgement,
    schedule: exchange.schedule,
    acceptance: exchange.acceptance,
    filesInARow: exchange.filesInARow,
    validInARow: standing?.validInARow ?? 0,
    terms: termsMark(exchange),
    proposedBy: exchange.proposedBy,
    agreedAt: exchange.agreedAt?.toString() ?? null,
    agreedBy: exchange.agreedBy,
    probes,
    createdAt: exchange.createdAt.toString(),
    lastTransferAt: standing?.lastTransferAt.toString() ?? null,
  };
}

/** A transfer as lists show it. */
export function showTransfer(transfer: Transfer, exchangeCode: string): TransferRow {
  return {
    id: showId('trf', transfer.id),
    exchange: { id: showId('exc', transfer.exchangeId), code: exchangeCode },
    fileName: transfer.fileName,
    sizeBytes: transfer.sizeBytes,
    sha256: transfer.sha256,
    state: transfer.state,
    dryRun: transfer.dryRun,
    mode: transfer.mode,
    rows: transfer.rowCount,
    accepted: transfer.accepted,
    rejected: transfer.rejected,
    warnings: transfer.warnings,
    codes: Object.entries(transfer.codes)
      .sort((a, b) => b[1] - a[1])
      .map(([code]) => code),
    receivedAt: transfer.receivedAt.toString(),
    finishedAt: transfer.finishedAt?.toString() ?? null,
  };
}

/** A transfer with everything that is known of it. */
export function showWholeTransfer(
  transfer: Transfer,
  exchangeCode: string,
  parts: {
    steps: Awaited<ReturnType<typeof stepsOf>>;
    findings: FindingView[];
    hasErrorFile: boolean;
    hasAcknowledgement: boolean;
  },
): TransferView {
  const rank = (step: (typeof transferSteps)[number]) => transferSteps.indexOf(step);
  return {
    ...showTransfer(transfer, exchangeCode),
    timeline: parts.steps
      .sort((a, b) => Temporal.Instant.compare(a.at, b.at) || rank(a.step) - rank(b.step))
      .map(({ step, at, detail }) => ({ step, at: at.toString(), detail })),
    findings: parts.findings,
    findingsTotal: transfer.findingsTotal,
    effects: transfer.effects,
    // Of a transfer from before figures were kept.
    held: transfer.held && { ...transfer.held, figures: transfer.held.figures ?? [] },
    duplicateOf: transfer.duplicateOf === null ? null : showId('trf', transfer.duplicateOf),
    vouchedBy: transfer.vouchedBy,
    supersedes: transfer.supersedes === null ? null : showId('trf', transfer.supersedes),
    supersededBy: transfer.supersededBy === null ? null : showId('trf', transfer.supersededBy),
    difference: transfer.difference,
    fingerprint: transfer.fingerprint,
    hasErrorFile: parts.hasErrorFile,
    hasAcknowledgement: parts.hasAcknowledgement,
  };
}

/** A format's page. */
export function showFormat(
  format: Format,
  maxRows: number,
  acknowledged: { at: Temporal.Instant; by: string } | undefined,
): FormatView {
  return {
    format: format.format,
    version: format.version,
    title: format.title,
    summary: format.summary,
    key: format.key,
    modes: format.modes,
    naming: format.naming,
    maxRows,
    columns: format.columns,
    rules: format.rules,
    errors: [
      ...Object.entries(fileFaults).map(([code, fault]) => ({
        code,
        of: 'file' as const,
        severity: fault.wholeFile ? ('error' as const) : ('warning' as const),
        ...fault,
      })),
      ...rowFaults.map((fault) => ({ ...fault, of: 'row' as const, wholeFile: false })),
    ],
    downloads: formatDownloads.map((one) => ({ ...one })),
    acknowledgedAt: acknowledged?.at.toString() ?? null,
    acknowledgedBy: acknowledged?.by ?? null,
  };
}
