import type { Database } from '#platform/database.ts';

/** The processes of Fairlead that are connected to a database beside this one, by what they call themselves. */
export async function otherProcesses(db: Database): Promise<string[]> {
  const rows = await db<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like 'fairlead-%'
    order by 1`;
  return rows.map((row) => row.name);
}
