import { systemActor } from '#platform/actor.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { insertInbox, type StoredMail } from './mail-store.ts';

/** Name of the job that puts a mail through the rules. */
export const processMailJob = 'process-mail';

/** Notes a mail whose bytes are safely stored and queues its reading. The door answers 250 only after this resolves. */
export async function receiveMail(
  platform: Platform,
  mail: Omit<StoredMail, 'id' | 'receivedAt' | 'state'>,
): Promise<string> {
  const id = uuidv7();
  await transact(platform, {}, systemActor('smtp'), async (work) => {
    await insertInbox(work.sql, { ...mail, id, receivedAt: work.now });
    work.enqueue(processMailJob, { inboxId: id }, { key: `${processMailJob}:${id}` });
  });
  return id;
}
