import type { Database } from '#platform/database.ts';

/** The connection that holds the locks; wrapped, for a promise of it must not be awaited on its way. */
interface Session {
  connection: ReturnType<Database['reserve']>;
}

/** Which environments this process works on; no other process works on them meanwhile. */
export interface EnvironmentLocks {
  /** Holds an environment until released; undefined when it is held, here or by another process. */
  hold(environmentId: string): Promise<{ release(): Promise<void> } | undefined>;
  close(): void;
}

/**
 * Opens the locks on one connection of their own, made when it is first needed: the database lets go of all of them by
 * itself when this process dies.
 */
export function openEnvironmentLocks(db: Database): EnvironmentLocks {
  const held = new Set<string>();
  let session: Session | undefined;
  const drop = (lost: Session | undefined) => {
    if (session !== lost || lost === undefined) return;
    session = undefined;
    lost.connection.then(
      (connection) => connection.release(),
      () => {},
    );
  };
  const hold = async (environmentId: string) => {
    session ??= { connection: db.reserve() };
    const own = session;
    try {
      const connection = await own.connection;
      const [row] = await connection<{ held: boolean }[]>`
        select pg_try_advisory_lock(hashtextextended('file-exchange ' || ${environmentId}, 0)) as held`;
      return row?.held === true ? own : undefined;
    } catch (error) {
      drop(own);
      throw error;
    }
  };
  const release = async (environmentId: string, own: Session) => {
    if (session !== own) return;
    try {
      const connection = await own.connection;
      await connection`select pg_advisory_unlock(hashtextextended('file-exchange ' || ${environmentId}, 0))`;
    } catch (error) {
      drop(own);
      throw error;
    }
  };
  return {
    hold: async (environmentId) => {
      if (held.has(environmentId)) return undefined;
      held.add(environmentId);
      const own = await hold(environmentId).catch((error: unknown) => {
        held.delete(environmentId);
        throw error;
      });
      if (own === undefined) {
        held.delete(environmentId);
        return undefined;
      }
      return {
        release: () => release(environmentId, own).finally(() => held.delete(environmentId)),
      };
    },
    close: () => drop(session),
  };
}
