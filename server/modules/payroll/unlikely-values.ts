import type { Report } from './group-rules.ts';

type Text = string | null | undefined;

/** Codes of values that can be true and hardly ever are; a file that brings some waits for a person. */
export const unlikelyCodes: ReadonlySet<string> = new Set([
  'pay-unlikely',
  'employer-rate-unlikely',
  'hours-unlikely',
  'date-unlikely',
]);

const hourlyPay = { least: 5, most: 1_000 };
const employerRateMost = 20;
const hoursMost = 100;
/** Years before and after today, by what the date is of. */
const spans = {
  rateFrom: [50, 2],
  effectiveFrom: [10, 2],
  startDate: [70, 2],
  endDate: [50, 10],
} as const;

/** A field as the caller calls it and its value. */
interface Cell {
  field: string;
  value: Text;
}

/** Warns of pay, hours, employer rates and dates that are likelier a slip than true. Messages name no value. */
export function checkUnlikely(
  report: Report,
  today: string,
  row: {
    pay?: Cell & { type: Text; hoursPerWeek: Text };
    employerRate?: Cell;
    hours?: Cell;
  } & { [K in keyof typeof spans]?: Cell },
): void {
  const { pay, employerRate, hours } = row;
  if (pay?.value && isUnlikelyPay(Number(pay.value), pay.type, pay.hoursPerWeek))
    report(
      'warning',
      'pay-unlikely',
      pay.field,
      'Hardly anybody is paid that much or that little for an hour of work',
      'Check the amount, its decimal point, and whether it is for a year or for an hour.',
    );
  if (Number(employerRate?.value ?? 0) > employerRateMost)
    report(
      'warning',
      'employer-rate-unlikely',
      employerRate?.field ?? '',
      `Hardly any employer contributes more than ${employerRateMost} per cent`,
      'Give it as a percentage of pay, such as 3.50.',
    );
  if (Number(hours?.value ?? 0) > hoursMost)
    report(
      'warning',
      'hours-unlikely',
      hours?.field ?? '',
      `Hardly anybody works more than ${hoursMost} hours a week`,
      'Give the hours of an ordinary week, not of a pay period.',
    );
  for (const name of Object.keys(spans) as (keyof typeof spans)[]) {
    const cell = row[name];
    if (cell?.value && !isWithin(cell.value, today, spans[name]))
      report(
        'warning',
        'date-unlikely',
        cell.field,
        `The date is more than ${spans[name][0]} years ago or more than ${spans[name][1]} ahead`,
        name === 'endDate'
          ? 'Check the year, and leave the end empty when none is known.'
          : 'Check the year.',
      );
  }
}

function isUnlikelyPay(amount: number, type: Text, hoursPerWeek: Text): boolean {
  const hours = Number(hoursPerWeek || 0);
  if (type === 'annualSalary') {
    const hourly = amount / 52 / (hours || 40);
    return hourly > hourlyPay.most || (hours > 0 && hourly < hourlyPay.least);
  }
  return type === 'hourly' && (amount > hourlyPay.most || amount < hourlyPay.least);
}

function isWithin(day: string, today: string, [before, after]: readonly [number, number]): boolean {
  const year = Number(today.slice(0, 4));
  const rest = today.slice(4);
  return day >= `${year - before}${rest}` && day <= `${year + after}${rest}`;
}
