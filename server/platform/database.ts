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

/** How long the database may be waited for, in milliseconds; 0 is for ever. */
export interface DatabaseLimits {
  /** A statement, waiting for locks included. */
  statementTimeoutMs: number;
  /** A transaction in which nothing is asked: it may hold locks. */
  idleTransactionTimeoutMs: number;
  /** A connection over which nothing comes, until either side asks whether the other is still there. */
  keepaliveMs: number;
}

/** Where no configuration is at hand: nothing is cut off but a side that is gone. */
const unlimited: DatabaseLimits = { statementTimeoutMs: 0, idleTransactionTimeoutMs: 0, keepaliveMs: 30_000 };

/** What the server keeps to for the session; a server that lost its client gives back locks and stops working for it. */
function sessionSettings({ statementTimeoutMs, idleTransactionTimeoutMs, keepaliveMs }: DatabaseLimits) {
  return {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
    tcp_keepalives_idle: Math.max(1, Math.round(keepaliveMs / 1000)),
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 4,
    client_connection_check_interval: keepaliveMs,
    // Whatever the server's default: what is acknowledged after a commit was written down before it.
    synchronous_commit: 'on',
  };
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
    limits?: DatabaseLimits;
  },
): Database {
  const limits = options.limits ?? unlimited;
  return postgres(url, {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    keep_alive: limits.keepaliveMs / 1000,
    // The driver's own pauses grow to 20 s, long after a restarted database is back.
    backoff: reconnectAfterSeconds,
    types,
    onnotice: (notice) => options.onNotice?.(notice['message'] ?? ''),
    connection: {
      application_name: options.application ?? 'fairlead',
      TimeZone: 'UTC',
      ...sessionSettings(limits),
      ...(options.role === undefined ? {} : { role: options.role }),
    },
  }) as unknown as Database;
}

/** The small pool of the libraries that speak `pg`: better-auth (schema auth) and graphile-worker. Works as the owner. */
export function openLibraryPool(url: string, max = 4, limits = unlimited): pg.Pool {
  const settings = Object.entries(sessionSettings(limits)).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: ['-c search_path=auth', ...settings].join(' '),
    keepAlive: true,
    keepAliveInitialDelayMillis: limits.keepaliveMs,
    connectionTimeoutMillis: 10_000,
    application_name: 'fairlead-libraries',
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
