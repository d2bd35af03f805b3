import type pg from 'pg';
import { access, createSignIn, type SignIn } from '#modules/access/index.ts';
import { certification } from '#modules/certification/index.ts';
import { authenticateKey, credentials } from '#modules/credentials/index.ts';
import { customers } from '#modules/customers/index.ts';
import { dataAudits } from '#modules/data-audits/index.ts';
import { desk } from '#modules/desk/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import { fairUse } from '#modules/fair-use/index.ts';
import { fileExchange } from '#modules/file-exchange/index.ts';
import { integrations } from '#modules/integrations/index.ts';
import { payroll } from '#modules/payroll/index.ts';
import { pipeline } from '#modules/pipeline/index.ts';
import { webApi } from '#modules/web-api/index.ts';
import { webhooks } from '#modules/webhooks/index.ts';
import { claimDatabase } from '#platform/claim-database.ts';
import { createClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { databaseRoles, openDatabase, openLibraryPool } from '#platform/database.ts';
import { createLog, type Logger } from '#platform/log.ts';
import { assertSchemaCurrent } from '#platform/migrate.ts';
import type { Module } from '#platform/module.ts';
import { claimStore } from '#platform/objects/claim-store.ts';
import { type ObjectStore, openObjects } from '#platform/objects/open-objects.ts';
import { startSweep } from '#platform/objects/sweep-objects.ts';
import type { Platform } from '#platform/platform.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import { startTelemetry } from '#platform/telemetry.ts';
import { consoleFiles } from './doors/http/console-files.ts';
import { buildHttp } from './doors/http/open-http.ts';
import { openWatchingDoor } from './doors/http/open-watching-door.ts';
import { openSftpDoor } from './doors/sftp/open-sftp-door.ts';
import { openSmtpDoor } from './doors/smtp/open-smtp-door.ts';
import { openWorker } from './doors/worker/open-worker.ts';

/** Every module, low to high: a module imports only those before it. */
export const modules: Module[] = [
  access,
  customers,
  payroll,
  credentials,
  fairUse,
  webApi,
  webhooks,
  fileExchange,
  dataAudits,
  certification,
  documents,
  estimates,
  desk,
  pipeline,
  integrations,
];

const drainMs = 5_500;
const backMs = 1_200;

/** What one process of Fairlead does. */
export type ProcessRole = 'web' | 'worker' | 'sftp' | 'smtp';

/** A running Fairlead, as main holds it. */
export interface Fairlead {
  platform: Platform;
  store: ObjectStore;
  signIn: SignIn | undefined;
  addresses: Partial<Record<ProcessRole, string>>;
  /** Drains and closes doors and worker side by side, then the database; within 8 s, whatever is stuck. */
  close(): Promise<void>;
}

/** Raised when the database's login would see every customer's rows. */
export class UnfitLogin extends StartupFault {}

/**
 * Opens the doors of the given roles on a migrated database. `databaseUrl` names the login that owns it; all work
 * runs under the application's role, which row-level security binds. `/readyz` also waits for `readyAfter`.
 */
export async function openFairlead(
  config: Config,
  options: { roles: ProcessRole[]; databaseUrl: string; readyAfter?: Promise<unknown> },
): Promise<Fairlead> {
  const wakers: (() => void)[] = [];
  const onWake = (listener: () => void) => void wakers.push(listener);
  const log = createLog({ level: config.server.logLevel, role: options.roles.join('+') });
  const db = openDatabase(options.databaseUrl, {
    max: config.database.maxConnections,
    role: databaseRoles.app,
    application: `fairlead-${options.roles.join('+')}`,
    limits: config.database,
  });
  const open: Opened = { doors: [], backs: [() => db.end({ timeout: 1 })] };
  const close = () => closeAll(open, log);
  try {
    await refuseUnfitLogin(db);
    await assertSchemaCurrent(db);
    await claimDatabase(db, config);
    const clock = createClock(await clockOffset(db, config));
    const store = await openObjects(config, { databaseUrl: options.databaseUrl, clock, log });
    open.backs.push(() => store.close());
    if (options.roles.length > 0) await claimStore(db, store.blobs);
    const platform: Platform = {
      config,
      db,
      clock,
      log,
      objects: store.objects,
      wake: () => {
        for (const waker of wakers) waker();
      },
    };
    const telemetry = startTelemetry(config, options.roles);
    open.backs.push(() => telemetry.stop());
    const has = (role: ProcessRole) => options.roles.includes(role);
    const addresses: Fairlead['addresses'] = {};
    let ready = false;
    let signIn: SignIn | undefined;
    let pool: pg.Pool | undefined;
    if (has('web') || has('worker')) {
      pool = openLibraryPool(options.databaseUrl, 8, config.database);
      open.backs.push(() => pool?.end() ?? Promise.resolve());
    }
    if (has('worker') && pool !== undefined) {
      const worker = await openWorker(platform, modules, { pool, onWake });
      open.doors.push(() => worker.close());
      const uses = modules.flatMap((module) => module.objects ?? []);
      const sweep = startSweep({ platform, store, uses });
      open.doors.push(() => sweep.stop());
    }
    if (has('web') && pool !== undefined) {
      signIn = createSignIn(platform, pool);
      const app = await buildHttp(platform, modules, {
        authenticator: {
          person: signIn.person,
          credential: (token, address, headers) => authenticateKey(platform, token, address, headers),
        },
        onWake,
        isReady: () => ready,
        extend: async (http) => {
          signIn?.routes(http);
          await consoleFiles(http);
        },
      });
      addresses.web = await app.listen({ host: config.http.host, port: config.http.port });
      open.doors.push(() => app.close());
    }
    if (!has('web') && config.watching.port > 0 && options.roles.length > 0) {
      const watching = await openWatchingDoor(platform, () => ready);
      open.doors.push(() => watching.close());
    }
    if (has('sftp')) {
      const sftp = await openSftpDoor(platform, config.sftp);
      addresses.sftp = sftp.address;
      open.doors.push(() => sftp.close());
    }
    if (has('smtp')) {
      const smtp = await openSmtpDoor(platform, config.smtp);
      addresses.smtp = `${smtp.address.host}:${smtp.address.port}`;
      open.doors.push(() => smtp.close());
    }
    (options.readyAfter ?? Promise.resolve()).then(
      () => {
        ready = true;
      },
      () => {},
    );
    return { platform, store, signIn, addresses, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** What has to be closed: what works, and then what that stands on. */
interface Opened {
  doors: (() => Promise<unknown>)[];
  backs: (() => Promise<unknown>)[];
}

/** What does not drain in time is left: work that was cut off is done again by the next process. */
async function closeAll({ doors, backs }: Opened, log: Logger): Promise<void> {
  await closeWithin(drainMs, doors, log);
  await closeWithin(backMs, backs, log);
}

async function closeWithin(limitMs: number, closers: Opened['doors'], log: Logger): Promise<void> {
  const closing = Promise.allSettled(closers.map((close) => close()));
  const limit = Promise.withResolvers<undefined>();
  const timer = setTimeout(limit.resolve, limitMs, undefined);
  const closed = await Promise.race([closing, limit.promise]);
  clearTimeout(timer);
  if (closed === undefined) log.warn('something did not drain in time');
  for (const one of closed ?? [])
    if (one.status === 'rejected') log.error({ err: one.reason }, 'something did not close cleanly');
}

async function refuseUnfitLogin(db: Platform['db']): Promise<void> {
  const [login] = await db<{ name: string; unfit: boolean; inherits: boolean }[]>`
    select session_user as name, bool_or(rolsuper or rolbypassrls) as unfit,
           exists (select from pg_roles where rolname = ${databaseRoles.staff}
                   and pg_has_role(session_user, oid, 'usage')) as inherits
    from pg_roles where rolname in (session_user, current_user) group by 1`;
  if (login === undefined || login.unfit)
    throw new UnfitLogin(
      `The database login "${login?.name}" is a superuser or bypasses row-level security, so it would see every customer's rows. Make one that does not: create role fairlead login createrole password '…'; create database fairlead owner fairlead;`,
    );
  if (login.inherits)
    throw new UnfitLogin(
      `The database login "${login.name}" inherits the rights of ${databaseRoles.staff}, so it would see every customer's rows. Let whoever granted them take that back: revoke inherit option for ${databaseRoles.staff} from "${login.name}";`,
    );
}

/** Outside production the clock can have been moved; production goes by the machine's own and refuses such a database. */
async function clockOffset(db: Platform['db'], config: Config): Promise<number> {
  const [row] = await db<{ offset: number }[]>`select offset_ms as offset from platform.clock`;
  const offset = row?.offset ?? 0;
  if (config.server.mode === 'production' && offset !== 0)
    throw new StartupFault(
      'The clock of this database was moved, as tests and demonstrations do; production needs a database of its own.',
    );
  return offset;
}
