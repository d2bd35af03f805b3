import { systemActor } from '#platform/actor.ts';
import type { Loop } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { traced } from '#platform/telemetry.ts';
import { transact } from '#platform/transact.ts';
import { holdEnvironment } from './environment-lock-store.ts';
import { processTransfer } from './process-transfer.ts';
import { pendingTransfers, postponeTransfer } from './transfer-store.ts';

const pollMs = 200;
const batch = 50;

/** Processes what is pending now, oldest first, one at a time in an environment; returns how many were taken. */
export async function processPendingTransfers(platform: Platform): Promise<number> {
  const pending = await pendingTransfers(platform.db, batch);
  const busy = new Set<string>();
  let taken = 0;
  for (const transfer of pending) {
    if (busy.has(transfer.environmentId)) continue;
    const lock = await holdEnvironment(platform.db, transfer.environmentId);
    if (lock === undefined) {
      busy.add(transfer.environmentId);
      continue;
    }
    try {
      await traced('process transfer', { 'fairlead.transfer': transfer.id }, () =>
        processTransfer(platform, transfer),
      );
    } catch (error) {
      busy.add(transfer.environmentId);
      platform.log.error(
        { err: error, transfer: transfer.id },
        'a transfer could not be processed; it will be tried again',
      );
      await transact(platform, transfer, systemActor('file-exchange'), (work) =>
        postponeTransfer(work.sql, transfer),
      );
    } finally {
      await lock.release();
    }
    taken += 1;
  }
  return taken;
}

/** The loop that takes transfers as they come, until stopped. Several processes may run it. */
export function transferLoop(platform: Platform): Loop {
  return {
    name: 'file-exchange:transfers',
    start: () =>
      repeat(async () => (await processPendingTransfers(platform)) > 0, {
        everyMs: pollMs,
        onFault: (error) => platform.log.error({ err: error }, 'transfers could not be read'),
      }),
  };
}
