import { systemActor } from '#platform/actor.ts';
import type { Loop } from '#platform/module.ts';
import { isPassing } from '#platform/passing-fault.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { traced } from '#platform/telemetry.ts';
import { transact } from '#platform/transact.ts';
import { holdUnprocessed, processTransfer } from './process-transfer.ts';
import { openTransferLocks, type TransferLocks } from './transfer-lock-store.ts';
import { pendingTransfers, postponeTransfer } from './transfer-store.ts';

const pollMs = 200;
const candidates = 50;
/** Some ten minutes of trying, ever more seldom. */
const mostAttempts = 9;

/** Processes what is pending now, one after the other; returns how many were taken. */
export async function processPendingTransfers(platform: Platform): Promise<number> {
  const locks = openTransferLocks(platform.db);
  let taken = 0;
  try {
    while (await processNext(platform, locks)) taken += 1;
    return taken;
  } finally {
    locks.close();
  }
}

/**
 * Processes the oldest transfer that has its turn where nobody else works: files of an exchange go in order, and one at a
 * time in an environment, for their people may be the same. A dry run changes nothing and goes beside them. False when
 * there is none.
 */
async function processNext(platform: Platform, locks: TransferLocks): Promise<boolean> {
  for (const transfer of await pendingTransfers(platform.db, candidates)) {
    const lock = await locks.hold(`${transfer.environmentId}${transfer.dryRun ? ' dry run' : ''}`);
    if (lock === undefined) continue;
    try {
      await traced('process transfer', { 'fairlead.transfer': transfer.id }, () =>
        processTransfer(platform, transfer),
      );
    } catch (error) {
      platform.log.error(
        { err: error, transfer: transfer.id },
        'a transfer could not be processed; it will be tried again',
      );
      const attempts = await transact(platform, transfer, systemActor('file-exchange'), (work) =>
        postponeTransfer(work.sql, transfer),
      );
      if (attempts >= mostAttempts && !isPassing(error)) await holdUnprocessed(platform, transfer);
    } finally {
      await lock.release();
    }
    return true;
  }
  return false;
}

/**
 * Takes transfers as they come, until stopped, in `files.files_at_once` lanes, so that a large file keeps nobody waiting
 * but its own sender. Several processes may run it.
 */
export function transferLoop(platform: Platform): Loop {
  return {
    name: 'file-exchange:transfers',
    start: () => {
      const locks = openTransferLocks(platform.db);
      const lanes = Array.from({ length: platform.config.files.filesAtOnce }, () =>
        repeat(() => processNext(platform, locks), {
          everyMs: pollMs,
          onFault: (error) => platform.log.error({ err: error }, 'transfers could not be read'),
        }),
      );
      return {
        stop: async () => {
          await Promise.all(lanes.map((lane) => lane.stop()));
          locks.close();
        },
      };
    },
  };
}
