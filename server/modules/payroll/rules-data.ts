/** Tables of the rules that change by date. Each entry counts from its date; when each was last looked up is in `asAt`. */

/** Employee rates that may be elected, by date of effect. 3 % from April 2026 needs a temporary rate reduction. */
export const kiwiSaverRates = {
  asAt: '2026-11-01',
  source: 'Inland Revenue, KiwiSaver deduction rates',
  steps: [
    { from: '2007-07-01', elected: [3, 4, 6, 8, 10], employerLeast: 3 },
    { from: '2026-04-01', elected: [3.5, 4, 6, 8, 10], employerLeast: 3.5 },
  ],
};

/** Adult minimum wage an hour, in dollars. */
export const minimumWage = {
  asAt: '2026-04-01',
  source: 'Minimum Wage Orders',
  steps: [
    { from: '2023-04-01', hourly: 22.7 },
    { from: '2024-04-01', hourly: 23.15 },
    { from: '2025-04-01', hourly: 23.5 },
    { from: '2026-04-01', hourly: 23.95 },
  ],
};

/** The step of a table that counts on a day; the first one for earlier days. */
export function stepOn<T extends { from: string }>(steps: readonly T[], day: string): T {
  const step = steps.findLast((one) => one.from <= day) ?? steps[0];
  if (step === undefined) throw new TypeError('a table of rules without steps');
  return step;
}
