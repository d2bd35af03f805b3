import type { Database } from '#platform/database.ts';

/** How a Postgres type arrives through our driver settings (see platform/database.ts); JSON's shape its readers know. */
const shapes: Record<string, string> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  timestamptz: 'Temporal.Instant',
  json: 'unknown',
  jsonb: 'unknown',
  bytea: 'Buffer',
};

interface Column {
  table: string;
  column: string;
  type: string;
  is_array: boolean;
  nullable: boolean;
}

/** The rows of every table as TypeScript, so that a renamed column breaks the compile. */
export async function describeRows(db: Database): Promise<string> {
  const columns = await db<Column[]>`
    select n.nspname || '.' || c.relname as table, a.attname as column,
      coalesce(e.typname, b.typname, t.typname) as type, t.typcategory = 'A' as is_array, not a.attnotnull as nullable
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
    left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
    where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker', 'schema_history', 'public')
    order by 1, a.attnum`;
  const tables = Map.groupBy(columns, (column) => column.table);
  const body = [...tables].map(
    ([name, members]) =>
      `  '${name}': {\n${members.map((column) => `    ${member(column)}\n`).join('')}  };\n`,
  );
  return `// Generated from the migrated database (npm run check -- --write).

/** The rows of every table, by its name with schema. */
export interface Tables {
${body.join('')}}
`;
}

function member(column: Column): string {
  const single = shapes[column.type] ?? 'string';
  const shape = column.is_array ? `${single}[]` : single;
  return `${column.column}: ${shape}${column.nullable && shape !== 'unknown' ? ' | null' : ''};`;
}
