import type { AuditTrack, AuditView, DifferenceCause, DifferenceView } from '#contract/data-audits.ts';
import type { Tx } from '#platform/database.ts';
import { refuseMissing } from '#platform/missing-reference.ts';
import type { Row } from '#platform/row.ts';
import type { Failure } from './attempt.ts';
import type { Comparison, FoundDifference } from './compare-employees.ts';
import type { FileRefusal } from './read-audit-file.ts';

/** A comparison of the customer's own file with payroll, with how its differences stand. */
export interface DataAudit
  extends UploadedFile,
    Row<
      'data_audits.audits',
      | 'id'
      | 'integration_id'
      | 'track'
      | 'state'
      | 'rows_ours'
      | 'rows_theirs'
      | 'rows_matched'
      | 'fields_compared'
      | 'columns_ignored'
      | 'cells_compared'
      | 'cells_equal'
      | 'runs'
      | 'created_at'
      | 'compared_at'
      | 'closed_at'
    > {
  track: AuditTrack;
  state: AuditView['state'];
  refusal: FileRefusal | null;
  failure: Failure | null;
  open: number;
  accepted: number;
  corrected: number;
}

type UploadedFile = Row<'data_audits.audits', 'file_name' | 'object_key' | 'size_bytes' | 'sha256'>;

export async function insertAudit(
  sql: Tx,
  audit: UploadedFile & {
    id: string;
    customerId: string;
    environmentId: string;
    track: AuditTrack;
    integrationId: string | null;
    now: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into data_audits.audits (environment_id, customer_id, id, track, integration_id, file_name, object_key,
      size_bytes, sha256, created_at)
    values (${audit.environmentId}, ${audit.customerId}, ${audit.id}, ${audit.track}, ${audit.integrationId},
      ${audit.fileName}, ${audit.objectKey}, ${audit.sizeBytes}, ${audit.sha256}, ${audit.now.toString()})`.catch(
    refuseMissing('audits_integration', '/integration', 'is no integration of this customer'),
  );
}

/** A page of the audits of an environment, newest first; `id` gives one, `lock` holds it until commit. */
export async function listAudits(
  sql: Tx,
  environmentId: string,
  options: { id?: string; lock?: boolean; before?: string | undefined; limit?: number } = {},
): Promise<DataAudit[]> {
  return sql<DataAudit[]>`
    select a.id, a.integration_id as "integrationId", a.track, a.state, a.file_name as "fileName", a.object_key as "objectKey", a.size_bytes as "sizeBytes",
           a.sha256, a.refusal, a.failure, a.rows_ours as "rowsOurs", a.rows_theirs as "rowsTheirs", a.rows_matched as "rowsMatched",
           a.fields_compared as "fieldsCompared", a.columns_ignored as "columnsIgnored",
           a.cells_compared as "cellsCompared", a.cells_equal as "cellsEqual", a.runs, a.created_at as "createdAt",
           a.compared_at as "comparedAt", a.closed_at as "closedAt", d.open, d.accepted, d.corrected
    from data_audits.audits a
    cross join lateral (
      select count(*) filter (where d.state = 'open')::int as open,
             count(*) filter (where d.state = 'accepted')::int as accepted,
             count(*) filter (where d.state = 'corrected')::int as corrected
      from data_audits.differences d where d.environment_id = a.environment_id and d.audit_id = a.id) d
    where a.environment_id = ${environmentId} ${options.id === undefined ? sql`` : sql`and a.id = ${options.id}`}
      and (${options.before ?? null}::uuid is null or a.id < ${options.before ?? null})
    order by a.id desc limit ${options.limit ?? 100}
    ${options.lock === true ? sql`for update of a` : sql``}`;
}

/** Puts an audit back to be compared, with another file when there is one. */
export async function restartAudit(
  sql: Tx,
  environmentId: string,
  id: string,
  file: UploadedFile | undefined,
): Promise<void> {
  await sql`
    update data_audits.audits
    set state = 'comparing', refusal = null, failure = null, attempts = 0, interruptions = 0, started_at = null,
        closed_at = null
        ${file === undefined ? sql`` : sql`, file_name = ${file.fileName}, object_key = ${file.objectKey}, size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256}`}
    where environment_id = ${environmentId} and id = ${id}`;
}

type ComparisonTry = Row<'data_audits.audits', 'attempts' | 'interruptions' | 'object_key'> & {
  track: AuditTrack;
};

/** Counts one more try at a comparison; undefined when the audit is not to be compared. */
export async function beginComparison(
  sql: Tx,
  environmentId: string,
  id: string,
): Promise<ComparisonTry | undefined> {
  const [row] = await sql<ComparisonTry[]>`
    update data_audits.audits
    set attempts = attempts + 1, interruptions = interruptions + (started_at is not null)::int, started_at = now()
    where environment_id = ${environmentId} and id = ${id} and state = 'comparing'
    returning attempts, interruptions, object_key as "objectKey", track`;
  return row;
}

/** Notes that a try has ended without a result, and that its process lives. */
export async function pauseComparison(sql: Tx, environmentId: string, id: string): Promise<void> {
  await sql`update data_audits.audits set started_at = null where environment_id = ${environmentId} and id = ${id}`;
}

/** Notes that a file could not be compared, and why; nothing when it was replaced meanwhile. */
export async function failAudit(
  sql: Tx,
  of: { environmentId: string; auditId: string; objectKey: string },
  failure: Failure,
): Promise<void> {
  await sql`
    update data_audits.audits set state = 'failed', failure = ${sql.json({ ...failure })}
    where environment_id = ${of.environmentId} and id = ${of.auditId} and object_key = ${of.objectKey}
      and state = 'comparing'`;
}

export async function refuseAudit(
  sql: Tx,
  environmentId: string,
  id: string,
  refusal: FileRefusal,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update data_audits.audits
    set state = 'refused', refusal = ${sql.json({ ...refusal })}, compared_at = ${now.toString()}, runs = runs + 1
    where environment_id = ${environmentId} and id = ${id}`;
}

const chunk = 5_000;

/**
 * Takes in what a run found: new differences are open; one that was there stays as it was decided while both values
 * are the same; one that is gone is corrected.
 */
export async function mergeDifferences(
  sql: Tx,
  of: { customerId: string; environmentId: string; auditId: string; run: number; now: Temporal.Instant },
  found: FoundDifference[],
): Promise<void> {
  for (let at = 0; at < found.length; at += chunk) {
    await sql`
      insert into data_audits.differences as d (environment_id, customer_id, audit_id, company_code, employee_number, field,
        class, cause, ours, theirs, digest, run)
      select ${of.environmentId}, ${of.customerId}, ${of.auditId}, f."companyCode", f."employeeNumber", f.field, f.class,
             f.cause, f.ours, f.theirs, decode(f.digest, 'base64'), ${of.run}
      from jsonb_to_recordset(${sql.json(found.slice(at, at + chunk) as never)}) as f("companyCode" text,
        "employeeNumber" text, field text, class text, cause text, ours text, theirs text, digest text)
      on conflict (environment_id, audit_id, company_code, employee_number, field) do update
      set run = excluded.run, cause = excluded.cause, ours = excluded.ours, theirs = excluded.theirs,
          digest = excluded.digest,
          state = case when d.digest = excluded.digest and d.state = 'accepted' then 'accepted' else 'open' end,
          reason = case when d.digest = excluded.digest and d.state = 'accepted' then d.reason end,
          decided_by = case when d.digest = excluded.digest and d.state = 'accepted' then d.decided_by end,
          decided_at = case when d.digest = excluded.digest and d.state = 'accepted' then d.decided_at end`;
  }
  await sql`
    update data_audits.differences
    set state = 'corrected', reason = null, decided_by = 'Compared again', decided_at = ${of.now.toString()}
    where environment_id = ${of.environmentId} and audit_id = ${of.auditId} and run < ${of.run} and state <> 'corrected'`;
}

/** Notes the result of a run; the audit is closed when no difference is open. */
export async function finishAudit(
  sql: Tx,
  of: { environmentId: string; auditId: string; now: Temporal.Instant },
  compared: Comparison & { fields: string[]; ignored: string[] },
): Promise<void> {
  await sql`
    update data_audits.audits
    set rows_ours = ${compared.ours}, rows_theirs = ${compared.theirs}, rows_matched = ${compared.matched},
        fields_compared = ${compared.fields}, columns_ignored = ${compared.ignored}, cells_compared = ${compared.cells},
        cells_equal = ${compared.equal}, runs = runs + 1, compared_at = ${of.now.toString()}, state = 'open'
    where environment_id = ${of.environmentId} and id = ${of.auditId}`;
}

/** Closes an audit in which nothing is open; false when it is closed already or something is. */
export async function closeAudit(
  sql: Tx,
  environmentId: string,
  id: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update data_audits.audits a set state = 'closed', closed_at = ${now.toString()}
    where a.environment_id = ${environmentId} and a.id = ${id} and a.state = 'open'
      and not exists (select from data_audits.differences d
                      where d.environment_id = a.environment_id and d.audit_id = a.id and d.state = 'open')
    returning a.id`;
  return rows.length === 1;
}

/** Accepts open differences by id, or all of a cause and field; returns how many. */
export async function acceptOpen(
  sql: Tx,
  of: { environmentId: string; auditId: string },
  which: { ids?: string[] | undefined; cause?: DifferenceCause | undefined; field?: string | undefined },
  decision: { reason: string; by: string; now: Temporal.Instant },
): Promise<number> {
  const rows = await sql`
    update data_audits.differences
    set state = 'accepted', reason = ${decision.reason}, decided_by = ${decision.by}, decided_at = ${decision.now.toString()}
    where environment_id = ${of.environmentId} and audit_id = ${of.auditId} and state = 'open'
      ${which.ids === undefined ? sql`` : sql`and id = any (${which.ids})`}
      ${which.cause === undefined ? sql`` : sql`and cause = ${which.cause}`}
      ${which.field === undefined ? sql`` : sql`and field = ${which.field}`}
    returning id`;
  return rows.length;
}

/** A difference as it is kept. */
export interface StoredDifference
  extends Row<
    'data_audits.differences',
    | 'id'
    | 'company_code'
    | 'employee_number'
    | 'field'
    | 'class'
    | 'cause'
    | 'ours'
    | 'theirs'
    | 'state'
    | 'reason'
    | 'decided_by'
    | 'decided_at'
  > {
  class: DifferenceView['class'];
  cause: DifferenceCause;
  state: DifferenceView['state'];
  total: number;
}

export async function listDifferences(
  sql: Tx,
  of: { environmentId: string; auditId: string },
  filter: {
    state?: string | undefined;
    cause?: string | undefined;
    field?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<StoredDifference[]> {
  return sql<StoredDifference[]>`
    with wanted as (
      select d.* from data_audits.differences d
      where d.environment_id = ${of.environmentId} and d.audit_id = ${of.auditId}
        ${filter.state === undefined ? sql`` : sql`and d.state = ${filter.state}`}
        ${filter.cause === undefined ? sql`` : sql`and d.cause = ${filter.cause}`}
        ${filter.field === undefined ? sql`` : sql`and d.field = ${filter.field}`})
    select id, company_code as "companyCode", employee_number as "employeeNumber", field, class, cause, ours, theirs, state,
           reason, decided_by as "decidedBy", decided_at as "decidedAt", (select count(*)::int from wanted) as total
    from wanted
    where ${filter.after ?? null}::uuid is null or (company_code, employee_number, field) >
      (select p.company_code, p.employee_number, p.field from data_audits.differences p
       where p.environment_id = ${of.environmentId} and p.id = ${filter.after ?? null}::uuid)
    order by company_code, employee_number, field
    limit ${filter.limit}`;
}

/** Differences by cause and field, most open ones first (the first hundred). */
export async function countByCause(sql: Tx, environmentId: string, auditId: string) {
  return sql<
    (Row<'data_audits.differences', 'field'> & { cause: DifferenceCause; open: number; total: number })[]
  >`
    select cause, field, count(*) filter (where state = 'open')::int as open, count(*)::int as total
    from data_audits.differences where environment_id = ${environmentId} and audit_id = ${auditId}
    group by cause, field order by open desc, total desc, field limit 100`;
}
