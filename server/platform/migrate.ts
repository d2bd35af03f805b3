import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { runMigrations } from 'graphile-worker';
import { type Database, type DatabaseLimits, openDatabase, openLibraryPool, type Tx } from './database.ts';

const migrationsFolder = new URL('../migrations/', import.meta.url);
const modulesFolder = new URL('../modules/', import.meta.url);
const lockKey = 7_270_461;

/** Raised when the database can't be brought to, or used with, this version; the message says what to do. */
export class SchemaFault extends Error {}

interface Migration {
  version: number;
  name: string;
  text: string;
  breaking: boolean;
}

interface Applied {
  version: number;
  name: string;
  hash: string;
  breaking: boolean;
}

/** All migrations in order. A first line `-- breaking` keeps older processes from running against the result. */
export function listMigrations(): Migration[] {
  return readdirSync(migrationsFolder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, migrationsFolder), 'utf8');
      return { version: Number(name.slice(0, 4)), name, text, breaking: text.startsWith('-- breaking') };
    });
}

/** Every module's functions.sql and functions-*.sql; each is applied anew whenever its text changes. */
export function listFunctionFiles(): { name: string; text: string }[] {
  return readdirSync(modulesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(new URL(`${name}/`, modulesFolder)).map((file) => `${name}/${file}`))
    .filter((name) => /\/functions(-[a-z-]+)?\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, modulesFolder), 'utf8') }));
}

/** Brings the database at `url` (whose login owns it) to this version. Serialised against other migrating processes. */
export async function migrate(
  url: string,
  settings?: DatabaseLimits & { migrationTimeoutMs: number },
): Promise<{ applied: string[] }> {
  const limits = settings && { ...settings, statementTimeoutMs: settings.migrationTimeoutMs };
  const db = openDatabase(url, {
    max: 1,
    application: 'fairlead-migrate',
    ...(limits === undefined ? {} : { limits }),
  });
  try {
    await db`select pg_advisory_lock(${lockKey})`;
    await db`create schema if not exists schema_history`;
    await db`create table if not exists schema_history.migrations (
      version int primary key, name text not null, hash text not null, breaking boolean not null,
      applied_at timestamptz not null default now())`;
    await db`create table if not exists schema_history.functions (
      name text primary key, hash text not null, applied_at timestamptz not null default now())`;
    await db`grant usage on schema schema_history to public`;
    await db`grant select on schema_history.migrations, schema_history.functions to public`;
    const done = await db<Applied[]>`
      select version, name, hash, breaking from schema_history.migrations order by version`;
    refuseNewer(done, listMigrations());
    if (!(await isAhead(db))) await migrateQueue(url, limits);
    return { applied: [...(await applyMigrations(db, done)), ...(await applyFunctions(db))] };
  } catch (error) {
    throw (error as { code?: string }).code === '57014' ? tookTooLong(limits) : error;
  } finally {
    await db.end({ timeout: 5 });
  }
}

function tookTooLong(limits: DatabaseLimits | undefined): SchemaFault {
  return new SchemaFault(
    `A step of the migration took longer than database.migration_timeout_ms (${limits?.statementTimeoutMs}) and was undone: another program may hold the tables, or another migration may be under way.`,
  );
}

/** The job queue's own tables; a newer version's are left as they are. */
async function migrateQueue(url: string, limits: DatabaseLimits | undefined): Promise<void> {
  const pool = openLibraryPool(url, 2, limits);
  try {
    await runMigrations({ pgPool: pool, logger: undefined as never });
  } finally {
    await pool.end();
  }
}

async function applyMigrations(db: Database, done: Applied[]): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of listMigrations()) {
    const earlier = done.find((one) => one.version === migration.version);
    const digest = hash('sha256', migration.text, 'hex');
    if (earlier !== undefined) {
      if (earlier.hash !== digest)
        throw new SchemaFault(
          `Migration ${migration.name} was changed after it was applied. Restore its text and put the change into a new migration.`,
        );
      continue;
    }
    await asOwnerOfAll(db, async (sql) => {
      await sql.unsafe(migration.text);
      await sql`insert into schema_history.migrations (version, name, hash, breaking)
                values (${migration.version}, ${migration.name}, ${digest}, ${migration.breaking})`;
    });
    applied.push(migration.name);
  }
  return applied;
}

/**
 * One transaction in which the login may replace the functions that read across customers: they belong to roles whose
 * rights it never has otherwise. Memberships are the whole server's, so a migration of another database may be in the way.
 */
async function asOwnerOfAll(db: Database, step: (sql: Tx) => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await db.begin(async (sql) => {
        await inheritFromOwners(sql, true);
        await step(sql);
        await inheritFromOwners(sql, false);
      });
      return;
    } catch (error) {
      if (tries === 20 || !/^tuple concurrently/.test((error as Error).message)) throw error;
    }
  }
}

async function inheritFromOwners(sql: Tx, inherits: boolean): Promise<void> {
  await sql.unsafe(`do $$ begin
    if exists (select from pg_roles where rolname = 'fairlead_staff') then
      grant fairlead_dispatcher, fairlead_staff to current_user with inherit ${inherits};
    end if;
  end $$`);
}

/** Not where a newer version has migrated: its functions are newer as well. */
async function applyFunctions(db: Database): Promise<string[]> {
  if (await isAhead(db)) return [];
  const stale = await staleFunctions(db);
  for (const { name, text, digest } of stale)
    await asOwnerOfAll(db, async (sql) => {
      await sql.unsafe(text);
      await sql`insert into schema_history.functions (name, hash) values (${name}, ${digest})
                on conflict (name) do update set hash = excluded.hash, applied_at = now()`;
    });
  return stale.map(({ name }) => name);
}

async function staleFunctions(db: Database): Promise<{ name: string; text: string; digest: string }[]> {
  const done = await db<{ name: string; hash: string }[]>`select name, hash from schema_history.functions`;
  return listFunctionFiles()
    .map((file) => ({ ...file, digest: hash('sha256', file.text, 'hex') }))
    .filter(({ name, digest }) => !done.some((one) => one.name === name && one.hash === digest));
}

async function isAhead(db: Database): Promise<boolean> {
  const [row] = await db<{ newest: number | null }[]>`
    select max(version) as newest from schema_history.migrations`;
  return (row?.newest ?? 0) > (listMigrations().at(-1)?.version ?? 0);
}

function refuseNewer(done: { version: number; breaking: boolean }[], known: Migration[]): void {
  const newest = known.at(-1)?.version ?? 0;
  const ahead = done.filter((one) => one.version > newest);
  if (ahead.some((one) => one.breaking))
    throw new SchemaFault(
      `The database is at schema ${ahead.at(-1)?.version}, newer than this version of Fairlead knows (${newest}). Start the newer version, or restore a backup from before its migration.`,
    );
}

/** Refuses to serve from a database whose schema is older than this version, or newer and marked as breaking. */
export async function assertSchemaCurrent(db: Database): Promise<void> {
  const [present] = await db<{ there: boolean }[]>`
    select to_regclass('schema_history.migrations') is not null as there`;
  const done = present?.there
    ? await db<{ version: number; breaking: boolean }[]>`
        select version, breaking from schema_history.migrations order by version`
    : [];
  const known = listMigrations();
  refuseNewer(done, known);
  const missing = known.filter((migration) => !done.some((one) => one.version === migration.version));
  if (missing.length > 0)
    throw new SchemaFault(
      `The database's schema is older than this version of Fairlead (${missing.length} migrations to apply). Run "fairlead migrate" first.`,
    );
  if (!(await isAhead(db)) && (await staleFunctions(db)).length > 0)
    throw new SchemaFault(
      'The functions in the database are those of another version of Fairlead. Run "fairlead migrate" first.',
    );
}
