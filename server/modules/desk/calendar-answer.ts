/** What a calendar program answers to an invitation (RFC 5546, 3.2.3 and 3.2.7), for each attendee that it names. */
export interface CalendarAnswer {
  uid: string;
  sequence: number;
  /** When the program made it; null when it does not say. */
  stamp: string | null;
  comment: string;
  attendees: { address: string; status: AnswerStatus }[];
}

export type AnswerStatus = 'accepted' | 'declined' | 'tentative' | 'other-time';

interface Property {
  name: string;
  parameters: Map<string, string>;
  value: string;
}

const statuses: Record<string, AnswerStatus> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
};
const longestText = 100_000;
const longestComment = 500;
const mostAttendees = 50;

/** Reads iCalendar text (RFC 5545); undefined when it is no answer to an invitation, or too long for one. */
export function readCalendarAnswer(text: string): CalendarAnswer | undefined {
  if (text.length > longestText) return undefined;
  const properties = propertiesOf(text);
  const method = textOf(properties, 'METHOD').toUpperCase();
  const uid = textOf(properties, 'UID');
  if ((method !== 'REPLY' && method !== 'COUNTER') || uid === '') return undefined;
  const attendees = properties.flatMap(({ name, parameters, value }) => {
    const address = name === 'ATTENDEE' ? addressIn(value) : undefined;
    const answered = statuses[parameters.get('PARTSTAT')?.toUpperCase() ?? ''];
    const status = method === 'COUNTER' ? 'other-time' : answered;
    return address === undefined || status === undefined ? [] : [{ address, status }];
  });
  const sequence = Number(textOf(properties, 'SEQUENCE') || '0');
  return {
    uid,
    sequence: Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : 0,
    stamp: instantIn(textOf(properties, 'DTSTAMP')),
    comment: unescaped(textOf(properties, 'COMMENT')).trim().slice(0, longestComment).toWellFormed(),
    attendees: attendees.slice(0, mostAttendees),
  };
}

/** The properties of the calendar and of its first event; alarms and further events say nothing about the answer. */
function propertiesOf(text: string): Property[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n');
  const properties: Property[] = [];
  const open: string[] = [];
  for (const line of lines) {
    const property = propertyIn(line);
    if (property === undefined) continue;
    const value = property.value.trim().toUpperCase();
    if (property.name === 'BEGIN') open.push(value);
    else if (property.name === 'END') {
      open.pop();
      if (value === 'VEVENT') break;
    } else if (open.length === 1 || (open.length === 2 && open[1] === 'VEVENT')) properties.push(property);
  }
  return properties;
}

/** `NAME;PARAMETER="value, with signs":value`; what stands in quotes ends neither a parameter nor the name. */
function propertyIn(line: string): Property | undefined {
  const parts: string[] = [];
  let begin = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at];
    if (sign === '"') quoted = !quoted;
    if (quoted || (sign !== ';' && sign !== ':')) continue;
    parts.push(line.slice(begin, at));
    begin = at + 1;
    if (sign === ':') break;
  }
  const [name = '', ...parameters] = parts;
  if (name === '' || line[begin - 1] !== ':') return undefined;
  return {
    name: name.trim().toUpperCase(),
    parameters: new Map(
      parameters.map((one) => {
        const at = one.indexOf('=');
        return [
          one.slice(0, at).trim().toUpperCase(),
          one
            .slice(at + 1)
            .replaceAll('"', '')
            .trim(),
        ];
      }),
    ),
    value: line.slice(begin),
  };
}

function textOf(properties: Property[], name: string): string {
  return properties.find((one) => one.name === name)?.value.trim() ?? '';
}

function addressIn(value: string): string | undefined {
  const found = /^mailto:(.+)$/i.exec(value.trim())?.[1];
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found).trim().toLowerCase();
  } catch {
    return undefined;
  }
}

/** Of the form 20261201T093000Z. */
function instantIn(value: string): string | null {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(value);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  try {
    return Temporal.Instant.from(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`).toString();
  } catch {
    return null;
  }
}

function unescaped(text: string): string {
  const plain = text.replace(/\\([nN\\;,])/g, (_, sign: string) =>
    sign.toLowerCase() === 'n' ? '\n' : sign,
  );
  return plain.replace(/[^\P{Cc}\n]/gu, ' ');
}
