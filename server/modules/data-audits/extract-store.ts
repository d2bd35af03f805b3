import type { ExtractView } from '#contract/data-audits.ts';
import type { Database, Tx } from '#platform/database.ts';
import { refuseMissing } from '#platform/missing-reference.ts';
import type { Row } from '#platform/row.ts';
import type { Failure } from './attempt.ts';

/** A snapshot of employees as a file, with what proves that it arrived whole. */
export interface Extract
  extends Row<
    'data_audits.extracts',
    | 'id'
    | 'customer_id'
    | 'environment_id'
    | 'integration_id'
    | 'state'
    | 'file_name'
    | 'as_of'
    | 'restricted'
    | 'object_key'
    | 'size_bytes'
    | 'sha256'
    | 'created_at'
    | 'created_by'
  > {
  state: ExtractView['state'];
  restricted: ExtractView['restricted'];
  rows: Row<'data_audits.extracts', 'row_count'>['rowCount'];
  failure: Failure | null;
  counts: Record<string, number>;
  controlTotals: Record<string, string>;
}

/** One way in which an extract was given. */
export interface Placement
  extends Row<'data_audits.placements', 'id' | 'extract_id' | 'via' | 'placed_at' | 'delivered_at'> {
  via: 'link' | 'sftp';
}

export async function insertExtract(
  sql: Tx,
  extract: Pick<
    Extract,
    'id' | 'customerId' | 'environmentId' | 'integrationId' | 'fileName' | 'asOf' | 'restricted' | 'createdBy'
  > & { reason: string | null; now: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into data_audits.extracts (environment_id, customer_id, id, integration_id, file_name, as_of, restricted, reason,
      created_at, created_by)
    values (${extract.environmentId}, ${extract.customerId}, ${extract.id}, ${extract.integrationId},
      ${extract.fileName}, ${extract.asOf}, ${extract.restricted}, ${extract.reason}, ${extract.now.toString()},
      ${extract.createdBy})`.catch(
    refuseMissing('extracts_integration', '/integration', 'is no integration of this customer'),
  );
}

/** A page of the extracts of an environment, newest first; `id` gives one. */
export async function listExtracts(
  sql: Tx,
  environmentId: string,
  id?: string,
  page: { before?: string | undefined; limit: number } = { limit: 100 },
): Promise<Extract[]> {
  return sql<Extract[]>`
    select id, customer_id as "customerId", environment_id as "environmentId", integration_id as "integrationId", state, file_name as "fileName",
           as_of as "asOf", restricted, object_key as "objectKey", row_count as rows, size_bytes as "sizeBytes", sha256,
           failure, counts, control_totals as "controlTotals", created_at as "createdAt", created_by as "createdBy"
    from data_audits.extracts
    where environment_id = ${environmentId} ${id === undefined ? sql`` : sql`and id = ${id}`}
      and (${page.before ?? null}::uuid is null or id < ${page.before ?? null})
    order by id desc limit ${page.limit}`;
}

/** Counts one more try at writing an extract; undefined when it is not being made. */
export async function beginExtract(
  sql: Tx,
  environmentId: string,
  id: string,
): Promise<Row<'data_audits.extracts', 'attempts' | 'interruptions'> | undefined> {
  const [row] = await sql<Row<'data_audits.extracts', 'attempts' | 'interruptions'>[]>`
    update data_audits.extracts
    set attempts = attempts + 1, interruptions = interruptions + (started_at is not null)::int, started_at = now()
    where environment_id = ${environmentId} and id = ${id} and state = 'making' returning attempts, interruptions`;
  return row;
}

/** Notes that a try has ended without an extract, and that its process lives. */
export async function pauseExtract(sql: Tx, environmentId: string, id: string): Promise<void> {
  await sql`update data_audits.extracts set started_at = null where environment_id = ${environmentId} and id = ${id}`;
}

/** Notes that an extract could not be written, and why. */
export async function failExtract(
  sql: Tx,
  environmentId: string,
  id: string,
  failure: Failure,
): Promise<void> {
  await sql`
    update data_audits.extracts set state = 'failed', failure = ${sql.json({ ...failure })}
    where environment_id = ${environmentId} and id = ${id} and state = 'making'`;
}

/** Puts a failed extract back to be written; false when it has not failed. */
export async function restartExtract(sql: Tx, environmentId: string, id: string): Promise<boolean> {
  const rows = await sql`
    update data_audits.extracts set state = 'making', failure = null, attempts = 0, interruptions = 0, started_at = null
    where environment_id = ${environmentId} and id = ${id} and state = 'failed' returning id`;
  return rows.length === 1;
}

/** Finishes an extract; false when it was finished before, by a job that ran twice. */
export async function finishExtract(
  sql: Tx,
  environmentId: string,
  id: string,
  written: {
    objectKey: string;
    rows: number;
    sizeBytes: number;
    sha256: string;
    counts: Record<string, number>;
    controlTotals: Record<string, string>;
  },
): Promise<boolean> {
  const rows = await sql`
    update data_audits.extracts
    set state = 'ready', object_key = ${written.objectKey}, row_count = ${written.rows}, size_bytes = ${written.sizeBytes},
        sha256 = ${written.sha256}, counts = ${sql.json(written.counts)}, control_totals = ${sql.json(written.controlTotals)}
    where environment_id = ${environmentId} and id = ${id} and state = 'making' returning id`;
  return rows.length === 1;
}

export async function placementsOf(
  sql: Tx,
  environmentId: string,
  extractIds: string[],
): Promise<Placement[]> {
  return sql<Placement[]>`
    select id, extract_id as "extractId", via, placed_at as "placedAt", delivered_at as "deliveredAt"
    from data_audits.placements
    where environment_id = ${environmentId} and extract_id = any (${extractIds}) order by id`;
}

export async function insertPlacement(
  sql: Tx,
  placement: {
    id: string;
    customerId: string;
    environmentId: string;
    extractId: string;
    via: 'link' | 'sftp';
    path: string | null;
    /** The one-time link behind whose button it is downloaded. */
    linkId: string | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into data_audits.placements (environment_id, customer_id, id, extract_id, via, path, link_id, placed_at)
    values (${placement.environmentId}, ${placement.customerId}, ${placement.id}, ${placement.extractId}, ${placement.via},
      ${placement.path}, ${placement.linkId}, ${placement.now.toString()})`;
}

/** Gives a placement its download; the one before stops working. */
export async function setDownload(
  sql: Tx,
  environmentId: string,
  id: string,
  tokenHash: Buffer,
  until: Temporal.Instant,
): Promise<void> {
  await sql`
    update data_audits.placements set token_hash = ${tokenHash}, token_until = ${until.toString()}
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Whose download it is; undefined when there is none with that token. */
export async function placementByToken(
  db: Database,
  tokenHash: Buffer,
): Promise<Row<'data_audits.placements', 'customer_id' | 'environment_id' | 'id'> | undefined> {
  const [row] = await db<Row<'data_audits.placements', 'customer_id' | 'environment_id' | 'id'>[]>`
    select customer_id as "customerId", environment_id as "environmentId", id
    from data_audits.placement_by_token(${tokenHash})`;
  return row;
}

/** The extract of a placement, until when it can be downloaded, and behind which link. */
export async function getPlacement(
  sql: Tx,
  environmentId: string,
  id: string,
): Promise<Row<'data_audits.placements', 'extract_id' | 'token_until' | 'link_id'> | undefined> {
  const [row] = await sql<Row<'data_audits.placements', 'extract_id' | 'token_until' | 'link_id'>[]>`
    select extract_id as "extractId", token_until as "tokenUntil", link_id as "linkId" from data_audits.placements
    where environment_id = ${environmentId} and id = ${id}`;
  return row;
}

/** The placement of an extract over SFTP that was not collected yet. */
export async function openSftpPlacement(
  sql: Tx,
  environmentId: string,
  extractId: string,
): Promise<string | undefined> {
  const [row] = await sql<Row<'data_audits.placements', 'id'>[]>`
    select id from data_audits.placements
    where environment_id = ${environmentId} and extract_id = ${extractId} and via = 'sftp' and delivered_at is null
    order by id limit 1`;
  return row?.id;
}

/** Notes that an extract has arrived; false when it had before. */
export async function markDelivered(
  sql: Tx,
  environmentId: string,
  id: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update data_audits.placements set delivered_at = ${now.toString()}
    where environment_id = ${environmentId} and id = ${id} and delivered_at is null returning id`;
  return rows.length === 1;
}
