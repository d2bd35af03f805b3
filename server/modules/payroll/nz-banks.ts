/** Families of weights in Inland Revenue's bank account rules, section 7. */
export type BankAlgorithm = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'X';

/** Bank ids with their algorithm (`AB`: A below base 00990000, B from there on), and when the list was taken. */
export interface BankList {
  asAt: string;
  source: string;
  algorithms: Readonly<Record<string, 'AB' | 'A' | 'D' | 'E' | 'F' | 'G' | 'X'>>;
}

const both = '01 02 03 04 05 06 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 27 30 38 88'.split(' ');

/** The banks of the current specification. */
export const currentBanks: BankList = {
  asAt: '2024-06-19',
  source: 'Inland Revenue, Payroll Calculations & Business Rules Specification 2025 v1.3, section 7',
  algorithms: {
    ...Object.fromEntries(both.map((bank) => [bank, 'AB' as const])),
    '08': 'D',
    '25': 'F',
    '31': 'X',
  },
};

/** Banks that older specifications listed too; for reading old records only. */
export const legacyBanks: BankList = {
  asAt: '2016-01-01',
  source: 'older specifications of Inland Revenue',
  algorithms: {
    ...currentBanks.algorithms,
    '09': 'E',
    '26': 'G',
    '28': 'G',
    '29': 'G',
    '33': 'F',
    '35': 'AB',
  },
};

/** Weights over bank 2, branch 4, base 8, suffix 4, with their modulus. Only E and G fold their products. */
export const bankWeights: Readonly<
  Record<BankAlgorithm, { weights: readonly number[]; modulus: number; fold: boolean }>
> = {
  A: { weights: [0, 0, 6, 3, 7, 9, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0, 0], modulus: 11, fold: false },
  B: { weights: [0, 0, 0, 0, 0, 0, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0, 0], modulus: 11, fold: false },
  D: { weights: [0, 0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0], modulus: 11, fold: false },
  E: { weights: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 0, 0, 0, 1], modulus: 11, fold: true },
  F: { weights: [0, 0, 0, 0, 0, 0, 0, 1, 7, 3, 1, 7, 3, 1, 0, 0, 0, 0], modulus: 10, fold: false },
  G: { weights: [0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 1, 3, 7, 1, 0, 3, 7, 1], modulus: 10, fold: true },
  X: { weights: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], modulus: 1, fold: false },
};
