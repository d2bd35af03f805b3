import type { Database } from '#platform/database.ts';

const ours = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker', 'schema_history', 'public')`;
/** Partitions that are made as months go by are no part of the schema. */
const lasting = `c.relname !~ '_[0-9]{4}_[0-9]{2}$'`;

/**
 * Describes the whole schema as SQL to read, from pg_catalog alone: the same schema gives the same text on any machine.
 * It is for review and comparison, not for restoring.
 */
export async function dumpSchema(db: Database): Promise<string> {
  const parts = [
    '-- Generated from the migrated database (npm run check -- --write). Reviewed with every migration, never run.\n',
    await roles(db),
    await schemas(db),
    await functions(db),
    await tables(db),
  ];
  return `${parts.join('\n').trim()}\n`;
}

type Line = { text: string };

async function lines(db: Database, query: string): Promise<string[]> {
  return (await db.unsafe<Line[]>(query)).map((row) => row.text);
}

async function roles(db: Database): Promise<string> {
  const found = await lines(
    db,
    `select format('-- role %s: %s, %s, %s', rolname,
        case when rolcanlogin then 'login' else 'nologin' end,
        case when rolsuper then 'superuser' else 'nosuperuser' end,
        case when rolbypassrls then 'bypassrls' else 'nobypassrls' end) as text
     from pg_roles where rolname in ('fairlead_app', 'fairlead_dispatcher', 'fairlead_staff') order by rolname`,
  );
  return `${found.join('\n')}\n`;
}

async function schemas(db: Database): Promise<string> {
  const found = await lines(
    db,
    `select format('create schema %I;', n.nspname) || coalesce((
        select string_agg(format(E'\\ngrant %s on schema %I to %s;', g.privileges, n.nspname, g.grantee), '' order by g.grantee)
        from (${grantees('n.nspacl', 'n.nspowner')}) g), '') as text
     from pg_namespace n where ${ours} order by n.nspname`,
  );
  return `${found.join('\n')}\n`;
}

async function functions(db: Database): Promise<string> {
  const found = await lines(
    db,
    `select pg_get_functiondef(p.oid) || ';' || format(E'\\n-- owner: %s', pg_get_userbyid(p.proowner)) || coalesce((
        select string_agg(format(E'\\ngrant %s on function %s to %s;', g.privileges, p.oid::regprocedure, g.grantee), '' order by g.grantee)
        from (${grantees('p.proacl', 'p.proowner')}) g), '') as text
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${ours} and p.prokind in ('f', 'p') order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`,
  );
  return found.map((text) => `${text}\n`).join('\n');
}

async function tables(db: Database): Promise<string> {
  const found = await db.unsafe<
    { oid: number; name: string; kind: string; owner: string; partition: string | null }[]
  >(
    `select c.oid::int as oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind,
        pg_get_userbyid(c.relowner) as owner,
        case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as partition
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and c.relkind in ('r', 'p', 'v', 'm') and ${lasting} order by n.nspname, c.relname`,
  );
  const texts: string[] = [];
  for (const table of found) {
    const body =
      table.kind === 'v' || table.kind === 'm'
        ? [
            `create view ${table.name} as${(await lines(db, `select pg_get_viewdef(${table.oid}) as text`)).join('')}`,
          ]
        : await tableText(db, table);
    texts.push([...body, ...(await tableRights(db, table.oid, table.name))].join('\n'));
  }
  return texts.map((text) => `${text}\n`).join('\n');
}

async function tableText(
  db: Database,
  table: { oid: number; name: string; kind: string; partition: string | null },
): Promise<string[]> {
  const columns = await lines(
    db,
    `select format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
        || case when a.attnotnull then ' not null' else '' end
        || case when a.attidentity <> '' then ' generated as identity' else '' end
        || case when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')'
                when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end as text
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = ${table.oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  );
  const constraints = await lines(
    db,
    `select format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as text from pg_constraint
     where conrelid = ${table.oid} and contype not in ('n', 't') and conparentid = 0 order by contype desc, conname`,
  );
  const partitioning =
    table.kind === 'p'
      ? ` partition by ${(await lines(db, `select pg_get_partkeydef(${table.oid}) as text`)).join('')}`
      : '';
  const partOf = table.partition === null ? '' : ` -- partition: ${table.partition}`;
  return [
    `create table ${table.name} (${partOf}\n${[...columns, ...constraints].join(',\n')}\n)${partitioning};`,
    ...(await lines(
      db,
      `select pg_get_indexdef(i.indexrelid) || ';' as text from pg_index i join pg_class x on x.oid = i.indexrelid
       where i.indrelid = ${table.oid} and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
         and not x.relispartition order by x.relname`,
    )),
    ...(await lines(
      db,
      `select pg_get_triggerdef(oid) || ';' as text from pg_trigger
       where tgrelid = ${table.oid} and not tgisinternal and tgparentid = 0 order by tgname`,
    )),
  ];
}

async function tableRights(db: Database, oid: number, name: string): Promise<string[]> {
  return lines(
    db,
    `select text from (
       select 1 as part, '' as key, case when relforcerowsecurity then 'alter table ${name} force row level security;'
                           when relrowsecurity then 'alter table ${name} enable row level security;' end as text
       from pg_class where oid = ${oid}
       union all
       select 2, polname, format('create policy %I on ${name} for %s to %s', polname,
           case polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
           (select string_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end, ', ') from unnest(polroles) r))
         || coalesce(' using (' || pg_get_expr(polqual, polrelid) || ')', '')
         || coalesce(' with check (' || pg_get_expr(polwithcheck, polrelid) || ')', '') || ';'
       from pg_policy where polrelid = ${oid}
       union all
       select 3, g.grantee, format('grant %s on ${name} to %s;', g.privileges, g.grantee)
       from pg_class c, lateral (${grantees('c.relacl', 'c.relowner')}) g where c.oid = ${oid}
       union all
       select 4, a.attname || g.grantee, format('grant %s (%I) on ${name} to %s;', g.privileges, a.attname, g.grantee)
       from pg_attribute a, pg_class c, lateral (${grantees('a.attacl', 'c.relowner')}) g
       where a.attrelid = ${oid} and c.oid = ${oid} and a.attacl is not null
     ) rights where text is not null order by part, key`,
  );
}

/** Who but the owner holds which privileges by an access list. */
function grantees(list: string, owner: string): string {
  return `select case when x.grantee = 0 then 'public' else pg_get_userbyid(x.grantee) end as grantee,
      string_agg(lower(x.privilege_type), ', ' order by x.privilege_type) as privileges
    from aclexplode(${list}) x where x.grantee <> ${owner} group by 1`;
}
