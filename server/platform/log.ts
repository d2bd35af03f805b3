import { type Logger, pino } from 'pino';
import { describeError } from './describe-error.ts';

export type { Logger };

/**
 * Names under which a secret, a person's name or a P2–P4 value could reach a log, however they are written and whether
 * as fields or as columns of a file; their values are replaced.
 */
const privateNames = new RegExp(
  [
    'authorization|cookie|password|passphrase|secret|token|^key$|apikey',
    '(first|middle|last|preferred|account)names?$|email|mobile|phone|gender|birthdate|dateofbirth',
    '^address|street|suburb|postcode|^res(line|city|state|country)',
    'irdnumber|^tfn|tax(code|rate|free)|studentloan|studyloan|specialrate|esct|declaration|residency|termination',
    'kiwisaver|super(usi|member)|suspension|optout|^(employee|employer)rate|rate(percent|type|reduction|hours|effective)',
    'bankaccount|accountnumber|^bank(\\d|country)|salary|hourlyrate|payrate|^amount$',
  ].join('|'),
);
const deepest = 6;

/** How much of the log waits for a place that cannot be written to; what comes after that is left out. */
const mostWaitingBytes = 1_048_576;

/** Lines to a file handle. A disk that is full, or a reader that is gone, is no reason to stop working. */
export function logDestination(fd: number): { write(line: string): void } {
  const destination = pino.destination({ fd, sync: true, maxLength: mostWaitingBytes });
  destination.on('error', () => {});
  return destination;
}

/** The structured log of one process, on standard error; level from configuration. */
export function createLog(
  options: { level: string; role: string },
  destination: { write(line: string): void } = logDestination(2),
): Logger {
  return pino(
    {
      level: options.level,
      base: { role: options.role },
      formatters: { log: (entry) => withoutPrivate(entry, 0) as Record<string, unknown> },
      serializers: { err: (described) => described },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}

/** A copy for the log: private names lose their values at any depth, errors keep only what holds none. */
function withoutPrivate(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth === deepest) return '[deeper]';
  if (Array.isArray(value)) return value.map((one) => withoutPrivate(one, depth + 1));
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      privateNames.test(name.toLowerCase().replace(/[_-]/g, ''))
        ? '[redacted]'
        : withoutPrivate(inner, depth + 1),
    ]),
  );
}
