import { systemActor } from '#platform/actor.ts';
import { parseId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { customersByKeys, type StoredMail } from './mail-store.ts';
import { isProved, type VerifiedBy } from './ticket.ts';

/**
 * Tells the integration behind an invitation what an attendee answered: only when the mail was proved to be from the very
 * address that answers. The mail itself goes where other mail of programs goes, so that nothing of it is out of sight.
 */
export async function noteCalendarAnswer(
  platform: Platform,
  stored: StoredMail,
  mail: Pick<IncomingMail, 'from' | 'calendarAnswer'>,
  verifiedBy: VerifiedBy,
): Promise<void> {
  const answer = mail.calendarAnswer;
  if (answer === null || !isProved(verifiedBy)) return;
  const said = answer.attendees.find((one) => one.address === mail.from.address);
  const integrationId = parseId('int', answer.uid.slice(0, 'int_'.length + 26));
  if (said === undefined || integrationId === undefined) return;
  const [owner] = await read(platform, {}, (sql) =>
    customersByKeys(sql, { addresses: [], printed: [], tickets: [], ids: [integrationId] }),
  );
  if (owner === undefined) return;
  const { customerId } = owner;
  await transact(platform, { customerId }, systemActor('job:process-mail'), async (work) => {
    work.emit(customerId, {
      type: 'invitation.answered',
      subject: { integrationId },
      data: {
        integrationId,
        uid: answer.uid,
        sequence: answer.sequence,
        attendee: said.address,
        status: said.status,
        comment: answer.comment,
        stamp: answer.stamp ?? stored.receivedAt.toString(),
        inboxId: stored.id,
      },
      source: { channel: 'mail' },
    });
  });
}
