import type { Config } from '#platform/config.ts';
import type { Work } from '#platform/transact.ts';
import {
  addBusinessTime,
  type BusinessCalendar,
  type BusinessSpan,
  businessSecondsBetween,
  vendorCalendar,
} from './business-hours.ts';
import type { Dossier } from './dossier.ts';
import { applies } from './gates.ts';
import type { Integration } from './integration.ts';
import { playbookOf } from './playbook.ts';
import type { StateTimer } from './playbook-words.ts';

/** Kind of the timers that speak up when a state lasts too long. */
export const silenceTimer = 'integration-silence';
/** Kind of the timer that ends a hold. */
export const resumeTimer = 'integration-resume';

/** A timer as it runs: of which row, and for how long. */
interface RunningTimer extends StateTimer {
  row: string;
  after: BusinessSpan;
}

/** The timers that run while an integration is in its state, or would in another, with the times of the configuration. */
export function timersOf(
  integration: Integration,
  config: Config,
  state: string | undefined = integration.state,
): RunningTimer[] {
  return playbookOf(integration.playbook)
    .rows.filter((row) => applies(row.when, integration))
    .flatMap((row) =>
      row.timers
        .filter((timer) => timer.state === state)
        .flatMap((timer) => runningTimers(timer, row.id, config)),
    );
}

function runningTimers(timer: StateTimer, row: string, config: Config): RunningTimer[] {
  const configured = config.timers[timer.setting];
  if (typeof configured !== 'number')
    return configured.map((days, index) => ({
      ...timer,
      row,
      id: `${timer.id}-${index + 1}`,
      after: { days },
    }));
  const after = timer.setting.endsWith('Minutes') ? { minutes: configured } : { days: configured };
  return [{ ...timer, row, after }];
}

/** When a timer of the present state is due. What was spent on hold is added. */
export function dueAt(
  integration: Integration,
  timer: RunningTimer,
  calendar: BusinessCalendar,
): Temporal.Instant {
  const paused = pausedSeconds(integration, calendar);
  return addBusinessTime(Temporal.Instant.from(integration.since), timer.after, calendar, paused);
}

/** How many seconds of business time an integration was on hold in its present state, up to `now` when it still is. */
export function pausedSeconds(
  { pauses, hold }: Pick<Integration, 'pauses' | 'hold'>,
  calendar: BusinessCalendar,
  now?: Temporal.Instant,
): number {
  const open = hold === undefined || now === undefined ? [] : [{ from: hold.at, to: now.toString() }];
  return [...pauses, ...open].reduce(
    (sum, { from, to }) =>
      sum + businessSecondsBetween(Temporal.Instant.from(from), Temporal.Instant.from(to), calendar),
    0,
  );
}

/** How long an integration has been in its state, in business hours to a tenth; time on hold does not count. */
export function ageBusinessHours(integration: Integration, now: Temporal.Instant, config: Config): number {
  const calendar = vendorCalendar(config);
  const since = Temporal.Instant.from(integration.since);
  return hoursOf(businessSecondsBetween(since, now, calendar) - pausedSeconds(integration, calendar, now));
}

/** Seconds as hours to a tenth. */
export function hoursOf(seconds: number): number {
  return Math.round(Math.max(0, seconds) / 360) / 10;
}

/** Timers of a row in words: when, and what they do. */
export function sayTimers(timers: StateTimer[], config: Config): string {
  return timers
    .map(({ setting, does }) => {
      const configured = config.timers[setting];
      const times = typeof configured === 'number' ? String(configured) : configured.join(', ');
      return `${does} after ${times} business ${setting.endsWith('Minutes') ? 'minutes' : 'days'}`;
    })
    .join('; ');
}

/** Sets the timers of the state that was entered and takes away those of the one that was left. On hold none runs. */
export async function scheduleStateTimers(work: Work, dossier: Dossier): Promise<void> {
  const { id, integration } = dossier;
  const { config } = work.platform;
  const calendar = vendorCalendar(config);
  const running = integration.hold === undefined ? timersOf(integration, config) : [];
  for (const timer of running) {
    if (integration.escalated.includes(timer.id)) continue;
    await work.schedule({
      kind: silenceTimer,
      key: `${id}:${timer.id}`,
      dueAt: dueAt(integration, timer, calendar),
      payload: { integrationId: id, timer: timer.id, since: integration.since },
    });
  }
  for (const left of timersOf(integration, config, dossier.stateBefore))
    if (!running.some((one) => one.id === left.id)) await work.cancelTimer(silenceTimer, `${id}:${left.id}`);
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
