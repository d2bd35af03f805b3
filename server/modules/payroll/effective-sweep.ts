import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { employerZone } from './effective-day.ts';
import { type DueChange, takeDueChanges } from './effective-store.ts';
import { classOf } from './sensitivity.ts';

/** The kind of timer that announces what becomes effective; its key is environment:day:zone. */
export const effectiveTimer = 'payroll.effective';
const batch = 2000;

const announcements: Record<string, string> = {
  employee: 'employee.update_effective',
  employment: 'employment.update_effective',
  tax_details: 'tax_details.effective',
  kiwisaver: 'kiwisaver.effective',
  bank_account: 'bank_account.effective',
  pay_rate: 'pay_rate.effective',
  start: 'employment.started',
  end: 'employment.terminated',
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
  work.emit(environmentId, {
    type: announcements[change.kind] ?? 'employment.effective_change',
    subject: {
      employeeId: showId('emp', change.employmentId),
      personId: showId('pp', change.personId),
      companyCode: change.companyCode,
      employeeNumber: change.employeeNumber,
    },
    data: {
      effectiveFrom: change.effectiveFrom,
      version: change.version,
      change: {
        kind: 'effective',
        fields: change.fields,
        classes: [...new Set(change.fields.map(classOf))].sort(),
        values: {},
        timing: 'today',
      },
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
  const zone = await employerZone(work, environmentId, companyCode);
  const dueAt = Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant();
  await work.schedule({ kind: effectiveTimer, key: `${environmentId}:${day}:${zone}`, dueAt });
}
