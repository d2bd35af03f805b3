import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import { ObjectFault } from '../objects.ts';
import { StartupFault } from '../startup-fault.ts';
import type { Blobs } from './blobs.ts';

const claimLock = 7_270_466;
/** How many recorded objects are looked for in a store that no start has claimed yet. */
const sample = 20;

/**
 * The first start writes an identity into the store and notes it in the database; every later one must find the same.
 * Throws a StartupFault when it does not: a node with a store of its own would lose what the others have accepted.
 */
export async function claimStore(db: Database, blobs: Blobs): Promise<void> {
  try {
    await claim(db, blobs);
  } catch (error) {
    if (!(error instanceof ObjectFault)) throw error;
    throw new StartupFault(
      `The object store cannot be used: ${error.message}. Check [objects] and that it is up.`,
    );
  }
}

async function claim(db: Database, blobs: Blobs): Promise<void> {
  await db.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${claimLock})`;
    const [row] = await sql<{ identity: string }[]>`
      select value #>> '{}' as identity from platform.settings where name = 'object-store'`;
    const found = (await blobs.readIdentity())?.trim();
    if (row !== undefined) {
      if (found !== row.identity) throw otherStore(blobs, row.identity, found);
      return;
    }
    const keys = await sql<{ key: string }[]>`select key from platform.some_objects(${sample})`;
    if (keys.length > 0 && !(await holdsAny(blobs, keys))) throw otherStore(blobs, undefined, found);
    const identity = found ?? randomUUID();
    if (found === undefined) await blobs.writeIdentity(identity);
    await sql`insert into platform.settings (name, value) values ('object-store', to_jsonb(${identity}::text))`;
  });
}

async function holdsAny(blobs: Blobs, keys: { key: string }[]): Promise<boolean> {
  for (const { key } of keys) {
    const blob = await blobs.open(key);
    await blob?.close();
    if (blob !== undefined) return true;
  }
  return false;
}

function otherStore(blobs: Blobs, wanted: string | undefined, found: string | undefined): StartupFault {
  const is = found === undefined ? 'holds no object store' : `holds another object store (${found})`;
  const which = wanted === undefined ? '' : ` (${wanted})`;
  return new StartupFault(
    `The files of this database are in an object store${which} that is not here: ${blobs.place} ${is}. All nodes share one: name the same data folder (server.data_dir) or the same bucket ([objects] in fairlead.defaults.toml). After a move, copy the whole store, with its file store-identity.`,
  );
}
