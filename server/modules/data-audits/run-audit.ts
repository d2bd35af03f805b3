import type { AuditTrack } from '#contract/data-audits.ts';
import { systemActor } from '#platform/actor.ts';
import { showId, showIdOrNull } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { snapshot, transact, type Work } from '#platform/transact.ts';
import { attempt } from './attempt.ts';
import {
  beginComparison,
  failAudit,
  finishAudit,
  mergeDifferences,
  pauseComparison,
  refuseAudit,
} from './audit-store.ts';
import { closeWhenNothingIsOpen, lockAudit } from './close-audit.ts';
import { compareEmployees } from './compare-employees.ts';
import type { InEnvironment } from './make-extract.ts';
import { compareJob, mostFileBytes } from './open-audit.ts';
import { readAuditFileApart } from './read-audit-file-apart.ts';

/** The job: reads the file, compares it with the records of now, and takes in what was found; running twice is harmless. */
export async function runAudit(platform: Platform, job: InEnvironment & { auditId: string }): Promise<void> {
  const of = { customerId: job.customerId, environmentId: job.environmentId };
  const within = <T>(fn: (work: Work) => Promise<T>) => transact(platform, of, systemActor(compareJob), fn);
  const begun = await within(({ sql }) => beginComparison(sql, of.environmentId, job.auditId));
  if (begun === undefined) return;
  const audit = { ...begun, id: job.auditId };
  await attempt(platform, {
    subject: showId('aud', audit.id),
    tries: audit,
    run: () => compareOnce(platform, of, audit),
    pause: () => within(({ sql }) => pauseComparison(sql, of.environmentId, audit.id)),
    giveUp: (failure) =>
      within(({ sql }) => failAudit(sql, { ...of, auditId: audit.id, objectKey: audit.objectKey }, failure)),
  });
}

async function compareOnce(
  platform: Platform,
  of: InEnvironment,
  audit: { id: string; objectKey: string; track: AuditTrack },
): Promise<void> {
  const file = await readAuditFileApart(await platform.objects.readBuffer(audit.objectKey, mostFileBytes));
  const compared =
    'code' in file
      ? undefined
      : await snapshot(platform, of, (sql) => compareEmployees(platform, sql, of.environmentId, file));
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
      data: {
        auditId,
        track: audit.track,
        open: after.open,
        matched: compared.matched,
        integrationId: showIdOrNull('int', after.integrationId),
      },
    });
    await closeWhenNothingIsOpen(work, of, after);
  });
}
