import { refuseOtherMode } from '#platform/claim-database.ts';
import { openDatabase } from '#platform/database.ts';
import { StartupFault } from '#platform/startup-fault.ts';

interface Fitness {
  version: number;
  superuser: boolean;
  creates_roles: boolean;
  roles_there: number;
  roles_held: number;
  may_create: boolean;
  role: string;
  database: string;
}

/** The driver goes on for ever where something answers, but not as a database does. */
const answersWithinMs = 20_000;

/** Makes sure that the database at DATABASE_URL can be used; otherwise throws one sentence that says how to make it fit. */
export async function assertFitDatabase(url: string, withinMs = answersWithinMs): Promise<void> {
  const place = placeOf(url);
  let fitness: Fitness | undefined;
  const db = openDatabase(url, { max: 1, application: 'fairlead-check' });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject({ code: 'NO_DATABASE' }), withinMs);
  try {
    const asked = db<Fitness[]>`
      select current_setting('server_version_num')::int / 10000 as version, r.rolsuper as superuser,
        r.rolcreaterole as creates_roles, current_user as role, current_database() as database,
        ours.there as roles_there, ours.held as roles_held,
        has_database_privilege(current_database(), 'create') as may_create
      from pg_roles r, lateral (
        select count(*)::int as there,
          count(*) filter (where pg_has_role(current_user, o.oid, 'member with admin option'))::int as held
        from pg_roles o where o.rolname in ('fairlead_app', 'fairlead_dispatcher', 'fairlead_staff')) ours
      where r.rolname = current_user`;
    [fitness] = await Promise.race([asked, late.promise]);
  } catch (error) {
    throw connectionFault(error as NodeJS.ErrnoException, place);
  } finally {
    clearTimeout(timer);
    await db.end({ timeout: 1 });
  }
  if (fitness !== undefined) refuseUnfit(fitness);
}

/** Makes sure that a database is no installation's in production. */
export async function assertDemonstration(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1, application: 'fairlead-check' });
  try {
    await refuseOtherMode(db, 'demonstration');
  } finally {
    await db.end({ timeout: 1 });
  }
}

/** Whether a database holds tables of somebody else's: into such a one nothing is played. */
export async function holdsForeignTables(url: string, ownSchemas: string[]): Promise<boolean> {
  const db = openDatabase(url, { max: 1, application: 'fairlead-check' });
  try {
    const [found] = await db`
      select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_'
        and n.nspname not in ('information_schema', 'platform', 'mail', 'auth', 'graphile_worker', 'schema_history')
        and n.nspname <> all (${ownSchemas}) limit 1`;
    return found !== undefined;
  } finally {
    await db.end({ timeout: 1 });
  }
}

function refuseUnfit(fitness: Fitness): void {
  if (fitness.version < 18)
    throw new StartupFault(`DATABASE_URL names a PostgreSQL ${fitness.version}; Fairlead needs 18 or newer.`);
  if (fitness.superuser)
    throw new StartupFault(
      `DATABASE_URL signs in as the superuser "${fitness.role}", whom row-level security does not bind; make a role for Fairlead instead: create role fairlead login createrole password '…'; alter database "${fitness.database}" owner to fairlead;`,
    );
  if (!fitness.creates_roles && fitness.roles_there < 3)
    throw new StartupFault(
      `The role "${fitness.role}" of DATABASE_URL may not make Fairlead's roles; let it: alter role "${fitness.role}" createrole;`,
    );
  if (fitness.roles_held < fitness.roles_there)
    throw new StartupFault(
      `Fairlead's roles exist on this server already, under another login than the "${fitness.role}" of DATABASE_URL; sign in as that one, or share them: grant fairlead_app, fairlead_dispatcher, fairlead_staff to "${fitness.role}" with admin true, inherit false, set true;`,
    );
  if (!fitness.may_create)
    throw new StartupFault(
      `The role "${fitness.role}" of DATABASE_URL may not make schemas; let it: alter database "${fitness.database}" owner to "${fitness.role}";`,
    );
}

function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol) || !isDecodable(parsed))
    throw new StartupFault(
      'DATABASE_URL is not an address such as postgres://user:password@host:5432/database (a % in a password is written %25).',
    );
  return `${parsed.hostname}:${parsed.port || 5432}${parsed.pathname}`;
}

/** Whether its parts have whole % escapes: a password with a bare % in it must be written with %25. */
function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password + pathname);
    return true;
  } catch {
    return false;
  }
}

function connectionFault(error: NodeJS.ErrnoException, place: string): Error {
  const why: Record<string, string> = {
    ECONNREFUSED: 'nothing answers there',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'there is no such host',
    ETIMEDOUT: 'nothing answers there in time',
    EHOSTUNREACH: 'the host cannot be reached',
    CONNECT_TIMEOUT: 'nothing answers there in time',
    NO_DATABASE: 'no PostgreSQL answers there',
    '28P01': 'it refuses the user name or password',
    '28000': 'it refuses the user name or the way of signing in',
    '3D000': 'it has no database of that name',
    '53300': 'it has no free connection',
    '57P03': 'it is still starting up',
  };
  const code = error.code ?? '';
  return new StartupFault(
    `DATABASE_URL (${place}) cannot be used: ${why[code] ?? `${error.message.split('\n')[0]}`}.`,
  );
}
