import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

export type FileKind = 'partial' | 'data' | 'control' | 'probe' | 'answer' | 'placed';

/** A file as a customer sees it over the door. */
export interface HomeFile
  extends Row<
    'file_exchange.files',
    | 'id'
    | 'folder'
    | 'name'
    | 'kind'
    | 'object_key'
    | 'size_bytes'
    | 'sha256'
    | 'exchange_id'
    | 'transfer_id'
    | 'reference'
    | 'modified_at'
    | 'set_modified_at'
    | 'collected_at'
  > {
  kind: FileKind;
}

export interface NewFile {
  customerId: string;
  environmentId: string;
  folder: string;
  name: string;
  kind: FileKind;
  objectKey: string;
  sizeBytes: number;
  sha256: string;
  exchangeId?: string | null;
  transferId?: string | null;
  reference?: string | null;
  modifiedAt: Temporal.Instant;
  setModifiedAt?: Temporal.Instant | null;
}

/** The live file of a name in a folder. */
export async function findFile(
  sql: Tx,
  environmentId: string,
  folder: string,
  name: string,
): Promise<HomeFile | undefined> {
  const [row] = await sql<HomeFile[]>`
    select id, folder, name, kind, object_key as "objectKey", size_bytes as "sizeBytes", sha256,
           exchange_id as "exchangeId", transfer_id as "transferId", reference, modified_at as "modifiedAt",
           set_modified_at as "setModifiedAt", collected_at as "collectedAt"
    from file_exchange.files
    where environment_id = ${environmentId} and folder = ${folder} and name = ${name} and removed_at is null`;
  return row;
}

/** The folder that a transfer's own file lies in. */
export async function folderOf(sql: Tx, environmentId: string, transferId: string): Promise<string> {
  const [row] = await sql<{ folder: string }[]>`
    select folder from file_exchange.files
    where environment_id = ${environmentId} and transfer_id = ${transferId} and kind = 'data'
    order by removed_at nulls first limit 1`;
  return row?.folder ?? '/in';
}

/** One page of a folder, by name. */
export async function listFiles(
  sql: Tx,
  environmentId: string,
  folder: string,
  afterName: string,
  limit: number,
): Promise<HomeFile[]> {
  return sql<HomeFile[]>`
    select id, folder, name, kind, object_key as "objectKey", size_bytes as "sizeBytes", sha256,
           exchange_id as "exchangeId", transfer_id as "transferId", reference, modified_at as "modifiedAt",
           set_modified_at as "setModifiedAt", collected_at as "collectedAt"
    from file_exchange.files
    where environment_id = ${environmentId} and folder = ${folder} and name > ${afterName} and removed_at is null
    order by name limit ${limit}`;
}

/** The live answer of a transfer whose name ends so: its acknowledgement or its error file. */
export async function findAnswer(
  sql: Tx,
  environmentId: string,
  transferId: string,
  ending: string,
): Promise<HomeFile | undefined> {
  const [row] = await sql<HomeFile[]>`
    select id, folder, name, kind, object_key as "objectKey", size_bytes as "sizeBytes", sha256,
           exchange_id as "exchangeId", transfer_id as "transferId", reference, modified_at as "modifiedAt",
           set_modified_at as "setModifiedAt", collected_at as "collectedAt"
    from file_exchange.files
    where environment_id = ${environmentId} and transfer_id = ${transferId} and kind = 'answer'
      and right(name, ${ending.length}) = ${ending}
    order by modified_at desc, id desc limit 1`;
  return row;
}

/** Lets nobody else put a file under a name in a folder until the transaction ends. */
export async function lockName(
  sql: Tx,
  environmentId: string,
  at: { folder: string; name: string },
): Promise<void> {
  const place = ['file-exchange file', environmentId, at.folder, at.name].join(' ');
  await sql`select pg_advisory_xact_lock(hashtextextended(${place}, 0))`;
}

/** Gives a live file another name in its folder. */
export async function renameFile(sql: Tx, environmentId: string, id: string, name: string): Promise<void> {
  await sql`
    update file_exchange.files set name = ${name}
    where environment_id = ${environmentId} and id = ${id} and removed_at is null`;
}

/** Puts a file into a folder in place of any live one of that name, one placing after the other; returns its id. */
export async function placeFile(sql: Tx, file: NewFile): Promise<string> {
  await lockName(sql, file.environmentId, file);
  await sql`
    update file_exchange.files set removed_at = ${file.modifiedAt.toString()}
    where environment_id = ${file.environmentId} and folder = ${file.folder} and name = ${file.name}
      and removed_at is null`;
  const [row] = await sql<{ id: string }[]>`
    insert into file_exchange.files
      (environment_id, customer_id, folder, name, kind, object_key, size_bytes, sha256, exchange_id, transfer_id,
       reference, modified_at, set_modified_at)
    values (${file.environmentId}, ${file.customerId}, ${file.folder}, ${file.name}, ${file.kind}, ${file.objectKey},
            ${file.sizeBytes}, ${file.sha256}, ${file.exchangeId ?? null}, ${file.transferId ?? null},
            ${file.reference ?? null}, ${file.modifiedAt.toString()}, ${file.setModifiedAt?.toString() ?? null})
    returning id`;
  return row?.id ?? '';
}

/** Takes a file out of its folder; false when it was not there any more. */
export async function removeFile(
  sql: Tx,
  environmentId: string,
  id: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update file_exchange.files set removed_at = ${at.toString()}
    where environment_id = ${environmentId} and id = ${id} and removed_at is null returning id`;
  return rows.length === 1;
}

/** Gives a file the time that its customer wants to see at it. */
export async function setModifiedAt(
  sql: Tx,
  environmentId: string,
  id: string,
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    update file_exchange.files set set_modified_at = ${at.toString()}
    where environment_id = ${environmentId} and id = ${id}`;
}

/** Notes that a file was read whole; true the first time only. */
export async function markCollected(
  sql: Tx,
  environmentId: string,
  id: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update file_exchange.files set collected_at = ${at.toString()}
    where environment_id = ${environmentId} and id = ${id} and collected_at is null returning id`;
  return rows.length === 1;
}

/**
 * Forgets the uploads without a final name that nobody has touched since; at most 1,000. `isInUse`: the bytes live on
 * under the name they were renamed to.
 */
export async function deleteUnfinished(
  sql: Tx,
  environmentId: string,
  before: Temporal.Instant,
): Promise<{ objectKey: string; isInUse: boolean }[]> {
  return sql`
    delete from file_exchange.files f
    where f.environment_id = ${environmentId} and f.id in (
      select o.id from file_exchange.files o
      where o.environment_id = ${environmentId} and o.kind = 'partial'
        and coalesce(o.removed_at, o.modified_at) < ${before.toString()} limit 1000)
    returning f.object_key as "objectKey", exists (
      select from file_exchange.files u
      where u.environment_id = f.environment_id and u.object_key = f.object_key and u.id <> f.id) as "isInUse"`;
}

/**
 * Moves a transfer's own file out of /in into /archive, also one whose name a later upload has taken meanwhile: every file
 * that was received is there in the end.
 */
export async function archiveFile(
  sql: Tx,
  environmentId: string,
  transferId: string,
  archivedName: string,
): Promise<void> {
  await sql`
    update file_exchange.files set folder = '/archive', name = ${archivedName}, removed_at = null
    where environment_id = ${environmentId} and transfer_id = ${transferId} and kind = 'data' and folder <> '/archive'`;
}
