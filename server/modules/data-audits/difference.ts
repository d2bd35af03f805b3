import type { DifferenceCause } from '#contract/data-audits.ts';
import { type EmpColumn, empColumns, normaliseNzAccount } from '#modules/payroll/index.ts';

const columns = new Map<string, EmpColumn>(empColumns.map((column) => [column.name, column]));
const blanks = new Set(['', 'null', 'nil', 'none', 'n/a', 'na', '-', '~', '#n/a', 'undefined']);
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const flags: Record<string, string> = {
  y: 'Y',
  yes: 'Y',
  true: 'Y',
  '1': 'Y',
  n: 'N',
  no: 'N',
  false: 'N',
  '0': 'N',
};

/** The column of the employee format by that name; undefined when the format has none. */
export function columnOf(name: string): EmpColumn | undefined {
  return columns.get(name);
}

/**
 * Why two cells of a column are not the same, by the mildest cause that explains it; undefined when they are. Words
 * that the format itself has for one thing are the same.
 */
export function causeOf(column: EmpColumn, ours: string, theirs: string): DifferenceCause | undefined {
  if (ours === theirs || ours === theirs.trim()) return undefined;
  const [ourBlank, theirBlank] = [isBlank(ours), isBlank(theirs)];
  if (ourBlank && theirBlank) return theirs.trim() === '' ? undefined : 'blank';
  if (ourBlank || theirBlank) return 'blank';
  if (column.choices !== undefined) {
    const meaning = column.choices[theirs.trim()];
    if (meaning !== undefined && meaning === column.choices[ours]) return undefined;
  }
  if (withoutZeros(ours) === withoutZeros(theirs)) return 'leading-zeros';
  if (folded(ours) === folded(theirs)) return 'case-or-space';
  if (plain(ours) === plain(theirs) || plain(ours) === plain(theirs).replace(/([aeiou])\1/g, '$1'))
    return 'macron';
  if (column.kind === 'date' || column.name.endsWith('_date')) {
    const date = dateOf(ours);
    if (date !== undefined && datesOf(theirs).includes(date)) return 'date-format';
  }
  if (sameNumber(ours, theirs)) return 'number-format';
  if (sameMeaning(column, ours, theirs)) return 'code-mapped';
  // An account has one way to be written in store; suffix 00 and 000 are one.
  if (/^bank_[123]$/.test(column.name) && normaliseNzAccount(theirs) === ours) return 'number-format';
  if (digitsOnly(column.name) && withoutZeros(compact(ours)) === withoutZeros(compact(theirs)))
    return compact(ours) === compact(theirs) ? 'number-format' : 'leading-zeros';
  return 'different';
}

const isBlank = (value: string) => blanks.has(value.trim().toLowerCase());
const folded = (value: string) => value.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
const plain = (value: string) => folded(value).normalize('NFD').replace(/\p{M}/gu, '');
const compact = (value: string) => value.replace(/[^0-9A-Za-z]/g, '');
const digitsOnly = (name: string) => /^(ird_number|tfn|mobile|bank_[123])$/.test(name);

function withoutZeros(value: string): string {
  return value.trim().replace(/^0+(?=[0-9A-Za-z])/, '');
}

const dateOf = (value: string) => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

/** The days that a date written in another way can mean. */
function datesOf(value: string): string[] {
  const text = value.trim().split(/[ T]\d\d?:/)[0] ?? '';
  const parts = text.split(/[-/. ]+/);
  if (parts.length !== 3)
    return /^\d{8}$/.test(text) ? [`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`] : [];
  const [a = '', b = '', c = ''] = parts;
  const number = (part: string) => {
    const month = months.indexOf(part.slice(0, 3).toLowerCase());
    return month >= 0 ? month + 1 : Number(part);
  };
  const year = (part: string) =>
    part.length === 2 ? Number(part) + (Number(part) > 50 ? 1900 : 2000) : Number(part);
  const written = (y: number, m: number, d: number) =>
    `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
  if (a.length === 4) return [written(Number(a), number(b), number(c))];
  return [written(year(c), number(b), number(a)), written(year(c), number(a), number(b))];
}

function sameNumber(ours: string, theirs: string): boolean {
  const number = (value: string) => {
    const bare = value.replace(/[\s$,%']/g, '');
    // As text: a long number of a member reads like its neighbour once it is a float.
    const [, sign, units, decimals = ''] = /^(-?)0*(\d+)(?:\.(\d+))?$/.exec(bare) ?? [];
    return units === undefined ? undefined : `${sign}${units}.${decimals.replace(/0+$/, '')}`;
  };
  const [a, b] = [number(ours), number(theirs)];
  return a !== undefined && a === b;
}

function sameMeaning(column: EmpColumn, ours: string, theirs: string): boolean {
  if (column.kind === 'flag') return flags[theirs.trim().toLowerCase()] === ours;
  if (column.choices === undefined) return false;
  const key = (value: string) => value.replace(/[\s_-]/g, '').toLowerCase();
  const meaning = column.choices[ours];
  return Object.entries(column.choices).some(
    ([word, value]) => value === meaning && [key(word), key(value)].includes(key(theirs)),
  );
}
