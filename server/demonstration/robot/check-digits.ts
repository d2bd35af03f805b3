/** Inland Revenue's check digit for eight digits; undefined where no number exists for them. */
export function irdCheckDigit(base: string): number | undefined {
  for (const weights of [
    [3, 2, 7, 6, 5, 4, 3, 2],
    [7, 4, 3, 2, 5, 2, 7, 6],
  ]) {
    const rest = weightedSum(base, weights) % 11;
    if (rest === 0) return 0;
    if (rest > 1) return 11 - rest;
  }
  return undefined;
}

/** Whether seven digits are the middle of an account, by the weights that banks use from 990000 on. */
export function isAccountBase(base: string): boolean {
  return weightedSum(base, [0, 10, 5, 8, 4, 2, 1]) % 11 === 0;
}

function weightedSum(digits: string, weights: number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
}
