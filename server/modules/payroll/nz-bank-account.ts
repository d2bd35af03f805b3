import { type BankAlgorithm, bankWeights, currentBanks } from './nz-banks.ts';

export type BankVerdict = 'valid' | 'format' | 'unknown-bank' | 'check-digit';

/** The four parts of a New Zealand account, zero-padded to 2, 4, 8 and 4 digits. */
export interface NzAccountParts {
  bank: string;
  branch: string;
  base: string;
  suffix: string;
}

/** Reads 2-4-7-2, 2-4-7-3 and 2-4-8-4 with separators, or 15 to 18 digits without; undefined for anything else. */
export function parseNzAccount(text: string): NzAccountParts | undefined {
  const parts = text.trim().split(/[\s-]+/);
  if (parts.length === 1) {
    const digits = parts[0] ?? '';
    if (!/^\d{15,18}$/.test(digits)) return undefined;
    const baseEnd = digits.length === 18 ? 14 : 13;
    return pad([digits.slice(0, 2), digits.slice(2, 6), digits.slice(6, baseEnd), digits.slice(baseEnd)]);
  }
  return parts.length === 4 ? pad(parts) : undefined;
}

function pad(parts: string[]): NzAccountParts | undefined {
  const [bank = '', branch = '', base = '', suffix = ''] = parts;
  if (!/^\d{1,2}$/.test(bank) || !/^\d{1,4}$/.test(branch)) return undefined;
  if (!/^\d{1,8}$/.test(base) || !/^\d{1,4}$/.test(suffix)) return undefined;
  return {
    bank: bank.padStart(2, '0'),
    branch: branch.padStart(4, '0'),
    base: base.padStart(8, '0'),
    suffix: suffix.padStart(4, '0'),
  };
}

/** The one way an account is written in store: 2-4-7-2, longer only where the digits need it. */
export function normaliseNzAccount(text: string): string | undefined {
  const parts = parseNzAccount(text);
  if (parts === undefined) return undefined;
  return `${parts.bank}-${parts.branch}-${shorten(parts.base, 7)}-${shorten(parts.suffix, 2)}`;
}

/** Judges an account by its bank's algorithm; an unknown branch is no error, for the register changes monthly. */
export function judgeNzAccount(text: string, banks = currentBanks): BankVerdict {
  const parts = parseNzAccount(text);
  if (parts === undefined) return 'format';
  const algorithm = algorithmOf(parts, banks);
  if (algorithm === undefined) return 'unknown-bank';
  return accountSum(parts, algorithm) % bankWeights[algorithm].modulus === 0 ? 'valid' : 'check-digit';
}

/** Which weights an account goes by; undefined when the bank is not on the list. */
export function algorithmOf(parts: NzAccountParts, banks = currentBanks): BankAlgorithm | undefined {
  const family = banks.algorithms[parts.bank];
  if (family !== 'AB') return family;
  return parts.base < '00990000' ? 'A' : 'B';
}

/** Sum of digits by weights; E and G fold each product to one digit in two rounds. */
export function accountSum(parts: NzAccountParts, algorithm: BankAlgorithm): number {
  const digits = parts.bank + parts.branch + parts.base + parts.suffix;
  const { weights, fold } = bankWeights[algorithm];
  let sum = 0;
  for (let i = 0; i < 18; i++) {
    const product = (digits.charCodeAt(i) - 48) * (weights[i] ?? 0);
    sum += fold ? tensAndUnits(tensAndUnits(product)) : product;
  }
  return sum;
}

const tensAndUnits = (value: number) => Math.trunc(value / 10) + (value % 10);

function shorten(digits: string, least: number): string {
  let start = 0;
  while (digits.length - start > least && digits[start] === '0') start++;
  return digits.slice(start);
}
