import type { Consumer } from '#platform/consume.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import { countDays, scheduleClose } from './count-day.ts';
import { countUsageIn, dayOf } from './count-usage.ts';
import { beginMetering } from './fair-use-store.ts';

/** Begins to count an environment's days with its first fact, and counts the rows of files that were applied. */
export function usageConsumer(platform: Platform): Consumer {
  return {
    name: 'fair-use.usage',
    kinds: ['environment'],
    handle: async (work, events, stream) => {
      const { customerId, environmentId } = stream;
      if (customerId === null || environmentId === null) return;
      const [first] = events;
      if (first === undefined) return;
      const since = dayOf(platform, first.recordedAt);
      if (await beginMetering(work.sql, customerId, environmentId, since))
        await scheduleClose(work, environmentId, since);
      await countRows(work, events, { customerId, environmentId });
    },
  };
}

/** The handler of the timer that closes an environment's days. */
export async function closeDays(work: Work, _payload: never, key: string): Promise<void> {
  await countDays(work, key);
}

async function countRows(
  work: Work,
  events: StoredEvent[],
  of: { customerId: string; environmentId: string },
): Promise<void> {
  const days = new Map<string, { quantity: number; at: Temporal.Instant }>();
  for (const { type, data, recordedAt } of events) {
    if (type !== 'transfer.applied') continue;
    const quantity = Number(data['accepted'] ?? data['rows'] ?? 0);
    if (!Number.isSafeInteger(quantity) || quantity <= 0) continue;
    const day = dayOf(work.platform, recordedAt);
    days.set(day, { quantity: quantity + (days.get(day)?.quantity ?? 0), at: recordedAt });
  }
  for (const { quantity, at } of days.values())
    await countUsageIn(work, { ...of, meter: 'rows', quantity }, at);
}
