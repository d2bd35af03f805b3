import type { Work } from '#platform/transact.ts';
import { findInbox, forgetBytes, lockHeld } from './mail-store.ts';

/** Name of the job that removes the bytes of a mail which no row names any more. */
export const forgetMailJob = 'desk.forget-mail';
/** Kind of the timer that removes the bytes of a discarded mail. */
export const discardedTimer = 'mail-discarded';

/** Sets the day on which the bytes of a mail that is discarded now are removed. */
export async function willForget(work: Work, heldId: string): Promise<void> {
  const { discardedDays } = work.platform.config.desk;
  await work.schedule({
    kind: discardedTimer,
    key: heldId,
    dueAt: work.now.add({ hours: 24 * discardedDays }),
  });
}

/** Whether a held mail was discarded and is still there whole; then it is kept from now on. */
export async function takeBack(
  work: Work,
  heldId: string,
  held: { inboxId: string; decision: string | null },
): Promise<boolean> {
  const stored = held.decision === 'discard' ? await findInbox(work.sql, held.inboxId) : undefined;
  if (stored === undefined || stored.objectKey === null) return false;
  await work.cancelTimer(discardedTimer, heldId);
  return true;
}

/** Removes the bytes of a discarded mail. That it came, from where, its hash and who discarded it stay. */
export async function forgetDiscarded(work: Work, _payload: null, heldId: string): Promise<void> {
  const held = await lockHeld(work.sql, heldId);
  const stored = held?.decision === 'discard' ? await findInbox(work.sql, held.inboxId) : undefined;
  if (stored === undefined || stored.objectKey === null) return;
  await forgetBytes(work.sql, stored.id);
  // After the commit: bytes that are gone while a row still names them would be a loss.
  work.enqueue(forgetMailJob, { objectKey: stored.objectKey });
  work.audit({ action: 'held-mail.forgotten', subject: heldId });
}
