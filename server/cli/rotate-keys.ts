import { systemActor } from '#platform/actor.ts';
import { openDatabase } from '#platform/database.ts';
import { claimStore } from '#platform/objects/claim-store.ts';
import { changeMasterKey, rotateDataKeys } from '#platform/objects/rotate-keys.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import { transact } from '#platform/transact.ts';
import { openFairlead } from '../wiring.ts';
import type { Arguments } from './arguments.ts';
import { otherProcesses } from './other-processes-store.ts';
import { assertFitDatabase } from './own-database.ts';
import { createProgress } from './progress.ts';
import { settingsFor } from './settings.ts';

/**
 * `fairlead rotate-keys`: with secrets.previous_master_key set, puts the new master key in its place, while nothing else
 * runs; then gives every environment a new data key and encrypts what is stored anew. Broken off, it goes on when run again.
 */
export async function rotateKeys(args: Arguments): Promise<void> {
  const { config } = await settingsFor(args, 'production');
  const url = config.database.url.reveal();
  await assertFitDatabase(url);
  const progress = createProgress();
  if (config.secrets.previousMasterKey.reveal() !== '')
    await progress.step(
      'master key',
      async () => {
        const db = openDatabase(url, { max: 1, application: 'fairlead-rotate', limits: config.database });
        try {
          const others = await otherProcesses(db);
          if (others.length > 0)
            throw new StartupFault(
              `Stop all of Fairlead while the master key is changed; still connected: ${others.join(', ')}. A process that knows the old one only would write what nobody can read afterwards.`,
            );
          return await changeMasterKey(db, config);
        } finally {
          await db.end({ timeout: 1 });
        }
      },
      (keys) => (keys === undefined ? 'changed before' : `changed, ${keys} data keys wrapped anew`),
    );
  const fairlead = await openFairlead(config, { roles: [], databaseUrl: url });
  try {
    await claimStore(fairlead.platform.db, fairlead.store.blobs);
    const done = await rotateDataKeys(fairlead.store, (encrypted) =>
      progress.line(`  ${encrypted} objects encrypted anew`),
    );
    await transact(fairlead.platform, {}, systemActor('rotate-keys'), async (work) =>
      work.audit({ action: 'keys.rotated', detail: { ...done } }),
    );
    progress.line(
      `${done.retiredKeys} data keys retired, ${done.encrypted} objects encrypted anew. Retired keys are destroyed after a day.`,
    );
    if (done.unreadable > 0)
      progress.line(
        `${done.unreadable} objects cannot be read from the store and keep their key; the log names them.`,
      );
  } finally {
    await fairlead.close();
  }
}
