import type { DifferenceCause } from '#contract/data-audits.ts';
import { type EmpColumn, empColumns, normaliseNzAccount } from '#modules/payroll/index.ts';
import { type ColumnForm, dayOf, isDateColumn, isNumberColumn, numberOf } from './column-form.ts';

const columns = new Map<string, EmpColumn>(empColumns.map((column) => [column.name, column]));
const blanks = new Set(['', 'null', 'nil', 'none', 'n/a', 'na', '-', '~', '#n/a', 'undefined']);
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
 * that the format itself has for one thing are the same. Causes are accepted by the hundred, so a cause is named only
 * where it is certain; `form` says how the file writes the column. Everything else is `different`.
 */
export function causeOf(
  column: EmpColumn,
  ours: string,
  theirs: string,
  form: ColumnForm = {},
): DifferenceCause | undefined {
  if (ours === theirs || ours === theirs.trim()) return undefined;
  // Ours is a record: "None" in it is somebody's name.
  const [ourBlank, theirBlank] = [ours === '', isBlank(theirs)];
  if (ourBlank && theirBlank) return theirs.trim() === '' ? undefined : 'blank';
  if (ourBlank || theirBlank) return 'blank';
  if (column.choices !== undefined) {
    const meaning = column.choices[theirs.trim()];
    if (meaning !== undefined && meaning === column.choices[ours]) return undefined;
  }
  if (withoutZeros(ours) === withoutZeros(theirs)) return 'leading-zeros';
  if (folded(ours) === folded(theirs)) return 'case-or-space';
  if (plain(ours) === plain(theirs) || doubled(ours) === doubled(theirs)) return 'macron';
  if (isDateColumn(column)) return dayOf(theirs, form) === ours ? 'date-format' : 'different';
  if (isNumberColumn(column)) {
    const number = numberOf(ours, { decimalMark: 'point' });
    return number !== undefined && number === numberOf(theirs, form) ? 'number-format' : 'different';
  }
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
/** A long vowel written twice instead of with a macron: Koowhai for Kōwhai. */
const doubled = (value: string) =>
  folded(value)
    .normalize('NFD')
    .replace(/([aeiou])\u0304/g, '$1$1')
    .replace(/\p{M}/gu, '');
const compact = (value: string) => value.replace(/[^0-9A-Za-z]/g, '');
const digitsOnly = (name: string) => /^(ird_number|tfn|mobile|bank_[123])$/.test(name);

function withoutZeros(value: string): string {
  return value.trim().replace(/^0+(?=[0-9A-Za-z])/, '');
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
