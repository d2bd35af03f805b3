import { createHmac } from 'node:crypto';
import postgres from 'postgres';

const owner = 'fairlead_migrator';
const database = 'fairlead';

/**
 * Makes the login role that owns the database, and the database, where they are missing. The role is no superuser and
 * may make the roles that the migrations name. Its password follows from the superuser's, so nothing else is kept.
 */
export async function prepareDatabase(options: { superuserUrl: string }): Promise<{ ownerUrl: string }> {
  const url = new URL(options.superuserUrl);
  const password = createHmac('sha256', decodeURIComponent(url.password)).update(owner).digest('base64url');
  const sql = postgres(options.superuserUrl, { max: 1, onnotice: () => {}, connect_timeout: 30 });
  try {
    const [role] = await sql`select from pg_roles where rolname = ${owner}`;
    if (role === undefined)
      await sql.unsafe(
        `create role ${owner} login createrole nosuperuser nobypassrls password '${password}'`,
      );
    const [made] = await sql`select from pg_database where datname = ${database}`;
    if (made === undefined) await sql.unsafe(`create database ${database} owner ${owner}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
  url.username = owner;
  url.password = password;
  url.pathname = `/${database}`;
  return { ownerUrl: url.href };
}
