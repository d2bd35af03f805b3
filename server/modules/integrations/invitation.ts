import type { Attendee, InvitationAnswer } from './facts.ts';

/** A meeting to be put into calendars, changed in them, or taken out of them. */
export interface Invitation {
  method: 'REQUEST' | 'CANCEL';
  uid: string;
  /** Rises with each change; programs follow the highest one they have seen. */
  sequence: number;
  summary: string;
  description: string;
  place: string;
  startsAt: Temporal.Instant;
  minutes: number;
  madeAt: Temporal.Instant;
  /** Answers go to the address; `sentBy` is the person who invites. */
  organiser: { name: string; email: string; sentBy: string };
  attendees: (Attendee & { answer?: InvitationAnswer['status'] | undefined })[];
}

const partStats: Record<InvitationAnswer['status'], string> = {
  accepted: 'ACCEPTED',
  declined: 'DECLINED',
  tentative: 'TENTATIVE',
  'other-time': 'TENTATIVE',
};

/** An invitation as iCalendar text (RFC 5545, RFC 5546): CRLF, lines folded at 75 octets, times in UTC. */
export function invitationText(invitation: Invitation): string {
  const { method, organiser, startsAt } = invitation;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Fairlead//Implementation process//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${invitation.uid}`,
    `SEQUENCE:${invitation.sequence}`,
    `STATUS:${method === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED'}`,
    `DTSTAMP:${stamp(invitation.madeAt)}`,
    `DTSTART:${stamp(startsAt)}`,
    `DTEND:${stamp(startsAt.add({ minutes: invitation.minutes }))}`,
    `SUMMARY:${escaped(invitation.summary)}`,
    `DESCRIPTION:${escaped(invitation.description)}`,
    ...(invitation.place === '' ? [] : [`LOCATION:${escaped(invitation.place)}`]),
    `ORGANIZER;CN=${quoted(organiser.name)};SENT-BY="${mailto(organiser.sentBy)}":${mailto(organiser.email)}`,
    ...invitation.attendees.map(attendeeLine),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

function attendeeLine({ name, email, answer }: Invitation['attendees'][number]): string {
  const status = answer === undefined ? 'NEEDS-ACTION' : partStats[answer];
  return `ATTENDEE;CN=${quoted(name)};ROLE=REQ-PARTICIPANT;PARTSTAT=${status};RSVP=TRUE:${mailto(email)}`;
}

function stamp(at: Temporal.Instant): string {
  return `${at.round('second').toString().replaceAll('-', '').replaceAll(':', '')}`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r\n?|\n/g, '\\n');
}

function quoted(name: string): string {
  return `"${name.replace(/["\p{Cc}]/gu, ' ')}"`;
}

/** An address as a URI (RFC 6068). */
function mailto(address: string): string {
  return `mailto:${encodeURI(address).replace(/[?#&;,"]/g, (sign) => encodeURIComponent(sign))}`;
}

/** A continuation line begins with one space; characters of several octets are never cut. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > (lines.length === 0 ? 75 : 74)) {
      lines.push(current);
      current = '';
      octets = 0;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n ');
}
