import type { z } from 'zod';
import type {
  FindingView,
  heldView,
  TransferDifference,
  TransferState,
  TransferStep,
} from '#contract/file-exchange.ts';
import { changedSince } from '#modules/payroll/index.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Json } from '#platform/json.ts';
import type { Row } from '#platform/row.ts';

/** Why a transfer waits for a person. */
export type Held = z.infer<typeof heldView>;

export interface Transfer
  extends Row<
    'file_exchange.transfers',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'exchange_id'
    | 'account_id'
    | 'file_name'
    | 'object_key'
    | 'sha256'
    | 'size_bytes'
    | 'dry_run'
    | 'state'
    | 'mode'
    | 'file_sequence'
    | 'fingerprint'
    | 'row_count'
    | 'accepted'
    | 'rejected'
    | 'warnings'
    | 'codes'
    | 'findings_total'
    | 'effects'
    | 'held'
    | 'approved_by'
    | 'approved_causes'
    | 'duplicate_of'
    | 'arrival'
    | 'key_id'
    | 'vouched_by'
    | 'supersedes'
    | 'superseded_by'
    | 'difference'
    | 'received_at'
    | 'finished_at'
    | 'attempts'
  > {
  state: TransferState;
  mode: 'FULL' | 'DELTA' | null;
  codes: Record<string, number>;
  effects: Record<string, number> | null;
  held: Held | null;
  arrival: 'upload' | 'rename';
  vouchedBy: 'sha256' | 'rows' | 'rename' | null;
  difference: TransferDifference | null;
  /** Why it was held before, each approved. */
  approvedCauses: string[];
}

const columns = (sql: Tx) => sql`
  id, customer_id as "customerId", environment_id as "environmentId", exchange_id as "exchangeId",
  account_id as "accountId", file_name as "fileName", object_key as "objectKey", sha256, size_bytes as "sizeBytes",
  dry_run as "dryRun", state, mode, file_sequence as "fileSequence", fingerprint, row_count as "rowCount", accepted,
  rejected, warnings, codes, findings_total as "findingsTotal", effects, held, approved_by as "approvedBy",
  approved_causes as "approvedCauses",
  duplicate_of as "duplicateOf", arrival, key_id as "keyId", vouched_by as "vouchedBy", supersedes,
  superseded_by as "supersededBy", difference, received_at as "receivedAt", finished_at as "finishedAt", attempts`;

export async function insertTransfer(
  sql: Tx,
  transfer: Pick<
    Transfer,
    | 'customerId'
    | 'environmentId'
    | 'exchangeId'
    | 'accountId'
    | 'fileName'
    | 'objectKey'
    | 'sha256'
    | 'sizeBytes'
    | 'dryRun'
    | 'fingerprint'
    | 'arrival'
    | 'keyId'
    | 'supersedes'
    | 'receivedAt'
  >,
): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into file_exchange.transfers
      (environment_id, customer_id, exchange_id, account_id, file_name, object_key, sha256, size_bytes, dry_run,
       fingerprint, arrival, vouched_by, key_id, supersedes, received_at)
    values (${transfer.environmentId}, ${transfer.customerId}, ${transfer.exchangeId}, ${transfer.accountId},
            ${transfer.fileName}, ${transfer.objectKey}, ${transfer.sha256}, ${transfer.sizeBytes}, ${transfer.dryRun},
            ${transfer.fingerprint}, ${transfer.arrival}, ${transfer.arrival === 'rename' ? 'rename' : null}, ${transfer.keyId}, ${transfer.supersedes},
            ${transfer.receivedAt.toString()})
    returning id`;
  return row?.id ?? '';
}

export async function getTransfer(sql: Tx, environmentId: string, id: string): Promise<Transfer | undefined> {
  const [row] = await sql<Transfer[]>`
    select ${columns(sql)} from file_exchange.transfers where environment_id = ${environmentId} and id = ${id}`;
  return row;
}

/** Like getTransfer, and nobody else changes it until the transaction ends. */
export async function lockTransfer(
  sql: Tx,
  environmentId: string,
  id: string,
): Promise<Transfer | undefined> {
  const [row] = await sql<Transfer[]>`
    select ${columns(sql)} from file_exchange.transfers
    where environment_id = ${environmentId} and id = ${id} for update`;
  return row;
}

/** Newest first, before a cursor. */
export async function listTransfers(
  sql: Tx,
  environmentId: string,
  filter: { exchangeId?: string | undefined; state?: string | undefined; before?: string | undefined },
  limit: number,
): Promise<Transfer[]> {
  return sql<Transfer[]>`
    select ${columns(sql)} from file_exchange.transfers
    where environment_id = ${environmentId}
      and (${filter.exchangeId ?? null}::uuid is null or exchange_id = ${filter.exchangeId ?? null}::uuid)
      and (${filter.state ?? null}::text is null or state = ${filter.state ?? null}::text)
      and (${filter.before ?? null}::uuid is null or id < ${filter.before ?? null}::uuid)
    order by id desc limit ${limit}`;
}

/** What may change of a transfer as it goes on. */
export type TransferChange = Partial<
  Pick<
    Transfer,
    | 'state'
    | 'mode'
    | 'fileSequence'
    | 'rowCount'
    | 'accepted'
    | 'rejected'
    | 'warnings'
    | 'codes'
    | 'findingsTotal'
    | 'effects'
    | 'held'
    | 'approvedBy'
    | 'approvedCauses'
    | 'duplicateOf'
    | 'vouchedBy'
    | 'supersededBy'
    | 'difference'
    | 'finishedAt'
  >
>;

/** Writes a transfer as changed. */
export async function saveTransfer(sql: Tx, transfer: Transfer, change: TransferChange): Promise<Transfer> {
  const next = { ...transfer, ...change };
  await sql`
    update file_exchange.transfers
    set state = ${next.state}, mode = ${next.mode}, file_sequence = ${next.fileSequence}, row_count = ${next.rowCount},
        accepted = ${next.accepted}, rejected = ${next.rejected}, warnings = ${next.warnings},
        codes = ${sql.json(next.codes)}, findings_total = ${next.findingsTotal},
        effects = ${next.effects === null ? null : sql.json(next.effects)},
        held = ${next.held === null ? null : sql.json({ ...next.held })}, approved_by = ${next.approvedBy},
        approved_causes = ${next.approvedCauses},
        duplicate_of = ${next.duplicateOf}, vouched_by = ${next.vouchedBy}, superseded_by = ${next.supersededBy},
        difference = ${next.difference === null ? null : sql.json({ ...next.difference })}, finished_at = ${next.finishedAt?.toString() ?? null}, retry_at = null
    where environment_id = ${next.environmentId} and id = ${next.id}`;
  return next;
}

/** Puts a transfer off after a failure of ours, ever longer, in real time; returns how often that was by now. */
export async function postponeTransfer(
  sql: Tx,
  transfer: Pick<Transfer, 'environmentId' | 'id'>,
): Promise<number> {
  const [row] = await sql<{ attempts: number }[]>`
    update file_exchange.transfers
    set attempts = attempts + 1,
        retry_at = clock_timestamp() + make_interval(secs => least(300, power(2, least(attempts, 10))))
    where environment_id = ${transfer.environmentId} and id = ${transfer.id} returning attempts`;
  return row?.attempts ?? 0;
}

/** Notes a step; nothing when the transfer has taken it before. */
export async function noteStep(
  sql: Tx,
  transfer: Pick<Transfer, 'customerId' | 'environmentId' | 'id'>,
  step: TransferStep,
  at: Temporal.Instant,
  detail: { [key: string]: Json | undefined } = {},
): Promise<void> {
  await sql`
    insert into file_exchange.transfer_steps (environment_id, customer_id, transfer_id, step, at, detail)
    values (${transfer.environmentId}, ${transfer.customerId}, ${transfer.id}, ${step}, ${at.toString()},
            ${sql.json(detail as never)})
    on conflict do nothing`;
}

export async function stepsOf(
  sql: Tx,
  environmentId: string,
  transferId: string,
): Promise<{ step: TransferStep; at: Temporal.Instant; detail: Record<string, unknown> }[]> {
  return sql`
    select step, at, detail from file_exchange.transfer_steps
    where environment_id = ${environmentId} and transfer_id = ${transferId} order by at, step limit 50`;
}

/** Replaces the kept findings of a transfer, in order. */
export async function replaceFindings(
  sql: Tx,
  transfer: Pick<Transfer, 'customerId' | 'environmentId' | 'id'>,
  findings: FindingView[],
): Promise<void> {
  await sql`
    delete from file_exchange.findings
    where environment_id = ${transfer.environmentId} and transfer_id = ${transfer.id}`;
  if (findings.length === 0) return;
  await sql`
    insert into file_exchange.findings
      (environment_id, customer_id, transfer_id, ordinal, row_number, line, key, field, position, code, severity,
       message, fix)
    select ${transfer.environmentId}, ${transfer.customerId}, ${transfer.id}, f.n, f.row, f.line, f.key, f.column,
           f.position, f.code, f.severity, f.message, f.fix
    from rows from (jsonb_to_recordset(${sql.json(findings as never)}) as
      (row int, line int, key text, "column" text, position int, code text, severity text, message text, fix text))
      with ordinality as f(row, line, key, "column", position, code, severity, message, fix, n)`;
}

export async function findingsOf(
  sql: Tx,
  environmentId: string,
  transferId: string,
  limit: number,
): Promise<FindingView[]> {
  return sql<FindingView[]>`
    select row_number as row, line, key, field as column, position, code, severity, message, fix
    from file_exchange.findings
    where environment_id = ${environmentId} and transfer_id = ${transferId} order by ordinal limit ${limit}`;
}

/**
 * The transfer that this one repeats: the same bytes under the same time and number, or the bytes that the exchange applied
 * last in this mode, with nothing changed in payroll since. A file whose effect another has undone is no duplicate.
 */
export async function findDuplicate(
  sql: Tx,
  transfer: Transfer,
  named: { mode: string; sequence: string },
): Promise<string | undefined> {
  const { environmentId, exchangeId, sha256 } = transfer;
  const [same] = await sql<{ id: string }[]>`
    select id from file_exchange.transfers
    where environment_id = ${environmentId} and sha256 = ${sha256} and exchange_id = ${exchangeId} and not dry_run
      and mode = ${named.mode} and file_sequence = ${named.sequence}
      and state in ('received', 'checking', 'held', 'applying', 'applied') and id < ${transfer.id}
    order by id limit 1`;
  if (same !== undefined) return same.id;
  const [last] = await sql<{ id: string; sha256: string; finishedAt: Temporal.Instant }[]>`
    select id, sha256, finished_at as "finishedAt" from file_exchange.transfers
    where environment_id = ${environmentId} and exchange_id = ${exchangeId} and mode = ${named.mode}
      and state = 'applied' and not dry_run and id <> ${transfer.id}
    order by finished_at desc, id desc limit 1`;
  if (last === undefined || last.sha256 !== sha256) return undefined;
  const others = await sql`
    select from file_exchange.transfers
    where environment_id = ${environmentId} and state = 'applied' and not dry_run
      and (finished_at, id) > (${last.finishedAt.toString()}, ${last.id}) limit 1`;
  const isCurrent = others.length === 0 && !(await changedSince(sql, environmentId, last.finishedAt));
  return isCurrent ? last.id : undefined;
}

/** The latest time and number among applied files that carry none from after `until`, where no mark is kept yet. */
export async function lastAppliedSequence(
  sql: Tx,
  transfer: Transfer,
  until: string,
): Promise<string | null> {
  const [row] = await sql<{ last: string | null }[]>`
    select max(file_sequence) as last from file_exchange.transfers
    where environment_id = ${transfer.environmentId} and exchange_id = ${transfer.exchangeId}
      and state = 'applied' and not dry_run and file_sequence <= ${until}`;
  return row?.last ?? null;
}

/** The held transfer of a name in an exchange, which nobody else changes until the transaction ends. */
export async function lockHeldOfName(
  sql: Tx,
  environmentId: string,
  exchangeId: string,
  fileName: string,
): Promise<Transfer | undefined> {
  const [row] = await sql<Transfer[]>`
    select ${columns(sql)} from file_exchange.transfers
    where environment_id = ${environmentId} and exchange_id = ${exchangeId} and file_name = ${fileName}
      and state = 'held' and not dry_run order by id desc limit 1 for update`;
  return row;
}

/** Which of these findings the last applied file of a mode had as well, each as `key column code`. */
export async function findingsOfLastApplied(
  sql: Tx,
  transfer: Transfer,
  mode: string,
  codes: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ mark: string }[]>`
    select concat_ws(' ', f.key, f.field, f.code) as mark from file_exchange.findings f
    where f.environment_id = ${transfer.environmentId} and f.code = any (${[...codes]}) and f.transfer_id = (
      select t.id from file_exchange.transfers t
      where t.environment_id = ${transfer.environmentId} and t.exchange_id = ${transfer.exchangeId}
        and t.mode = ${mode} and t.state = 'applied' and not t.dry_run
      order by t.finished_at desc, t.id desc limit 1)`;
  return new Set(rows.map((row) => row.mark));
}

/** Transfers that wait for the worker, whosever they are, oldest first. */
export async function pendingTransfers(
  db: Database,
  limit: number,
): Promise<{ id: string; customerId: string; environmentId: string; dryRun: boolean }[]> {
  return db`
    select id, customer_id as "customerId", environment_id as "environmentId", dry_run as "dryRun"
    from file_exchange.pending_transfers(clock_timestamp(), ${limit})`;
}
