import { allEnvironments } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { deleteUnfinished } from './file-store.ts';
import { forgetObjectJob } from './forget-object.ts';
import { deleteOldFailures } from './sign-in-store.ts';

/** Removes uploads that nobody renamed within `files.unfinished_days`, with their bytes; returns how many. */
export async function expireUnfinished(platform: Platform): Promise<number> {
  const before = platform.clock.now().subtract({ hours: 24 * platform.config.files.unfinishedDays });
  let removed = 0;
  for (const { customerId, id: environmentId } of await allEnvironments(platform.db))
    await transact(platform, { customerId, environmentId }, systemActor('file-exchange'), async (work) => {
      const files = await deleteUnfinished(work.sql, environmentId, before);
      for (const { objectKey, isInUse } of files) if (!isInUse) work.enqueue(forgetObjectJob, { objectKey });
      removed += files.length;
    });
  return removed;
}

/** Removes what counts no more towards a ban of sign-ins, and bans that are over for a day. */
export async function forgetFailures(platform: Platform): Promise<void> {
  const now = platform.clock.now();
  const yesterday = now.subtract({ hours: 24 });
  await transact(platform, {}, systemActor('file-exchange'), (work) =>
    deleteOldFailures(work.sql, yesterday, now),
  );
}
