const minute = 60;
const hour = 60 * minute;
/** Waits after the first, second … failed attempt, in seconds; then twelve hours each time. */
const waits = [5, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour];
const lastWait = 12 * hour;
const giveUpAfterSeconds = 6 * 24 * hour;
const jitter = 0.2;
const longestRetryAfter = 6 * hour;

/**
 * When to try again after `attempts` failed ones, ±20 %; undefined six days after the first one. A Retry-After in seconds that the
 * endpoint sent is honoured between one second and six hours. `random` gives a number from 0 to 1.
 */
export function nextAttempt(
  attempts: number,
  firstAttemptAt: Temporal.Instant,
  now: Temporal.Instant,
  options: { retryAfter?: string | null; random?: () => number } = {},
): Temporal.Instant | undefined {
  const spread = 1 + jitter * (2 * (options.random ?? Math.random)() - 1);
  const planned = (waits[attempts - 1] ?? lastWait) * spread;
  const seconds = retryAfterSeconds(options.retryAfter, now) ?? planned;
  const next = now.add({ milliseconds: Math.round(seconds * 1000) });
  const last = firstAttemptAt.add({ seconds: giveUpAfterSeconds });
  return Temporal.Instant.compare(next, last) > 0 ? undefined : next;
}

/** Retry-After as RFC 9110 has it: seconds, or a date (read by the machine's time, which is the sender's). */
function retryAfterSeconds(text: string | null | undefined, now: Temporal.Instant): number | undefined {
  if (text === null || text === undefined) return undefined;
  const date = Date.parse(text);
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Number.isNaN(date)
      ? undefined
      : (date - now.epochMilliseconds) / 1000;
  return seconds === undefined ? undefined : Math.min(Math.max(seconds, 1), longestRetryAfter);
}
