import { getCustomer } from '#modules/customers/index.ts';
import type { Work } from '#platform/transact.ts';
import {
  changedDays,
  closeDay,
  nextOpenDay,
  pruneBatches,
  setNextOpenDay,
  totalsOf,
} from './fair-use-store.ts';
import { isWithin } from './policy.ts';
import { policyInForce } from './policy-in-force.ts';

/** Kind of the timer that closes an environment's days; its key is the environment's id. */
export const closeDaysTimer = 'fair-use.close-days';

/** Counts that are on their way at midnight get this long to arrive. */
const graceMinutes = 5;
const daysAtOnce = 40;

/** Makes the timer fire once a day has ended in the vendor's time zone. */
export async function scheduleClose(work: Work, environmentId: string, day: string): Promise<void> {
  const zone = work.platform.config.vendor.timeZone;
  const dueAt = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone).toInstant();
  await work.schedule({
    kind: closeDaysTimer,
    key: environmentId,
    dueAt: dueAt.add({ minutes: graceMinutes }),
  });
}

/** Closes every day that has ended, oldest first, and says what was used on it; closes days again that grew since. */
export async function countDays(work: Work, environmentId: string): Promise<void> {
  const zone = work.platform.config.vendor.timeZone;
  const first = await nextOpenDay(work.sql, environmentId);
  if (first === undefined) return;
  for (const day of await changedDays(work.sql, environmentId))
    await countDay(work, environmentId, day, true);
  const ended = work.now.subtract({ minutes: graceMinutes }).toZonedDateTimeISO(zone).toPlainDate();
  let day = Temporal.PlainDate.from(first);
  for (let n = 0; n < daysAtOnce && Temporal.PlainDate.compare(day, ended) < 0; n++) {
    await countDay(work, environmentId, day.toString(), false);
    day = day.add({ days: 1 });
  }
  await setNextOpenDay(work.sql, environmentId, day.toString());
  await pruneBatches(work.sql);
  await scheduleClose(work, environmentId, day.toString());
}

async function countDay(work: Work, environmentId: string, day: string, corrected: boolean): Promise<void> {
  const customerId = work.scope.customerId ?? '';
  const policy = await policyInForce(work.platform, work.sql);
  const customer = await getCustomer(work.sql, customerId);
  const totals = await totalsOf(work.sql, environmentId, day);
  const within = isWithin(policy, customer?.headCount ?? null, totals);
  await closeDay(work.sql, { customerId, environmentId, day, within, now: work.now });
  work.emit(environmentId, {
    type: 'fair_use.day_counted',
    subject: { day },
    data: {
      day,
      ...totals.day,
      within: within ?? true,
      observed: within === null,
      ...(policy === undefined ? {} : { policyVersion: policy.version }),
      ...(corrected ? { corrected } : {}),
    },
  });
}
