import type { Database } from '#platform/database.ts';

/**
 * Holds an environment for one worker; undefined when another has it. The database lets go of it by itself when this
 * process dies.
 */
export async function holdEnvironment(
  db: Database,
  environmentId: string,
): Promise<{ release(): Promise<void> } | undefined> {
  const connection = await db.reserve();
  try {
    const [row] = await connection<{ held: boolean }[]>`
      select pg_try_advisory_lock(hashtextextended('file-exchange ' || ${environmentId}, 0)) as held`;
    if (row?.held) {
      return {
        release: async () => {
          try {
            await connection`select pg_advisory_unlock(hashtextextended('file-exchange ' || ${environmentId}, 0))`;
          } finally {
            connection.release();
          }
        },
      };
    }
  } catch (error) {
    connection.release();
    throw error;
  }
  connection.release();
  return undefined;
}
