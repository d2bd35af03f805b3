import type { AuditTrack } from '#contract/data-audits.ts';
import { forgetObjectJob } from '#modules/file-exchange/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import type { StoredObject } from '#platform/objects.ts';
import type { Work } from '#platform/transact.ts';
import { insertAudit, restartAudit } from './audit-store.ts';
import { lockAudit } from './close-audit.ts';
import type { InEnvironment } from './make-extract.ts';
import { problems } from './problems.ts';

/** Name of the job that compares. */
export const compareJob = 'data-audits.compare';
/** Largest file that is taken for an audit. */
export const mostFileBytes = 25 * 1024 * 1024;

interface Upload {
  fileName: string;
  stored: StoredObject;
}

/** Opens an audit over a file that lies in the object store; a job compares it. Returns its id. */
export async function openAudit(
  work: Work,
  of: InEnvironment,
  input: Upload & { track: AuditTrack; integration?: string | undefined },
): Promise<string> {
  const id = uuidv7();
  const { stored, fileName, track } = input;
  await insertAudit(work.sql, {
    ...of,
    id,
    track,
    integrationId: input.integration ?? null,
    fileName,
    objectKey: stored.key,
    sizeBytes: stored.sizeBytes,
    sha256: stored.sha256,
    now: work.now,
  });
  enqueueComparison(work, of, id);
  work.audit({
    action: 'data-audit.open',
    subject: showId('aud', id),
    detail: { track, sha256: stored.sha256 },
  });
  return id;
}

/** Compares again: with another file, which takes the place of the one before for good, or the same one after payroll was corrected. */
export async function compareAgain(
  work: Work,
  of: InEnvironment,
  auditId: string,
  upload?: Upload,
): Promise<void> {
  const audit = await lockAudit(work, of, auditId);
  if (audit.state === 'comparing') throw problems['audit-busy']();
  await restartAudit(
    work.sql,
    of.environmentId,
    auditId,
    upload && {
      fileName: upload.fileName,
      objectKey: upload.stored.key,
      sizeBytes: upload.stored.sizeBytes,
      sha256: upload.stored.sha256,
    },
  );
  if (upload !== undefined) work.enqueue(forgetObjectJob, { objectKey: audit.objectKey });
  enqueueComparison(work, of, auditId);
  work.audit({ action: 'data-audit.compare-again', subject: showId('aud', auditId) });
}

function enqueueComparison(work: Work, of: InEnvironment, auditId: string): void {
  work.enqueue(compareJob, { ...of, auditId }, { key: `${compareJob}:${auditId}` });
}
