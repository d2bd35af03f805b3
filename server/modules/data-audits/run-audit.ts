import type { z } from 'zod';
import type { AuditTrack, acceptDifferencesBody } from '#contract/data-audits.ts';
import { systemActor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import type { StoredObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import {
  acceptOpen,
  closeAudit,
  type DataAudit,
  finishAudit,
  insertAudit,
  insertDeclaration,
  listAudits,
  mergeDifferences,
  refuseAudit,
  restartAudit,
} from './audit-store.ts';
import { compareEmployees } from './compare-employees.ts';
import type { InEnvironment } from './make-extract.ts';
import { problems } from './problems.ts';
import { readAuditFile } from './read-audit-file.ts';

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
  input: Upload & { track: AuditTrack },
): Promise<string> {
  const id = uuidv7();
  const { stored, fileName, track } = input;
  await insertAudit(work.sql, {
    ...of,
    id,
    track,
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

/** Compares again: with another file, or the same one after payroll was corrected. */
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
  enqueueComparison(work, of, auditId);
  work.audit({ action: 'data-audit.compare-again', subject: showId('aud', auditId) });
}

function enqueueComparison(work: Work, of: InEnvironment, auditId: string): void {
  work.enqueue(compareJob, { ...of, auditId }, { key: `${compareJob}:${auditId}` });
}

async function lockAudit(work: Work, of: InEnvironment, auditId: string): Promise<DataAudit> {
  const [audit] = await listAudits(work.sql, of.environmentId, { id: auditId, lock: true });
  if (audit === undefined) throw notFound();
  return audit;
}

/** The job: reads the file, compares it with the records of now, and takes in what was found; running twice is harmless. */
export async function runAudit(platform: Platform, job: InEnvironment & { auditId: string }): Promise<void> {
  const of = { customerId: job.customerId, environmentId: job.environmentId };
  const [audit] = await read(platform, of, (sql) => listAudits(sql, of.environmentId, { id: job.auditId }));
  if (audit === undefined || audit.state !== 'comparing') return;
  const file = readAuditFile(await platform.objects.readBuffer(audit.objectKey, mostFileBytes));
  const compared = 'code' in file ? undefined : await compareEmployees(platform, of.environmentId, file);
  await transact(platform, of, systemActor(compareJob), async (work) => {
    const present = await lockAudit(work, of, audit.id);
    if (present.state !== 'comparing' || present.objectKey !== audit.objectKey) return;
    if ('code' in file) return refuseAudit(work.sql, of.environmentId, audit.id, file, work.now);
    if (compared === undefined)
      return refuseAudit(
        work.sql,
        of.environmentId,
        audit.id,
        {
          code: 'too-many-differences',
          message:
            'There are more than 20,000 differences: check that it is the right file, and its columns.',
        },
        work.now,
      );
    const run = present.runs + 1;
    await mergeDifferences(work.sql, { ...of, auditId: audit.id, run, now: work.now }, compared.differences);
    const ends = { environmentId: of.environmentId, auditId: audit.id, now: work.now };
    await finishAudit(work.sql, ends, { ...compared, fields: file.columns, ignored: file.ignored });
    const after = await lockAudit(work, of, audit.id);
    const auditId = showId('aud', audit.id);
    work.emit(of.environmentId, {
      type: 'data_audit.compared',
      subject: { auditId },
      data: { auditId, track: audit.track, open: after.open, matched: compared.matched },
    });
    await closeWhenNothingIsOpen(work, of, after);
  });
}

/** Accepts differences with a reason; the audit closes when none is open any more. Returns how many were accepted. */
export async function acceptDifferences(
  work: Work,
  of: InEnvironment,
  auditId: string,
  input: z.output<typeof acceptDifferencesBody>,
): Promise<number> {
  const audit = await lockAudit(work, of, auditId);
  if (audit.state === 'comparing') throw problems['audit-busy']();
  const accepted = await acceptOpen(
    work.sql,
    { environmentId: of.environmentId, auditId },
    { ids: input.differences, cause: input.cause, field: input.field },
    {
      reason: input.reason,
      by: work.actor.kind === 'person' ? work.actor.name : 'Fairlead',
      now: work.now,
    },
  );
  if (accepted === 0) throw problems['nothing-open']();
  work.audit({
    action: 'data-audit.accept',
    subject: showId('aud', auditId),
    detail: { accepted, cause: input.cause ?? null, field: input.field ?? null },
  });
  await closeWhenNothingIsOpen(work, of, await lockAudit(work, of, auditId));
  return accepted;
}

async function closeWhenNothingIsOpen(work: Work, of: InEnvironment, audit: DataAudit): Promise<void> {
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
    },
  });
}

/** Takes a customer's word that its data audit is done, in its own name; worth as much as one done here. */
export async function declareAudit(
  work: Work,
  of: InEnvironment,
  input: { track: AuditTrack; statement: string },
): Promise<string> {
  const id = uuidv7();
  const by = work.actor.kind === 'person' ? work.actor.name : 'Fairlead';
  await insertDeclaration(work.sql, { ...of, ...input, id, by, now: work.now });
  const auditId = showId('aud', id);
  work.emit(of.environmentId, {
    type: 'data_audit.declared',
    subject: { auditId },
    data: { auditId, track: input.track },
  });
  work.audit({ action: 'data-audit.declare', subject: auditId, detail: { track: input.track } });
  return id;
}
