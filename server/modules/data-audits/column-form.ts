import type { EmpColumn } from '#modules/payroll/index.ts';

/**
 * How a column of somebody else's file writes dates and numbers, decided once from all of its values. Undefined where
 * nothing in the column decides it, or where values contradict each other.
 */
export interface ColumnForm {
  dateOrder?: 'day-first' | 'month-first';
  decimalMark?: 'comma' | 'point';
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export const isDateColumn = (column: EmpColumn) => column.kind === 'date' || column.name.endsWith('_date');
export const isNumberColumn = (column: EmpColumn) =>
  column.kind === 'money' ||
  column.kind === 'percent' ||
  /^(salary_annual|hourly_rate|esct_pct|bank_[123]_value)$/.test(column.name);

/** The form of a column, from every value that decides it. */
export function formOf(column: EmpColumn, values: Iterable<string>): ColumnForm {
  const orders = new Set<NonNullable<ColumnForm['dateOrder']>>();
  const marks = new Set<NonNullable<ColumnForm['decimalMark']>>();
  const [dates, numbers] = [isDateColumn(column), isNumberColumn(column)];
  if (!dates && !numbers) return {};
  for (const value of values) {
    const order = dates ? orderOf(value) : undefined;
    const mark = numbers ? markOf(value) : undefined;
    if (order !== undefined) orders.add(order);
    if (mark !== undefined) marks.add(mark);
  }
  const [order] = orders;
  const [mark] = marks;
  return {
    ...(orders.size === 1 && order !== undefined ? { dateOrder: order } : {}),
    ...(marks.size === 1 && mark !== undefined ? { decimalMark: mark } : {}),
  };
}

/** The day that a date says, as YYYY-MM-DD; undefined when that is not certain. */
export function dayOf(value: string, form: ColumnForm): string | undefined {
  const parts = dateParts(value);
  if (parts === undefined) return undefined;
  const { year, first, second } = parts;
  // A month in words, and a day beyond 12, leave one reading; 04/04 has one in either order.
  if (parts.certain || first === second) return written(year, second, first);
  const order = orderOfParts(first, second) ?? form.dateOrder;
  if (order === undefined) return undefined;
  return order === 'day-first' ? written(year, second, first) : written(year, first, second);
}

/** A number as plain text with a decimal point and no zeros at its ends; undefined when it is none or not certain. */
export function numberOf(value: string, form: ColumnForm): string | undefined {
  const bare = value.replace(/[\s$%']/g, '');
  const mark = markOf(value) ?? form.decimalMark ?? 'point';
  const [decimal, group] = mark === 'comma' ? [',', '.'] : ['.', ','];
  const pattern = mark === 'comma' ? groupedComma : groupedPoint;
  if (!pattern.test(bare)) return undefined;
  const [, sign, units, decimals = ''] =
    /^(-?)0*(\d+)(?:\.(\d+))?$/.exec(bare.replaceAll(group, '').replace(decimal, '.')) ?? [];
  return units === undefined ? undefined : `${sign}${units}.${decimals.replace(/0+$/, '')}`;
}

const groupedPoint = /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;
const groupedComma = /^-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/;

/** The decimal mark that a value shows: `1,5` and `1.234,50` have a comma, `1.5` and `1,234.50` a point. */
function markOf(value: string): ColumnForm['decimalMark'] {
  const bare = value.replace(/[\s$%']/g, '');
  const last = /([.,])(\d+)$/.exec(bare);
  if (last === null) return undefined;
  const [, mark, digits = ''] = last;
  const both = bare.includes('.') && bare.includes(',');
  if (!both && digits.length === 3) return undefined;
  return mark === ',' ? 'comma' : 'point';
}

function orderOf(value: string): ColumnForm['dateOrder'] {
  const parts = dateParts(value);
  return parts === undefined || parts.certain ? undefined : orderOfParts(parts.first, parts.second);
}

function orderOfParts(first: number, second: number): ColumnForm['dateOrder'] {
  if (first > 12 && second <= 12) return 'day-first';
  if (second > 12 && first <= 12) return 'month-first';
  return undefined;
}

interface DateParts {
  year: number;
  /** As day and month where `certain`, else the two numbers in the order of the text. */
  first: number;
  second: number;
  certain: boolean;
}

function dateParts(value: string): DateParts | undefined {
  const text = value.trim().split(/[ T]\d\d?:/)[0] ?? '';
  const compact = /^((?:19|20|21)\d\d)(\d\d)(\d\d)$/.exec(text);
  if (compact !== null)
    return { year: Number(compact[1]), first: Number(compact[3]), second: Number(compact[2]), certain: true };
  const parts = text.split(/[-/. ]+/);
  if (parts.length !== 3) return undefined;
  const [a = '', b = '', c = ''] = parts;
  const inWords = [a, b].findIndex((part) => monthOf(part) > 0);
  if (/^\d{4}$/.test(a)) {
    const month = monthOf(b) || Number(b);
    return { year: Number(a), first: Number(c), second: month, certain: true };
  }
  if (!/^\d{2}(\d{2})?$/.test(c)) return undefined;
  const year = c.length === 2 ? Number(c) + (Number(c) > 50 ? 1900 : 2000) : Number(c);
  if (inWords === 0) return { year, first: Number(b), second: monthOf(a), certain: true };
  if (inWords === 1) return { year, first: Number(a), second: monthOf(b), certain: true };
  const [first, second] = [Number(a), Number(b)];
  return Number.isInteger(first) && Number.isInteger(second)
    ? { year, first, second, certain: false }
    : undefined;
}

const monthOf = (part: string) =>
  /^[a-z]{3,9}\.?$/i.test(part) ? months.indexOf(part.slice(0, 3).toLowerCase()) + 1 : 0;

const written = (year: number, month: number, day: number) =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
