import type { Config } from './config.ts';
import { adoptRoot, keyFrom, open, seal, unwrap } from './crypto.ts';
import type { Database, Tx } from './database.ts';
import { StartupFault } from './startup-fault.ts';

type Mode = Config['server']['mode'];

const probe = 'Fairlead';

/**
 * The first process that opens a database leaves its mode there, and a text that is sealed under its master key; every
 * later one must agree with both. Throws a StartupFault when it does not.
 */
export async function claimDatabase(db: Database, config: Config): Promise<void> {
  await claimMode(db, config.server.mode);
  const wrapped = await wrappedRoot(db);
  if (wrapped !== undefined) {
    const root = rootUnder(config.secrets.masterKey.reveal(), wrapped);
    if (root === undefined) throw otherMasterKey();
    adoptRoot(config, root);
  }
  const own = seal(config, probe).toString('base64');
  await db`
    insert into platform.settings (name, value) values ('master-key', to_jsonb(${own}::text)) on conflict do nothing`;
  if (!(await fitsMasterKey(db, config))) throw otherMasterKey();
}

/** Whether the secrets of a database are sealed under the keys that a configuration gives. */
export async function fitsMasterKey(db: Database | Tx, config: Config): Promise<boolean> {
  const [row] = await db<{ sealed: string }[]>`
    select value #>> '{}' as sealed from platform.settings where name = 'master-key'`;
  return opens(config, row?.sealed ?? '');
}

/** The installation's root under its present master key; undefined while the first master key is the root itself. */
export async function wrappedRoot(db: Database | Tx): Promise<Buffer | undefined> {
  const [row] = await db<{ wrapped: string }[]>`
    select value #>> '{}' as wrapped from platform.settings where name = 'root-key'`;
  return row && Buffer.from(row.wrapped, 'base64');
}

/** The root that was wrapped under a master key; undefined when it was another one. */
export function rootUnder(masterKey: string, wrapped: Buffer): string | undefined {
  try {
    return unwrap(keyFrom(masterKey, 'root-key'), 'root-key', wrapped).toString();
  } catch {
    return undefined;
  }
}

/** The fault of a start with a master key that is not this database's. */
export function otherMasterKey(): StartupFault {
  return new StartupFault(
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
