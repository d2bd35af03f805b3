import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { type DueChange, selectZone, takeDueChanges } from './effective-store.ts';

/** The kind of timer that announces what becomes effective; its key is environment:day:zone. */
export const effectiveTimer = 'payroll.effective';
const batch = 2000;

const announcements: Record<string, { type: string; classes: string[] }> = {
  employee: { type: 'employee.update_effective', classes: ['P1'] },
  employment: { type: 'employment.update_effective', classes: ['P1'] },
  tax_details: { type: 'tax_details.effective', classes: ['P3'] },
  kiwisaver: { type: 'kiwisaver.effective', classes: ['P3'] },
  bank_account: { type: 'bank_account.effective', classes: ['P4'] },
  pay_rate: { type: 'pay_rate.effective', classes: ['P3'] },
  start: { type: 'employment.started', classes: ['P1'] },
  end: { type: 'employment.terminated', classes: ['P1', 'P3'] },
};

/** Announces, once, everything in an environment whose day has come in its employer's zone. */
export async function announceEffective(work: Work, environmentId: string): Promise<number> {
  const due = await takeDueChanges(work.sql, environmentId, work.now, batch);
  for (const change of due) announce(work, environmentId, change);
  if (due.length === batch)
    await work.schedule({ kind: effectiveTimer, key: `${environmentId}:more`, dueAt: work.now });
  return due.length;
}

function announce(work: Work, environmentId: string, change: DueChange): void {
  const { type, classes } = announcements[change.kind] ?? {
    type: 'employment.effective_change',
    classes: [],
  };
  work.emit(environmentId, {
    type,
    subject: {
      employeeId: showId('emp', change.employmentId),
      personId: showId('pp', change.personId),
      companyCode: change.companyCode,
      employeeNumber: change.employeeNumber,
    },
    data: {
      effectiveFrom: change.effectiveFrom,
      version: change.version,
      change: { kind: 'effective', fields: [], classes, values: {}, timing: 'today' },
    },
    effectiveFrom: change.effectiveFrom,
    source: { channel: 'clock' },
  });
}

/** Sets the timer for the first moment of a day in an employer's zone. */
export async function scheduleEffective(
  work: Work,
  environmentId: string,
  companyCode: string,
  day: string,
): Promise<void> {
  const zone =
    (await selectZone(work.sql, environmentId, companyCode)) ?? work.platform.config.vendor.timeZone;
  const dueAt = Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant();
  await work.schedule({ kind: effectiveTimer, key: `${environmentId}:${day}:${zone}`, dueAt });
}
