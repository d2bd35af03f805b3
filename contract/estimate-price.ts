/**
 * What a line of an estimate comes to, from the hours and the rate that are printed, so that a customer who multiplies
 * them gets the amount that is signed. Shared by the server, the PDF and the editor.
 */

/** The hours and rate of a line; hours are texts with at most two decimals. */
export interface PricedLine {
  optimisticHours: string;
  likelyHours: string;
  pessimisticHours: string;
  rateCents: number;
}

/** Hours as a whole number of hundredths: `7.5` is 750. NaN while the text is not a number. */
export const hundredthsOf = (hours: string) => Math.round(Number(hours) * 100);

/** Expected hours of a line in hundredths: (O + 4M + P) / 6 (PERT), rounded half up as it is printed. */
export function expectedHundredths(line: Omit<PricedLine, 'rateCents'>): number {
  const [low, likely, high] = [line.optimisticHours, line.likelyHours, line.pessimisticHours].map(
    hundredthsOf,
  );
  return Math.round(((low ?? 0) + 4 * (likely ?? 0) + (high ?? 0)) / 6);
}

/** Hundredths of hours as they are printed: 217 is `2.17`. */
export const showHundredths = (hundredths: number) => (hundredths / 100).toFixed(2);

/** The amount of a line in cents: printed expected hours times the rate, rounded half up. */
export const lineCents = (line: PricedLine) => Math.round((expectedHundredths(line) * line.rateCents) / 100);

/** `cents` times numerator over denominator in whole cents, exact, rounded half away from zero. */
export function shareOf(cents: number, numerator: bigint, denominator: bigint): number {
  const product = BigInt(cents) * numerator;
  const half = denominator / 2n;
  return Number((product < 0n ? product - half : product + half) / denominator);
}
