import { useEffect, useState } from 'react';

let vendorZone: string | undefined;
let businessDayHours = 8;

/** Dates and ages on every screen go by the vendor's zone and working day; the shell sets them once somebody is signed in. */
export function setVendorCalendar(vendor: { timeZone: string; businessDayHours: number }): void {
  vendorZone = vendor.timeZone;
  businessDayHours = vendor.businessDayHours;
}

const relative = new Intl.RelativeTimeFormat('en-NZ', { numeric: 'auto', style: 'long' });
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** An instant as people say it: "3 hours ago", "tomorrow". */
export function sayRelative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return seconds > 1 ? 'in a moment' : 'just now';
}

/** Business hours as people say them: in days from one working day of the vendor on. */
export function sayBusinessHours(hours: number): string {
  if (hours < 1) return 'less than an hour';
  if (hours < businessDayHours)
    return `${Math.round(hours)} business ${Math.round(hours) === 1 ? 'hour' : 'hours'}`;
  const days = Math.round(hours / businessDayHours);
  return `${days} business ${days === 1 ? 'day' : 'days'}`;
}

/** An instant in full, in the vendor's zone. */
export function sayExact(at: Date): string {
  return new Intl.DateTimeFormat('en-NZ', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZoneName: 'short',
    ...(vendorZone ? { timeZone: vendorZone } : {}),
  }).format(at);
}

const readersZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * An instant in the reader's own zone, which is named; with another zone also in that one. For pages that customers
 * read without being signed in.
 */
export function ZonedTime({ at, alsoIn }: { at: string; alsoIn?: string }) {
  const instant = new Date(at);
  const own = readersZone();
  return (
    <time dateTime={at}>
      {sayInZone(instant, own)}
      {alsoIn && alsoIn !== own ? (
        <span className="block text-small text-muted">{sayInZone(instant, alsoIn)}</span>
      ) : null}
    </time>
  );
}

function sayInZone(at: Date, timeZone: string): string {
  const moment = new Intl.DateTimeFormat('en-NZ', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone,
  }).format(at);
  return `${moment} (${timeZone.replaceAll('_', ' ')})`;
}

/** The day of an instant in the vendor's zone: "Tuesday 24 November 2026". */
export function sayDay(at: Date): string {
  return new Intl.DateTimeFormat('en-NZ', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...(vendorZone ? { timeZone: vendorZone } : {}),
  }).format(at);
}

/** The time of day of an instant in the vendor's zone, to the second. */
export function sayTime(at: Date): string {
  return new Intl.DateTimeFormat('en-NZ', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    ...(vendorZone ? { timeZone: vendorZone } : {}),
  }).format(at);
}

/** A calendar date (YYYY-MM-DD) as people write it; it has no zone. */
export function sayDate(date: string): string {
  const at = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat('en-NZ', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at);
}

/** A date that needs no clock. */
export function CalendarDate({ date }: { date: string | null | undefined }) {
  return date ? <time dateTime={date}>{sayDate(date)}</time> : <Nothing />;
}

/** Stands where there is no value. */
export function Nothing({ word = 'none' }: { word?: string }) {
  return (
    <span className="text-muted">
      <span aria-hidden>–</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}

/** How long ago, with the exact time on hover and for screen readers; keeps itself up to date. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <Nothing word="never" />;
  const instant = new Date(at);
  return (
    <time dateTime={at} title={sayExact(instant)} className="whitespace-nowrap">
      {sayRelative(instant, now)}
    </time>
  );
}
