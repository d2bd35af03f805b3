const minute = 60;
const hour = 60 * minute;
/** Waits after the first, second … failed attempt, in seconds; then twelve hours each time. */
const waits = [5, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour];
const lastWait = 12 * hour;
const giveUpAfterSeconds = 6 * 24 * hour;
const jitter = 0.2;
const longestRetryAfter = 6 * hour;

/**
 * When to try again after `attempts` failed ones: the planned wait ±20 %, or what the endpoint asks for by Retry-After
 * where that is later, at most six hours. Undefined six days after the first attempt; Retry-After never ends the attempts
 * sooner. `random` gives a number from 0 to 1.
 */
export function nextAttempt(
  attempts: number,
  firstAttemptAt: Temporal.Instant,
  now: Temporal.Instant,
  options: { retryAfter?: string | null; random?: () => number; machineNowMs?: number } = {},
): Temporal.Instant | undefined {
  const spread = 1 + jitter * (2 * (options.random ?? Math.random)() - 1);
  const planned = (waits[attempts - 1] ?? lastWait) * spread;
  const left = now.until(firstAttemptAt.add({ seconds: giveUpAfterSeconds })).total('seconds');
  if (planned > left) return undefined;
  const wished = retryAfterSeconds(options.retryAfter ?? '', options.machineNowMs ?? Date.now());
  const seconds = Math.max(planned, Math.min(wished, longestRetryAfter, left));
  return now.add({ milliseconds: Math.round(seconds * 1000) });
}

const httpDates = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/**
 * Retry-After in seconds: a whole number, or a date of HTTP (RFC 9110, 5.6.7), which is read by the machine's time. Zero
 * for anything else.
 */
function retryAfterSeconds(text: string, machineNowMs: number): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  if (!httpDates.some((date) => date.test(text))) return 0;
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - machineNowMs) / 1000);
}
