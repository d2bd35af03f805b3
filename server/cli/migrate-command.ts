import { loadConfig } from '#platform/config.ts';
import { migrate } from '#platform/migrate.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import { assertFitDatabase } from './own-database.ts';

/** `fairlead migrate`: brings the database at DATABASE_URL to this version. */
export async function migrateCommand(): Promise<void> {
  const { database } = loadConfig();
  const url = database.url.reveal();
  if (url === '')
    throw new StartupFault(
      'Set DATABASE_URL to the database to migrate; "npm start" migrates the embedded one itself.',
    );
  await assertFitDatabase(url);
  const { applied } = await migrate(url, database);
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write(
    applied.length === 0 ? 'The schema is current.\n' : `${applied.length} steps applied.\n`,
  );
}
