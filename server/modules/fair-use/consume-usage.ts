import type { Consumer } from '#platform/consume.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import { countDays, scheduleClose } from './count-day.ts';
import { countUsageIn } from './count-usage.ts';
import { beginMetering } from './fair-use-store.ts';

/** Begins to count an environment's days with its first fact, and counts the rows of files that were applied. */
export function usageConsumer(platform: Platform): Consumer {
  return {
    name: 'fair-use.usage',
    kinds: ['environment'],
    handle: async (work, events, stream) => {
      const { customerId, environmentId } = stream;
      if (customerId === null || environmentId === null) return;
      const today = platform.clock.today(platform.config.vendor.timeZone).toString();
      if (await beginMetering(work.sql, customerId, environmentId, today))
        await scheduleClose(work, environmentId, today);
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
  let rows = 0;
  for (const event of events) {
    if (event.type !== 'transfer.applied') continue;
    const quantity = Number(event.data['accepted'] ?? event.data['rows'] ?? 0);
    if (Number.isSafeInteger(quantity) && quantity > 0) rows += quantity;
  }
  if (rows > 0) await countUsageIn(work, { ...of, meter: 'rows', quantity: rows });
}
