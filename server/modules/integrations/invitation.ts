import type { Attendee } from './facts.ts';

/** A meeting to be put into calendars. */
export interface Invitation {
  uid: string;
  summary: string;
  description: string;
  place: string;
  startsAt: Temporal.Instant;
  minutes: number;
  madeAt: Temporal.Instant;
  organiser: { name: string; email: string };
  attendees: Attendee[];
}

/** An invitation as iCalendar text (RFC 5545): CRLF, lines folded at 75 octets, times in UTC. */
export function invitationText(invitation: Invitation): string {
  const { organiser } = invitation;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Fairlead//Implementation process//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${invitation.uid}`,
    `DTSTAMP:${stamp(invitation.madeAt)}`,
    `DTSTART:${stamp(invitation.startsAt)}`,
    `DTEND:${stamp(invitation.startsAt.add({ minutes: invitation.minutes }))}`,
    `SUMMARY:${escaped(invitation.summary)}`,
    `DESCRIPTION:${escaped(invitation.description)}`,
    ...(invitation.place === '' ? [] : [`LOCATION:${escaped(invitation.place)}`]),
    `ORGANIZER;CN=${quoted(organiser.name)}:mailto:${organiser.email}`,
    ...invitation.attendees.map(
      (one) => `ATTENDEE;CN=${quoted(one.name)};ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:${one.email}`,
    ),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

function stamp(at: Temporal.Instant): string {
  return `${at.round('second').toString().replaceAll('-', '').replaceAll(':', '')}`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');
}

function quoted(name: string): string {
  return `"${name.replace(/["\r\n]/g, ' ')}"`;
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
