import type { Database } from '#platform/database.ts';

/** Schemas of libraries, which work as the owner, and of the migrations' own record. */
const foreignSchemas = ['pg_catalog', 'information_schema', 'graphile_worker', 'auth', 'schema_history'];

/** A table as the database knows it. Partitions are left out: nobody but their parent's owner may touch them. */
export interface Table {
  name: string;
  hasCustomer: boolean;
  hasEnvironment: boolean;
  secured: boolean;
  forced: boolean;
  policies: { name: string; command: string; roles: string[]; using: string | null; check: string | null }[];
}

/** Every table of ours, in order of name. */
export function listTables(db: Database): Promise<Table[]> {
  return db<Table[]>`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'customer_id') as "hasCustomer",
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'environment_id') as "hasEnvironment",
      coalesce((select jsonb_agg(jsonb_build_object('name', p.polname, 'command', p.polcmd::text,
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid),
          'roles', (select jsonb_agg(case r when 0 then 'public' else pg_get_userbyid(r)::text end)
                    from unnest(p.polroles) r)) order by p.polname)
        from pg_policy p where p.polrelid = c.oid), '[]') as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f', 'm', 'v') and not c.relispartition
      and n.nspname <> all (${foreignSchemas}) and n.nspname not like 'pg\\_%'
    order by 1`;
}

/** A function that runs with its owner's rights. */
export interface Definer {
  signature: string;
  owner: string;
  settings: string[];
  openToAll: boolean;
}

export function listDefiners(db: Database): Promise<Definer[]> {
  return db<Definer[]>`
    select p.oid::regprocedure::text as signature, pg_get_userbyid(p.proowner)::text as owner,
      coalesce(p.proconfig, '{}') as settings,
      coalesce(has_function_privilege('public', p.oid, 'execute'), true) as "openToAll"
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker')
    order by 1`;
}

/** Functions that set the scope themselves: they trust the ids they are given, so there must be few. */
export async function listScopeSetters(db: Database): Promise<string[]> {
  const rows = await db<{ signature: string }[]>`
    select p.oid::regprocedure::text as signature
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker')
      and p.prosrc ~* 'app\\.(customer|environment)' and p.prosrc ~* 'set_config'
      and p.prosrc !~* 'create policy'
    order by 1`;
  return rows.map((row) => row.signature);
}

/** What a role may do with tables of any schema, as 'select on desk.tickets'. Columns' own grants count as well. */
export async function privilegesOf(db: Database, role: string): Promise<string[]> {
  const rows = await db<{ privilege: string }[]>`
    select lower(privilege) || ' on ' || n.nspname || '.' || c.relname as privilege
    from pg_class c join pg_namespace n on n.oid = c.relnamespace,
      unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) privilege
    where c.relkind in ('r', 'p', 'f', 'm', 'v') and n.nspname not in ('pg_catalog', 'information_schema')
      and (has_table_privilege(${role}, c.oid, privilege)
        or (privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(${role}, c.oid, privilege)))
    order by 1`;
  return rows.map((row) => row.privilege);
}

/** Tables, schemas and functions that a role owns in this database. */
export async function ownedBy(db: Database, role: string): Promise<string[]> {
  const rows = await db<{ thing: string }[]>`
    select n.nspname || '.' || c.relname as thing from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where pg_get_userbyid(c.relowner) = ${role} and n.nspname not like 'pg\\_%'
    union all select 'schema ' || nspname from pg_namespace where pg_get_userbyid(nspowner) = ${role} and nspname not like 'pg\\_%'
    union all select p.oid::regprocedure::text from pg_proc p where pg_get_userbyid(p.proowner) = ${role}
    order by 1`;
  return rows.map((row) => row.thing);
}
