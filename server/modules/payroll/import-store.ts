import type { Writable } from 'node:stream';
import type { ReservedSql } from 'postgres';
import { type Actor, actorReference } from '#platform/actor.ts';
import type { Database, Tx } from '#platform/database.ts';
import { requiredWhenNew } from './emp-columns.ts';
import type { EmpImportCounts, EmpImportOptions, EmpMode } from './import-types.ts';
import type { RecordFault } from './record-faults.ts';
import { kiwiSaverRates } from './rules-data.ts';
import { stagedColumns } from './staged-columns.ts';

/** The connection that an import keeps to itself; its staging tables are the session's own. */
export type ImportSession = ReservedSql<{ instant: Temporal.Instant; date: string; int8: number }>;

/** Required columns by their staged names, for rows of employees that do not exist yet. */
const requiredStaged = [
  ...requiredWhenNew
    .filter((column) => column.name !== 'company_code' && column.name !== 'employee_number')
    .map(
      (column) => ({ cost_centre: 'cost_allocations', res_country: 'country' })[column.name] ?? column.staged,
    )
    .filter((staged) => stagedColumns.includes(staged)),
  'accounts',
  'tax_code',
];

/** Reserves a connection, registers the import (again, after a crash) and opens its staging tables; `limitMs` a statement. */
export async function openSession(
  db: Database,
  options: EmpImportOptions,
  limitMs: number,
  now: Temporal.Instant,
): Promise<ImportSession> {
  const sql = (await db.reserve()) as unknown as ImportSession;
  try {
    await sql`select payroll.open_staging(true), set_config('statement_timeout', ${String(limitMs)}, false)`;
    await sql`
      select payroll.register_import(${options.customerId}, ${options.environmentId}, ${options.importId},
        ${options.mode}, ${sql.json(options.source as never)}, ${now.toString()})`;
    return sql;
  } catch (error) {
    await closeSession(sql).catch(() => {});
    throw error;
  }
}

/** A COPY into the staging table; ending it makes the rows readable. A lost connection fails the next write or query. */
export async function copyStaged(sql: ImportSession): Promise<Writable> {
  const copy = await sql
    .unsafe(`copy pg_temp.payroll_staged (line, ${stagedColumns.join(', ')}) from stdin`)
    .writable();
  // Between two writes nobody else listens, and an error that nobody hears ends the process.
  copy.on('error', () => {});
  return copy;
}

/** Finds the staged rows that are refused; see payroll.refuse_staged. */
export async function refuseStaged(
  sql: ImportSession,
  environmentId: string,
  now: Temporal.Instant,
): Promise<void> {
  await inEnvironment(
    sql,
    environmentId,
    () => sql`
      select payroll.refuse_staged(${environmentId}, ${requiredStaged}, ${now.toString()}, ${sql.json(kiwiSaverRates.steps)})`,
  );
}

interface RefusedRow extends RecordFault {
  line: number;
  key: string;
}

/** The findings by line, warnings too, and how many lines are refused for them alone: their cells were right. */
export async function readRefused(
  sql: ImportSession,
  limit: number,
): Promise<{ rows: RefusedRow[]; lines: number }> {
  const rows = await sql<RefusedRow[]>`
    select line, code, field, key, other_line as "otherLine", holds_from, other from pg_temp.payroll_refused
    order by line, code, field limit ${limit}`;
  const [count] = await sql<{ lines: number }[]>`
    select count(distinct r.line)::int as lines from pg_temp.payroll_refused r
    where r.refuses and not exists (select from pg_temp.payroll_staged s where s.line = r.line and s.unreadable is not null)`;
  return { rows, lines: count?.lines ?? 0 };
}

/** Leaves the refused rows out of what will be applied, and those that were only to be judged. */
export async function dropRefused(sql: ImportSession): Promise<void> {
  await sql`delete from pg_temp.payroll_staged s
    where s.unreadable is not null or exists (select from pg_temp.payroll_refused r where r.refuses and r.line = s.line)`;
}

/** How the staged rows stand to the employments that are not ended: counts, and up to 1,000 keys that are missing. */
export async function countPopulation(
  sql: ImportSession,
  environmentId: string,
  mode: EmpMode,
): Promise<{ staged: number; present: number; missing: number; missingKeys: string[] }> {
  const [row] = await inEnvironment(
    sql,
    environmentId,
    () => sql<{ staged: number; present: number; missing: number; missingKeys: string[] }[]>`
    with present as (
      select e.company_code, e.employee_number from payroll.employments e
      where e.environment_id = ${environmentId}
        and e.company_code in (select distinct company_code from pg_temp.payroll_staged)
        and not exists (select from payroll.endings n where n.environment_id = ${environmentId}
          and n.employment_id = e.id and n.superseded_at is null and n.end_date is not null)
    ), missing as (
      select p.* from present p
      where ${mode} = 'FULL' and not exists (select from pg_temp.payroll_staged s
        where s.company_code = p.company_code and s.employee_number = p.employee_number)
    )
    select (select count(*) from pg_temp.payroll_staged) as staged, (select count(*) from present) as present,
      (select count(*) from missing) as missing,
      coalesce((select array_agg(company_code || '/' || employee_number) from (select * from missing
        order by company_code, employee_number limit 1000) m), '{}') as "missingKeys"`,
  );
  return row ?? { staged: 0, present: 0, missing: 0, missingKeys: [] };
}

/** Codes that the staged rows use and nobody registered yet, with the first line of each. */
export async function findNewCodes(
  sql: ImportSession,
  environmentId: string,
  limit: number,
): Promise<{ line: number; field: string; code: string; key: string }[]> {
  return inEnvironment(
    sql,
    environmentId,
    () => sql<{ line: number; field: string; code: string; key: string }[]>`
    with used as materialized (
      select min(line) as line, department_code, location_code, pay_group, cost_allocations,
        min(company_code || '/' || employee_number) as key
      from pg_temp.payroll_staged where touches & 2 <> 0
      group by department_code, location_code, pay_group, cost_allocations
    )
    select min(u.line) as line, u.field, u.code, min(u.key) as key
    from (
      select s.line, s.key, k.kind, k.field, k.code
      from used s
      cross join lateral (values ('department', 'department_code', s.department_code),
        ('location', 'location_code', s.location_code), ('pay-group', 'pay_group', s.pay_group),
        ('cost-centre', 'cost_centre', s.cost_allocations::jsonb->0->>'costCentre')) k(kind, field, code)
      where k.code <> '') u
    where not exists (select from payroll.codes c
      where c.environment_id = ${environmentId} and c.kind = u.kind and c.code = u.code)
    group by u.kind, u.field, u.code order by 1 limit ${limit}`,
  );
}

/** What a chunk did, and the rows it left out because they would break a rule. */
type ChunkCounts = EmpImportCounts & { broken?: (RecordFault & { line: number })[] };

/** Applies one chunk in a transaction of its own; the database skips it when it was applied before. */
export async function applyChunk(
  sql: ImportSession,
  options: EmpImportOptions,
  chunk: { number: number; from: number; to: number },
  now: Temporal.Instant,
): Promise<ChunkCounts> {
  const [row] = await sql<{ counts: ChunkCounts }[]>`
    select payroll.apply_import_chunk(${options.customerId}, ${options.environmentId}, ${options.importId},
      ${chunk.number}, ${chunk.from}, ${chunk.to}, ${sql.json(reference(options.actor))},
      ${sql.json(options.source as never)}, ${now.toString()}, ${sql.json(kiwiSaverRates.steps)}) as counts`;
  if (row === undefined) throw new Error('apply_import_chunk returned no row');
  return row.counts;
}

/** The business keys of staged lines. */
export async function keysOf(sql: ImportSession, lines: number[]): Promise<Map<number, string>> {
  const rows = await sql<{ line: number; key: string }[]>`
    select line, company_code || '/' || employee_number as key from pg_temp.payroll_staged where line = any (${lines})`;
  return new Map(rows.map((row) => [row.line, row.key]));
}

/** Notes that an import is done, with what it did. */
export async function finishImport(
  sql: ImportSession,
  options: EmpImportOptions,
  counts: EmpImportCounts,
  now: Temporal.Instant,
): Promise<void> {
  await inEnvironment(
    sql,
    options.environmentId,
    () => sql`
    update payroll.imports set finished_at = coalesce(finished_at, ${now.toString()}), counts = ${sql.json(counts as never)}
    where environment_id = ${options.environmentId} and id = ${options.importId}`,
  );
}

/** What shows beside other employees at a staged line. */
export interface StagedCrossFinding {
  line: number;
  key: string;
  code: string;
  other: string | null;
}

/** What shows when the staged rows, applied, are compared with all others; by line. */
export async function readCrossFindings(
  sql: ImportSession,
  environmentId: string,
  now: Temporal.Instant,
  limit: number,
): Promise<StagedCrossFinding[]> {
  const last = await lastStagedLine(sql);
  return inEnvironment(
    sql,
    environmentId,
    () => sql<StagedCrossFinding[]>`
    select line, key, code, other from payroll.staged_cross_findings(${environmentId}, 0, ${last}, ${now.toString()}, ${limit})`,
  );
}

/** The same of one chunk that nobody applies; by line. */
export async function previewCrossFindings(
  sql: ImportSession,
  options: EmpImportOptions,
  chunk: { from: number; to: number },
  now: Temporal.Instant,
  limit: number,
): Promise<StagedCrossFinding[]> {
  const [row] = await sql<{ found: StagedCrossFinding[] }[]>`
    select payroll.preview_import_chunk(${options.customerId}, ${options.environmentId}, ${chunk.from}, ${chunk.to},
      ${sql.json(reference(options.actor))}, ${sql.json(options.source as never)}, ${now.toString()},
      ${sql.json(kiwiSaverRates.steps)}, ${limit}) as found`;
  return row?.found ?? [];
}

/** What an import has done up to now, chunk by chunk; undefined when it applied nothing. */
export async function importedSoFar(
  sql: Tx,
  environmentId: string,
  importId: string,
): Promise<EmpImportCounts | undefined> {
  const [row] = await sql<{ counts: EmpImportCounts | null }[]>`
    select jsonb_object_agg(t.key, t.total) as counts from (
      select k.key, sum((i.counts->>k.key)::int)::int as total
      from payroll.import_chunks i
      cross join unnest(${['created', 'updated', 'unchanged', 'ended', 'held', 'events']}::text[]) as k(key)
      where i.environment_id = ${environmentId} and i.import_id = ${importId} group by k.key) t`;
  return row?.counts ?? undefined;
}

/** Refreshes the planner's statistics of the payroll tables. */
export async function analyzeTables(sql: ImportSession): Promise<void> {
  await sql`select payroll.analyze_tables()`;
}

/** The last line that is staged; 0 when there is none. */
export async function lastStagedLine(sql: ImportSession): Promise<number> {
  const [row] = await sql<{ line: number | null }[]>`select max(line) as line from pg_temp.payroll_staged`;
  return row?.line ?? 0;
}

/** Drops the staging tables and gives the connection back. */
export async function closeSession(sql: ImportSession): Promise<void> {
  try {
    await sql.unsafe(`reset statement_timeout; drop table if exists pg_temp.payroll_staged, pg_temp.payroll_work,
      pg_temp.payroll_facts, pg_temp.payroll_refused`);
  } finally {
    sql.release();
  }
}

const reference = (actor: Actor) => actorReference(actor) as never;

/** Runs queries in a transaction that sees one environment. */
export async function inEnvironment<T>(
  sql: ImportSession,
  environmentId: string,
  query: () => Promise<T>,
): Promise<T> {
  await sql`begin`;
  try {
    await sql`select set_config('app.environment', ${environmentId}, true)`;
    const result = await query();
    await sql`commit`;
    return result;
  } catch (error) {
    await sql`rollback`.catch(() => {});
    throw error;
  }
}
