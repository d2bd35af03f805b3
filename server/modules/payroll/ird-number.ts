/** What a text turns out to be as an IRD number. `not-supplied` is 000000000, which a checksum alone would accept. */
export type IrdVerdict = 'valid' | 'not-supplied' | 'format' | 'range' | 'check-digit';

/** The first number that Inland Revenue issued; the last one is configuration, as it rises. */
const lowest = 10_000_000;

const primary = [3, 2, 7, 6, 5, 4, 3, 2];
const secondary = [7, 4, 3, 2, 5, 2, 7, 6];

/** Nine digits with the leading zero, or undefined when the text has not eight or nine digits. */
export function normaliseIrd(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, '');
  return /^\d{8,9}$/.test(digits) ? digits.padStart(9, '0') : undefined;
}

/** Judges an IRD number by Inland Revenue's range, up to `highest`, and its two rounds of weights. */
export function judgeIrd(text: string, highest: number): IrdVerdict {
  const digits = normaliseIrd(text);
  if (digits === undefined) return /^[\s\d-]+$/.test(text) && /\d/.test(text) ? 'range' : 'format';
  if (digits === '000000000') return 'not-supplied';
  const value = Number(digits);
  if (value < lowest || value > highest) return 'range';
  return irdCheckDigit(digits.slice(0, 8)) === Number(digits[8]) ? 'valid' : 'check-digit';
}

/** The check digit of eight base digits; undefined for a base that can't be issued. */
export function irdCheckDigit(base: string): number | undefined {
  const first = weigh(base, primary);
  if (first < 10) return first;
  const second = weigh(base, secondary);
  return second < 10 ? second : undefined;
}

function weigh(base: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += (base.charCodeAt(i) - 48) * (weights[i] ?? 0);
  const rest = sum % 11;
  return rest === 0 ? 0 : 11 - rest;
}
