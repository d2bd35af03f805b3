import { showId, uuidv7 } from '#platform/ids.ts';
import { type MailAttachment, mailbox, mailDomain } from '#platform/mail.ts';
import type { Work } from '#platform/transact.ts';
import type { Acts } from './act.ts';
import { type Dossier, record } from './dossier.ts';
import type { Attendee } from './facts.ts';
import type { Meeting } from './integration.ts';
import { type Invitation, invitationText } from './invitation.ts';
import type { Person } from './permits.ts';
import { problems } from './problems.ts';

/** The invitation to the meeting with the customer: sent, changed under the same id, or cancelled (RFC 5546, RFC 6047). */
export const invitationActs: Acts<'invite-to-meeting' | 'cancel-invitation'> = {
  'invite-to-meeting': async (work, dossier, { startsAt, minutes, attendees, place }, person) => {
    const before = standing(dossier);
    const starts = Temporal.Instant.from(startsAt);
    const invited = distinct(attendees);
    const meeting: Meeting = {
      uid: before?.uid ?? `${showId('int', dossier.id)}-${uuidv7()}@${mailDomain(work.platform.config)}`,
      sequence: (before?.sequence ?? -1) + 1,
      startsAt: starts.toString(),
      minutes,
      place,
      attendees: invited,
      answers: before?.startsAt === starts.toString() && before.minutes === minutes ? before.answers : {},
    };
    const gone = before?.attendees.filter((one) => !invited.some((other) => sameAddress(one, other))) ?? [];
    if (before !== undefined && gone.length > 0)
      await send(
        work,
        dossier,
        person,
        { ...meeting, attendees: gone },
        'CANCEL',
        'You are no longer invited to',
      );
    const isNew = before === undefined;
    const words = isNew ? 'invites you to' : 'has changed the invitation to';
    const mailId = await send(work, dossier, person, meeting, 'REQUEST', words);
    const { uid, sequence } = meeting;
    record(work, dossier, {
      kind: 'invited',
      startsAt: meeting.startsAt,
      attendees: invited,
      mailId,
      uid,
      sequence,
      minutes,
      place,
    });
  },

  'cancel-invitation': async (work, dossier, { reason }, person) => {
    if (standing(dossier) === undefined) throw problems['no-invitation']();
    await cancelInvitation(work, dossier, person, reason);
  },
};

/** Takes the meeting out of everybody's calendar, when an invitation stands and its time has not come. */
export async function cancelInvitation(
  work: Work,
  dossier: Dossier,
  person: Person,
  reason: string,
): Promise<void> {
  const before = standing(dossier);
  if (before === undefined || Temporal.Instant.compare(before.startsAt, work.now) <= 0) return;
  const meeting = { ...before, sequence: before.sequence + 1 };
  const mailId = await send(work, dossier, person, meeting, 'CANCEL', 'has cancelled', reason);
  record(work, dossier, {
    kind: 'invitation_cancelled',
    uid: meeting.uid,
    sequence: meeting.sequence,
    mailId,
    reason,
  });
}

function standing({ integration }: Dossier): Meeting | undefined {
  const { invitation } = integration;
  return invitation?.cancelledAt === undefined ? invitation : undefined;
}

async function send(
  work: Work,
  dossier: Dossier,
  person: Person,
  meeting: Meeting,
  method: Invitation['method'],
  words: string,
  reason = '',
): Promise<string> {
  const { config } = work.platform;
  const { vendor, desk } = config;
  const { integration } = dossier;
  const starts = Temporal.Instant.from(meeting.startsAt);
  const when = dayAndTime(starts, vendor.timeZone);
  const summary = `${integration.name}: meeting`;
  const about = `a meeting about "${integration.name}" on ${when}`;
  const place = meeting.place === '' ? '' : `, ${meeting.place}`;
  const who = words.startsWith('You') ? words : `${person.name} of ${vendor.name} ${words}`;
  const text = `Kia ora,\n\n${who} ${about}${place}.\n${reason === '' ? '' : `\n${reason}\n`}`;
  const invitation = invitationText({
    method,
    uid: meeting.uid,
    sequence: meeting.sequence,
    summary,
    description: text,
    place: meeting.place,
    startsAt: starts,
    minutes: meeting.minutes,
    madeAt: work.now,
    organiser: { name: person.name, email: desk.helpdeskAddress, sentBy: person.email },
    attendees: meeting.attendees.map((one) => ({
      ...one,
      answer: meeting.answers[one.email.toLowerCase()]?.status,
    })),
  });
  const file: MailAttachment = {
    name: 'invitation.ics',
    type: 'text/calendar',
    content: Buffer.from(invitation).toString('base64'),
    calendarMethod: method,
  };
  const cancelled = method === 'CANCEL' ? 'Cancelled: ' : '';
  return work.mail({
    // Answers go where they are read: some programs answer the organiser, others the sender.
    from: mailbox(person.name, desk.helpdeskAddress),
    replyTo: desk.helpdeskAddress,
    to: distinct([...meeting.attendees, person]).map((one) => one.email),
    subject: `${integration.number}: ${cancelled}${summary}, ${when}`,
    text,
    attachments: [file],
    automatic: true,
    customerId: dossier.customerId,
    integrationId: dossier.id,
    kind: method === 'CANCEL' ? 'meeting-cancelled' : 'meeting-invitation',
  });
}

function dayAndTime(at: Temporal.Instant, timeZone: string): string {
  return at.toZonedDateTimeISO(timeZone).toLocaleString('en-NZ', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

const sameAddress = (one: { email: string }, other: { email: string }) =>
  one.email.toLowerCase() === other.email.toLowerCase();

/** Each address once: the first time it stands there. */
function distinct<One extends Pick<Attendee, 'email'>>(people: One[]): One[] {
  return people.filter((one, index) => people.findIndex((other) => sameAddress(one, other)) === index);
}
