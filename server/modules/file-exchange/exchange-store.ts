import type { z } from 'zod';
import type { acceptancePolicy, Delimiter } from '#contract/file-exchange.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** What files an exchange takes and how they are judged. */
export type Acceptance = z.infer<typeof acceptancePolicy>;

/** What holds for an exchange from before a figure was introduced. */
const earlier: Omit<Acceptance, 'maxErrorPercent' | 'maxHeadcountDropPercent'> = {
  maxEndPercent: 10,
  maxNewPercent: 30,
  maxBankChangePercent: 20,
  maxIdentityChangePercent: 10,
  maxPayChangedPercent: 10,
  maxPayChangePercent: 20,
  maxPayFactor: 3,
  unknownColumns: 'warn',
  wholeFile: 'any',
};

export interface Exchange
  extends Row<
    'file_exchange.exchanges',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'code'
    | 'direction'
    | 'format'
    | 'version'
    | 'dialect'
    | 'naming'
    | 'naming_in_force'
    | 'acknowledgement'
    | 'schedule'
    | 'acceptance'
    | 'files_in_a_row'
    | 'order_mark'
    | 'probe_token'
    | 'probed_in_at'
    | 'probed_out_at'
    | 'proposed_by'
    | 'agreed_at'
    | 'agreed_by'
    | 'created_at'
  > {
  direction: 'in' | 'out';
  dialect: { delimiter: Delimiter };
  /** The terms as they stand, agreed or proposed. */
  naming: string;
  /** What arriving names are checked by: the naming that was agreed last; before that, the one proposed first. */
  namingInForce: string;
  acceptance: Acceptance;
  /** Which side named the terms last: the other one agrees to them. */
  proposedBy: 'vendor' | 'customer';
}

const columns = (sql: Tx) => sql`
  id, customer_id as "customerId", environment_id as "environmentId", code, direction, format, version, dialect,
  naming, naming_in_force as "namingInForce", acknowledgement, schedule,
  ${sql.json(earlier)} || acceptance as acceptance, files_in_a_row as "filesInARow", order_mark as "orderMark", probe_token as "probeToken",
  probed_in_at as "probedInAt", probed_out_at as "probedOutAt", proposed_by as "proposedBy",
  agreed_at as "agreedAt", agreed_by as "agreedBy",
  created_at as "createdAt"`;

/** All exchanges of an environment: as many as createExchange makes. */
export async function listExchanges(sql: Tx, environmentId: string): Promise<Exchange[]> {
  return sql<Exchange[]>`
    select ${columns(sql)} from file_exchange.exchanges
    where environment_id = ${environmentId} order by id`;
}

/** How many exchanges an environment has; until commit nobody else counts them. */
export async function countExchanges(sql: Tx, environmentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`exchanges:${environmentId}`}, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from file_exchange.exchanges where environment_id = ${environmentId}`;
  return row?.count ?? 0;
}

export async function getExchange(sql: Tx, environmentId: string, id: string): Promise<Exchange | undefined> {
  const [row] = await sql<Exchange[]>`
    select ${columns(sql)} from file_exchange.exchanges where environment_id = ${environmentId} and id = ${id}`;
  return row;
}

/** As getExchange, and nobody else changes it until commit. */
export async function lockExchange(
  sql: Tx,
  environmentId: string,
  id: string,
): Promise<Exchange | undefined> {
  const [row] = await sql<Exchange[]>`
    select ${columns(sql)} from file_exchange.exchanges
    where environment_id = ${environmentId} and id = ${id} for update`;
  return row;
}

export async function insertExchange(
  sql: Tx,
  exchange: Omit<
    Exchange,
    | 'id'
    | 'namingInForce'
    | 'orderMark'
    | 'probedInAt'
    | 'probedOutAt'
    | 'proposedBy'
    | 'agreedAt'
    | 'agreedBy'
  > & { createdBy: string },
): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    insert into file_exchange.exchanges
      (environment_id, customer_id, code, direction, format, version, dialect, naming, naming_in_force,
       acknowledgement, schedule, acceptance, files_in_a_row, probe_token, created_at, created_by)
    values (${exchange.environmentId}, ${exchange.customerId}, ${exchange.code}, ${exchange.direction},
            ${exchange.format}, ${exchange.version}, ${sql.json(exchange.dialect)}, ${exchange.naming}, ${exchange.naming},
            ${exchange.acknowledgement}, ${exchange.schedule}, ${sql.json({ ...exchange.acceptance })},
            ${exchange.filesInARow}, ${exchange.probeToken}, ${exchange.createdAt.toString()}, ${exchange.createdBy})
    on conflict (environment_id, code) do nothing returning id`;
  return row?.id;
}

/** Writes the terms of an exchange, who named them, and who agreed to them. */
export async function saveTerms(sql: Tx, exchange: Exchange): Promise<void> {
  await sql`
    update file_exchange.exchanges
    set naming = ${exchange.naming}, naming_in_force = ${exchange.namingInForce}, acknowledgement = ${exchange.acknowledgement}, schedule = ${exchange.schedule},
        proposed_by = ${exchange.proposedBy}, agreed_at = ${exchange.agreedAt?.toString() ?? null},
        agreed_by = ${exchange.agreedBy}
    where environment_id = ${exchange.environmentId} and id = ${exchange.id}`;
}

export async function markProbed(
  sql: Tx,
  exchange: Pick<Exchange, 'environmentId' | 'id'>,
  direction: 'in' | 'out',
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    update file_exchange.exchanges
    set probed_in_at = case when ${direction} = 'in' then ${at.toString()} else probed_in_at end,
        probed_out_at = case when ${direction} = 'out' then ${at.toString()} else probed_out_at end
    where environment_id = ${exchange.environmentId} and id = ${exchange.id}`;
}

/** Moves the time and number that later files of an exchange may not go behind. */
export async function saveOrderMark(
  sql: Tx,
  exchange: Pick<Exchange, 'environmentId' | 'id'>,
  mark: string,
): Promise<void> {
  await sql`
    update file_exchange.exchanges set order_mark = ${mark}
    where environment_id = ${exchange.environmentId} and id = ${exchange.id}`;
}

/** Of each exchange: when its last transfer came, and how many in a row were valid (dry runs, duplicates and files without rows aside). */
export async function transferStandings(
  sql: Tx,
  environmentId: string,
): Promise<{ exchangeId: string; lastTransferAt: Temporal.Instant; validInARow: number }[]> {
  return sql`
    select t.exchange_id as "exchangeId", max(t.received_at) as "lastTransferAt",
           count(*) filter (where t.state = 'applied' and t.row_count > 0 and t.id > coalesce((
             select max(r.id::text)::uuid from file_exchange.transfers r
             where r.environment_id = ${environmentId} and r.exchange_id = t.exchange_id
               and r.state = 'rejected' and not r.dry_run), '00000000-0000-0000-0000-000000000000'))::int as "validInARow"
    from file_exchange.transfers t
    where t.environment_id = ${environmentId}
    group by t.exchange_id`;
}

/** Notes that a format and version was read and accepted; true the first time. */
export async function insertFormatAcknowledgement(
  sql: Tx,
  row: {
    customerId: string;
    environmentId: string;
    format: string;
    version: string;
    by: string;
    at: Temporal.Instant;
  },
): Promise<boolean> {
  const rows = await sql`
    insert into file_exchange.acknowledged_formats
      (environment_id, customer_id, format, version, acknowledged_at, acknowledged_by)
    values (${row.environmentId}, ${row.customerId}, ${row.format}, ${row.version}, ${row.at.toString()}, ${row.by})
    on conflict do nothing returning format`;
  return rows.length === 1;
}

export async function formatAcknowledgements(
  sql: Tx,
  environmentId: string,
): Promise<{ format: string; version: string; at: Temporal.Instant; by: string }[]> {
  return sql`
    select format, version, acknowledged_at as at, acknowledged_by as by
    from file_exchange.acknowledged_formats where environment_id = ${environmentId} limit 100`;
}
