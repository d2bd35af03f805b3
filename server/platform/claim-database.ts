import type { Config } from './config.ts';
import { open, seal } from './crypto.ts';
import type { Database } from './database.ts';
import { StartupFault } from './startup-fault.ts';

type Mode = Config['server']['mode'];

const probe = 'Fairlead';

/**
 * The first process that opens a database leaves its mode there, and a text that is sealed under its master key; every
 * later one must agree with both. Throws a StartupFault when it does not.
 */
export async function claimDatabase(db: Database, config: Config): Promise<void> {
  await claimMode(db, config.server.mode);
  const own = seal(config, probe).toString('base64');
  await db`
    insert into platform.settings (name, value) values ('master-key', to_jsonb(${own}::text)) on conflict do nothing`;
  const [row] = await db<{ sealed: string }[]>`
    select value #>> '{}' as sealed from platform.settings where name = 'master-key'`;
  if (!opens(config, row?.sealed ?? ''))
    throw new StartupFault(
      'The secrets in this database are sealed under another master key than secrets.master_key ("npm start" keeps its own in the file master-key of its data folder). Start with the key they were sealed under; nothing else can read them.',
    );
}

/** Notes the mode of a migrated database's installation where none is noted; throws a StartupFault when it is another one. */
export async function claimMode(db: Database, mode: Mode): Promise<void> {
  await db`
    insert into platform.settings (name, value) values ('mode', to_jsonb(${mode}::text)) on conflict do nothing`;
  await refuseOtherMode(db, mode);
}

/** Throws a StartupFault when a database belongs to an installation in another mode; it may be empty. */
export async function refuseOtherMode(db: Database, mode: Mode): Promise<void> {
  const [table] = await db<
    { there: boolean }[]
  >`select to_regclass('platform.settings') is not null as there`;
  if (!table?.there) return;
  const [row] = await db<{ mode: Mode }[]>`
    select value #>> '{}' as mode from platform.settings where name = 'mode'`;
  if (row === undefined || row.mode === mode) return;
  throw new StartupFault(
    mode === 'demonstration'
      ? 'This database belongs to an installation in production (fairlead serve, fairlead migrate), and "npm start" is for demonstrations: it would let in people that everybody knows. Name another one in DATABASE_URL, or none.'
      : 'This database holds a demonstration, with people and sign-in links of its own (npm start). Production needs a database of its own: name one in DATABASE_URL.',
  );
}

function opens(config: Config, sealed: string): boolean {
  try {
    return open(config, Buffer.from(sealed, 'base64')) === probe;
  } catch {
    return false;
  }
}
