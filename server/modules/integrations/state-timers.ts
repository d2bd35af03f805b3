import type { Work } from '#platform/transact.ts';
import { addBusinessTime, vendorCalendar } from './business-hours.ts';
import type { Dossier } from './dossier.ts';
import { applies } from './gates.ts';
import type { Integration } from './integration.ts';
import { playbookOf } from './playbook.ts';
import type { StateTimer } from './playbook-words.ts';

/** Kind of the timers that speak up when a state lasts too long. */
export const silenceTimer = 'integration-silence';
/** Kind of the timer that ends a hold. */
export const resumeTimer = 'integration-resume';

/** The timers that run while an integration is in its state. */
export function timersOf(integration: Integration): StateTimer[] {
  return playbookOf(integration.playbook)
    .rows.filter((row) => applies(row.when, integration))
    .flatMap((row) => row.timers)
    .filter((timer) => timer.state === integration.state);
}

/** When a timer of the present state is due. */
export function dueAt(
  integration: Integration,
  timer: StateTimer,
  calendar: ReturnType<typeof vendorCalendar>,
): Temporal.Instant {
  return addBusinessTime(Temporal.Instant.from(integration.since), timer.after, calendar);
}

/** Sets the timers of the state that was entered and takes away those of the one that was left. On hold none runs. */
export async function scheduleStateTimers(work: Work, dossier: Dossier): Promise<void> {
  const { id, integration } = dossier;
  const calendar = vendorCalendar(work.platform.config);
  const running = integration.hold === undefined ? timersOf(integration) : [];
  for (const row of playbookOf(integration.playbook).rows) {
    for (const timer of row.timers) {
      const key = `${id}:${timer.id}`;
      if (running.some((one) => one.id === timer.id) && !integration.escalated.includes(timer.id))
        await work.schedule({
          kind: silenceTimer,
          key,
          dueAt: dueAt(integration, timer, calendar),
          payload: { integrationId: id, timer: timer.id, since: integration.since },
        });
      else if (timer.state === dossier.stateBefore) await work.cancelTimer(silenceTimer, key);
    }
  }
  if (integration.hold === undefined) await work.cancelTimer(resumeTimer, id);
  else
    await work.schedule({
      kind: resumeTimer,
      key: id,
      dueAt: Temporal.PlainDate.from(integration.hold.resumeOn)
        .toZonedDateTime({ timeZone: calendar.zone, plainTime: Temporal.PlainTime.from(calendar.opensAt) })
        .toInstant(),
      payload: { integrationId: id },
    });
}
