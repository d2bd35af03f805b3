import { Nothing } from './time.tsx';

/** Integer cents as text with two decimals and thin groups: 1234500 is "12,345.00". */
export function sayCents(cents: number): string {
  return (cents / 100).toLocaleString('en-NZ', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** An amount in integer cents, right-aligned figures; the currency stands once in the header or is given here. */
export function Money({ cents, currency }: { cents: number | null | undefined; currency?: string }) {
  if (cents === null || cents === undefined) return <Nothing />;
  return (
    <span className="numeric whitespace-nowrap">
      {currency ? <span className="text-muted">{currency} </span> : null}
      {sayCents(cents)}
    </span>
  );
}

/** A whole number with its groups: 94,917. */
export function sayCount(value: number): string {
  return value.toLocaleString('en-NZ');
}

/** Bytes as people say them: 4.2 MB. */
export function saySize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toLocaleString('en-NZ', { maximumFractionDigits: 1 })} ${unit}`;
}
