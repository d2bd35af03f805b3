import type { NzAccountParts } from './nz-bank-account.ts';

/** Which branches a bank has, as ranges, and when the list was taken. A bank that is not on it has no ranges to judge by. */
interface BranchRegister {
  asAt: string;
  source: string;
  ranges: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

/**
 * The last ranges that Inland Revenue printed. Its present specification points to the Bank Branch Register of Payments
 * NZ, which changes every month: so a branch outside warns and never refuses, and a newer list replaces this one.
 */
export const branchRegister: BranchRegister = {
  asAt: '2020-01-01',
  source: 'Inland Revenue, RWT and NRWT Certificates Filing Specification 2020 v1.0, chapter 8',
  ranges: {
    '01': [
      ['0001', '0999'],
      ['1100', '1199'],
      ['1800', '1899'],
    ],
    '02': [
      ['0001', '0999'],
      ['1200', '1299'],
    ],
    '03': [
      ['0001', '0999'],
      ['1300', '1399'],
      ['1500', '1599'],
      ['1700', '1799'],
      ['1900', '1999'],
      ['7350', '7399'],
    ],
    '04': [['2020', '2024']],
    '06': [
      ['0001', '0999'],
      ['1400', '1499'],
    ],
    '08': [['6500', '6599']],
    '10': [['5165', '5169']],
    '11': [
      ['5000', '6499'],
      ['6600', '8999'],
    ],
    '12': [
      ['3000', '3299'],
      ['3400', '3499'],
      ['3600', '3699'],
    ],
    '13': [['4900', '4999']],
    '14': [['4700', '4799']],
    '15': [['3900', '3999']],
    '16': [['4400', '4499']],
    '17': [['3300', '3399']],
    '18': [['3500', '3599']],
    '19': [['4600', '4649']],
    '20': [['4100', '4199']],
    '21': [['4800', '4899']],
    '22': [['4000', '4049']],
    '23': [['3700', '3799']],
    '24': [['4300', '4349']],
    '25': [['2500', '2599']],
    '27': [['3800', '3849']],
    '30': [['2900', '2949']],
    '31': [['2800', '2849']],
    '38': [['9000', '9499']],
  },
};

/** Whether the register has the branch; also true of a bank whose branches it does not list. */
export function isKnownBranch({ bank, branch }: NzAccountParts, register = branchRegister): boolean {
  const ranges = register.ranges[bank];
  return ranges === undefined || ranges.some(([first, last]) => first <= branch && branch <= last);
}
