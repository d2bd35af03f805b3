import type { AuditView, DifferenceView, ExtractView } from '#contract/data-audits.ts';
import type { Tx } from '#platform/database.ts';
import { showId, showIdOrNull } from '#platform/ids.ts';
import { countByCause, type DataAudit, listAudits, type StoredDifference } from './audit-store.ts';
import { type Extract, listExtracts, type Placement, placementsOf } from './extract-store.ts';

/** A page of the extracts of an environment as people see them; the total of salaries only `withPay`. */
export async function viewExtracts(
  sql: Tx,
  environmentId: string,
  {
    withPay,
    id,
    page,
  }: { withPay: boolean; id?: string; page?: { before?: string | undefined; limit: number } },
): Promise<ExtractView[]> {
  const extracts = await listExtracts(sql, environmentId, id, page);
  const placements = await placementsOf(
    sql,
    environmentId,
    extracts.map((one) => one.id),
  );
  return extracts.map((one) => showExtract(one, placements, withPay));
}

function showExtract(extract: Extract, placements: Placement[], withPay: boolean): ExtractView {
  const {
    id,
    customerId: _customer,
    integrationId,
    environmentId: _environment,
    objectKey: _key,
    createdAt,
    controlTotals: { salaryAnnual, ...totals },
    ...rest
  } = extract;
  return {
    ...rest,
    integrationId: showIdOrNull('int', integrationId),
    controlTotals: withPay && salaryAnnual !== undefined ? { ...totals, salaryAnnual } : totals,
    id: showId('ext', id),
    createdAt: createdAt.toString(),
    deliveries: placements
      .filter((one) => one.extractId === id)
      .map((one) => ({
        via: one.via,
        placedAt: one.placedAt.toString(),
        deliveredAt: one.deliveredAt?.toString() ?? null,
      })),
  };
}

/** A page of the audits of an environment as people see them, or one of them with its causes. */
export async function viewAudits(
  sql: Tx,
  environmentId: string,
  { id, ...page }: { id?: string; before?: string | undefined; limit?: number },
): Promise<AuditView[]> {
  const audits = await listAudits(sql, environmentId, id === undefined ? page : { id });
  const views: AuditView[] = [];
  for (const audit of audits) {
    const causes = id === undefined ? [] : await countByCause(sql, environmentId, audit.id);
    views.push({
      ...showAudit(audit),
      byCause: causes.map((one) => ({ ...one, field: one.field || null })),
    });
  }
  return views;
}

function showAudit(audit: DataAudit): Omit<AuditView, 'byCause'> {
  const { rowsOurs, rowsTheirs, rowsMatched } = audit;
  return {
    id: showId('aud', audit.id),
    integrationId: showIdOrNull('int', audit.integrationId),
    track: audit.track,
    state: audit.state,
    fileName: audit.fileName,
    sizeBytes: audit.sizeBytes,
    sha256: audit.sha256,
    refusal: audit.refusal,
    failure: audit.failure,
    rows:
      rowsOurs === null || rowsTheirs === null || rowsMatched === null
        ? null
        : { ours: rowsOurs, theirs: rowsTheirs, matched: rowsMatched },
    fieldsCompared: audit.fieldsCompared,
    columnsIgnored: audit.columnsIgnored,
    agreeingPercent:
      audit.cellsCompared === 0 ? null : ((audit.cellsEqual / audit.cellsCompared) * 100).toFixed(2),
    open: audit.open,
    accepted: audit.accepted,
    corrected: audit.corrected,
    runs: audit.runs,
    createdAt: audit.createdAt.toString(),
    comparedAt: audit.comparedAt?.toString() ?? null,
    closedAt: audit.closedAt?.toString() ?? null,
  };
}

export function showDifference(difference: StoredDifference): DifferenceView {
  const { id, field, decidedAt, total: _total, ...rest } = difference;
  return { ...rest, id: showId('dif', id), field: field || null, decidedAt: decidedAt?.toString() ?? null };
}
