import type { Database } from '#platform/database.ts';

/** The connection that holds the locks; wrapped, for a promise of it must not be awaited on its way. */
interface Session {
  connection: ReturnType<Database['reserve']>;
}

/** What this process works on, by name; no other process works on it meanwhile. */
export interface TransferLocks {
  /** Holds a name until released; undefined when it is held, here or by another process. */
  hold(name: string): Promise<{ release(): Promise<void> } | undefined>;
  close(): void;
}

/**
 * Opens the locks on one connection of their own, made when it is first needed: the database lets go of all of them by
 * itself when this process dies.
 */
export function openTransferLocks(db: Database): TransferLocks {
  const held = new Set<string>();
  let session: Session | undefined;
  const drop = (lost: Session | undefined) => {
    if (session !== lost || lost === undefined) return;
    session = undefined;
    lost.connection
      .then(async (connection) => {
        // Back in the pool it must hold no lock; one that is broken is in the pool again already, and is not given back twice.
        await connection`select pg_advisory_unlock_all()`;
        connection.release();
      })
      .catch(() => {});
  };
  const hold = async (name: string) => {
    session ??= { connection: db.reserve() };
    const own = session;
    try {
      const connection = await own.connection;
      const [row] = await connection<{ held: boolean }[]>`
        select pg_try_advisory_lock(hashtextextended('file-exchange ' || ${name}, 0)) as held`;
      return row?.held === true ? own : undefined;
    } catch (error) {
      drop(own);
      throw error;
    }
  };
  const release = async (name: string, own: Session) => {
    if (session !== own) return;
    try {
      const connection = await own.connection;
      await connection`select pg_advisory_unlock(hashtextextended('file-exchange ' || ${name}, 0))`;
    } catch (error) {
      drop(own);
      throw error;
    }
  };
  return {
    hold: async (name) => {
      if (held.has(name)) return undefined;
      held.add(name);
      const own = await hold(name).catch((error: unknown) => {
        held.delete(name);
        throw error;
      });
      if (own === undefined) {
        held.delete(name);
        return undefined;
      }
      return {
        release: () => release(name, own).finally(() => held.delete(name)),
      };
    },
    close: () => drop(session),
  };
}
