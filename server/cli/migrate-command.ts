import { claimMode, refuseOtherMode } from '#platform/claim-database.ts';
import { loadConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/database.ts';
import { migrate } from '#platform/migrate.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import { assertFitDatabase } from './own-database.ts';

/** `fairlead migrate`: brings the database at DATABASE_URL to this version, for an installation in production. */
export async function migrateCommand(): Promise<void> {
  const { database } = loadConfig();
  const url = database.url.reveal();
  if (url === '')
    throw new StartupFault(
      'Set DATABASE_URL to the database to migrate; "npm start" migrates the embedded one itself.',
    );
  await assertFitDatabase(url);
  const db = openDatabase(url, { max: 1, application: 'fairlead-migrate', limits: database });
  try {
    await refuseOtherMode(db, 'production');
    const { applied } = await migrate(url, database);
    await claimMode(db, 'production');
    report(applied);
  } finally {
    await db.end({ timeout: 1 });
  }
}

function report(applied: string[]): void {
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write(
    applied.length === 0 ? 'The schema is current.\n' : `${applied.length} steps applied.\n`,
  );
}
