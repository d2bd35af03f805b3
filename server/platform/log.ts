import { type Logger, pino } from 'pino';

export type { Logger };

/** Names under which a secret or a P2–P4 value could reach a log; their values are replaced. */
const redacted = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'key',
  'irdNumber',
  'tfn',
  'bankAccounts',
  'salary',
  'dateOfBirth',
];

/** The structured log of one process, on standard error; level from configuration. */
export function createLog(options: { level: string; role: string }): Logger {
  return pino(
    {
      level: options.level,
      base: { role: options.role },
      redact: {
        paths: redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
