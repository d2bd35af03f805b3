import { showId, showIdOrNull } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { closeAudit, type DataAudit, listAudits } from './audit-store.ts';
import type { InEnvironment } from './make-extract.ts';

/** The audit, which nobody else changes until the transaction ends; throws not-found. */
export async function lockAudit(work: Work, of: InEnvironment, auditId: string): Promise<DataAudit> {
  const [audit] = await listAudits(work.sql, of.environmentId, { id: auditId, lock: true });
  if (audit === undefined) throw notFound();
  return audit;
}

/** Closes an audit in which no difference is open any more, and says so in the log, once. */
export async function closeWhenNothingIsOpen(work: Work, of: InEnvironment, audit: DataAudit): Promise<void> {
  if (audit.open > 0 || !(await closeAudit(work.sql, of.environmentId, audit.id, work.now))) return;
  const auditId = showId('aud', audit.id);
  work.emit(of.environmentId, {
    type: 'data_audit.closed',
    subject: { auditId },
    data: {
      auditId,
      track: audit.track,
      accepted: audit.accepted,
      corrected: audit.corrected,
      open: 0,
      sha256: audit.sha256,
      integrationId: showIdOrNull('int', audit.integrationId),
    },
  });
}
