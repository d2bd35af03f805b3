/** The time that business rules go by. Outside production its offset can be moved. */
export interface Clock {
  now(): Temporal.Instant;
  today(zone: string): Temporal.PlainDate;
  /** Moves the clock so that it now reads `instant`; in this process only. */
  set(instant: Temporal.Instant): void;
}

/** Whether a zone has this name. An offset such as +12:00 is none: it knows no daylight saving. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** A clock that runs with the machine's, shifted by an offset in milliseconds. */
export function createClock(offsetMs = 0): Clock {
  let offset = offsetMs;
  const now = () => Temporal.Instant.fromEpochMilliseconds(Date.now() + offset);
  return {
    now,
    today: (zone) => now().toZonedDateTimeISO(zone).toPlainDate(),
    set: (instant) => {
      offset = instant.epochMilliseconds - Date.now();
    },
  };
}
