const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is a real calendar date written YYYY-MM-DD, from 1900 to 2199. */
export function isDate(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (daysOfMonth[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** A decimal number with two to four decimals, without leading zeros, or undefined: `78000` becomes `78000.00`. */
export function normaliseDecimal(text: string): string | undefined {
  const match = /^(-?)0*(\d{1,8})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const decimals = (match[3] ?? '').replace(/0+$/, '').padEnd(2, '0');
  return `${match[1]}${match[2]}.${decimals}`;
}
