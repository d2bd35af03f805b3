import type { Fact } from './facts.ts';
import type { Integration } from './integration.ts';

type InvitationFact = Extract<Fact, { kind: 'invited' | 'invitation_cancelled' | 'invitation_answered' }>;

/** The invitation as it stands: a change of its time asks everybody again, other changes keep the answers. */
export function foldInvitation(after: Integration, at: string, fact: InvitationFact): void {
  const before = after.invitation;
  switch (fact.kind) {
    case 'invited': {
      const { uid, sequence = 0, startsAt, minutes = 60, place = '', attendees } = fact;
      if (uid === undefined) return;
      const sameTime = before?.uid === uid && before.startsAt === startsAt && before.minutes === minutes;
      const answers = sameTime ? before.answers : {};
      const timeSince = sameTime ? before.timeSince : sequence;
      after.invitation = {
        uid,
        sequence,
        startsAt,
        minutes,
        place,
        attendees: structuredClone(attendees),
        answers,
        timeSince,
      };
      return;
    }
    case 'invitation_cancelled':
      if (before?.uid === fact.uid)
        after.invitation = { ...before, sequence: fact.sequence, cancelledAt: at };
      return;
    case 'invitation_answered': {
      const { status, comment, stamp, sequence } = fact;
      if (before?.uid === fact.uid)
        after.invitation = {
          ...before,
          answers: {
            ...before.answers,
            [fact.email]: { status, stamp, sequence, ...(comment === undefined ? {} : { comment }) },
          },
        };
    }
  }
}
