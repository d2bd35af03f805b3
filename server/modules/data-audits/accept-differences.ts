import type { z } from 'zod';
import type { acceptDifferencesBody } from '#contract/data-audits.ts';
import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { acceptOpen } from './audit-store.ts';
import { closeWhenNothingIsOpen, lockAudit } from './close-audit.ts';
import type { InEnvironment } from './make-extract.ts';
import { problems } from './problems.ts';

/**
 * Accepts differences with a reason; the audit closes when none is open any more. Returns how many were accepted. Fails with
 * audit-compared-again when the file was compared again since the person looked.
 */
export async function acceptDifferences(
  work: Work,
  of: InEnvironment,
  auditId: string,
  input: z.output<typeof acceptDifferencesBody>,
): Promise<number> {
  const audit = await lockAudit(work, of, auditId);
  if (audit.state === 'comparing') throw problems['audit-busy']();
  if (audit.runs !== input.run) throw problems['audit-compared-again']();
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
