import type { AuditTrack } from '#contract/data-audits.ts';
import { showId, showIdOrNull, uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { insertDeclaration } from './audit-store.ts';
import type { InEnvironment } from './make-extract.ts';

/** Takes a customer's word that its data audit is done, in its own name; worth as much as one done here. */
export async function declareAudit(
  work: Work,
  of: InEnvironment,
  input: { track: AuditTrack; statement: string; integration?: string | undefined },
): Promise<string> {
  const id = uuidv7();
  const by = work.actor.kind === 'person' ? work.actor.name : 'Fairlead';
  await insertDeclaration(work.sql, {
    ...of,
    id,
    track: input.track,
    integrationId: input.integration ?? null,
    statement: input.statement,
    by,
    now: work.now,
  });
  const auditId = showId('aud', id);
  work.emit(of.environmentId, {
    type: 'data_audit.declared',
    subject: { auditId },
    data: { auditId, track: input.track, integrationId: showIdOrNull('int', input.integration ?? null) },
  });
  work.audit({ action: 'data-audit.declare', subject: auditId, detail: { track: input.track } });
  return id;
}
