import type { Config } from '#platform/config.ts';

/** When the vendor works: Monday to Friday but for holidays, between two times of its own zone. */
export interface BusinessCalendar {
  zone: string;
  opensAt: string;
  closesAt: string;
  /** Days off, as ISO dates. */
  holidays: ReadonlySet<string>;
}

/** A span of working time. A business day is the calendar's opening hours of one day. */
export type BusinessSpan = { minutes: number } | { hours: number } | { days: number };

/** The vendor's calendar from its configuration. */
export function vendorCalendar(config: Config): BusinessCalendar {
  return {
    zone: config.vendor.timeZone,
    opensAt: config.vendor.businessStart,
    closesAt: config.vendor.businessEnd,
    holidays: new Set(config.vendor.holidays),
  };
}

const secondsPerMinute = 60;
const longestDays = 4000;

/** The instant that lies a span of business time (and more seconds of it) after another; outside hours it counts from the next opening. */
export function addBusinessTime(
  from: Temporal.Instant,
  span: BusinessSpan,
  calendar: BusinessCalendar,
  moreSeconds = 0,
): Temporal.Instant {
  let left = spanSeconds(span, calendar) + moreSeconds;
  let day = from.toZonedDateTimeISO(calendar.zone).toPlainDate();
  for (let i = 0; i < longestDays; i++, day = day.add({ days: 1 })) {
    const hours = openingOf(day, calendar);
    if (hours === undefined) continue;
    const start = Temporal.Instant.compare(from, hours.opens) > 0 ? from : hours.opens;
    const available = secondsBetween(start, hours.closes);
    if (available <= 0) continue;
    if (left <= available) return start.add({ seconds: left });
    left -= available;
  }
  throw new RangeError('the business calendar never opens');
}

/** How many seconds of business time lie between two instants; 0 when the second is the earlier. */
export function businessSecondsBetween(
  from: Temporal.Instant,
  to: Temporal.Instant,
  calendar: BusinessCalendar,
): number {
  let seconds = 0;
  let day = from.toZonedDateTimeISO(calendar.zone).toPlainDate();
  const last = to.toZonedDateTimeISO(calendar.zone).toPlainDate();
  for (
    let i = 0;
    i < longestDays && Temporal.PlainDate.compare(day, last) <= 0;
    i++, day = day.add({ days: 1 })
  ) {
    const hours = openingOf(day, calendar);
    if (hours === undefined) continue;
    const start = Temporal.Instant.compare(from, hours.opens) > 0 ? from : hours.opens;
    const end = Temporal.Instant.compare(to, hours.closes) < 0 ? to : hours.closes;
    seconds += Math.max(0, secondsBetween(start, end));
  }
  return seconds;
}

function openingOf(day: Temporal.PlainDate, calendar: BusinessCalendar) {
  if (day.dayOfWeek > 5 || calendar.holidays.has(day.toString())) return undefined;
  const at = (time: string) =>
    day.toZonedDateTime({ timeZone: calendar.zone, plainTime: Temporal.PlainTime.from(time) }).toInstant();
  return { opens: at(calendar.opensAt), closes: at(calendar.closesAt) };
}

function spanSeconds(span: BusinessSpan, calendar: BusinessCalendar): number {
  if ('minutes' in span) return span.minutes * secondsPerMinute;
  if ('hours' in span) return span.hours * 60 * secondsPerMinute;
  const opens = Temporal.PlainTime.from(calendar.opensAt);
  return span.days * opens.until(Temporal.PlainTime.from(calendar.closesAt)).total('seconds');
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return Math.round((to.epochMilliseconds - from.epochMilliseconds) / 1000);
}
