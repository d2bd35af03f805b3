import pg from 'pg';
import postgres, { type Sql, type TransactionSql } from 'postgres';

/** Types that leave the driver in our own shapes: see `types` below. */
interface OwnTypes extends Record<string, unknown> {
  instant: Temporal.Instant;
  date: string;
  int8: number;
}

export type Database = Sql<OwnTypes>;
export type Tx = TransactionSql<OwnTypes>;

const types = {
  instant: {
    to: 1184,
    from: [1184],
    serialize: (value: unknown) => String(value),
    parse: (text: string) => Temporal.Instant.from(text),
  },
  date: {
    to: 1082,
    from: [1082],
    serialize: (value: unknown) => String(value),
    parse: (text: string) => text,
  },
  int8: { to: 20, from: [20], serialize: (value: unknown) => String(value), parse: Number },
} as never;

/** How long to wait before trying to connect for the n-th time in a row, in seconds. */
export function reconnectAfterSeconds(attempt: number): number {
  return Math.min(0.05 * 2 ** attempt, 1) * (0.5 + Math.random() / 2);
}

/** Names of the database roles that Fairlead's parts work under. */
export const databaseRoles = {
  app: 'fairlead_app',
  dispatcher: 'fairlead_dispatcher',
  staff: 'fairlead_staff',
};

/**
 * Opens a pool whose connections work as `role` (by default the application's, which row-level security binds).
 * Instants come back as Temporal.Instant, dates as 'YYYY-MM-DD', numerics as text, bigints as numbers.
 */
export function openDatabase(
  url: string,
  options: {
    max: number;
    role?: string | undefined;
    application?: string;
    onNotice?: (text: string) => void;
  },
): Database {
  return postgres(url, {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    // The driver's own pauses grow to 20 s, long after a restarted database is back.
    backoff: reconnectAfterSeconds,
    types,
    onnotice: (notice) => options.onNotice?.(notice['message'] ?? ''),
    connection: {
      application_name: options.application ?? 'fairlead',
      TimeZone: 'UTC',
      ...(options.role === undefined ? {} : { role: options.role }),
    },
  }) as unknown as Database;
}

/** The small pool of the libraries that speak `pg`: better-auth (schema auth) and graphile-worker. Works as the owner. */
export function openLibraryPool(url: string, max = 4): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: '-c search_path=auth',
    connectionTimeoutMillis: 10_000,
    application_name: 'fairlead-libraries',
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
