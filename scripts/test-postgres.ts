import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#platform/postgres-supervisor/start-embedded-postgres.ts';

/** A PostgreSQL for tests, named by FAIRLEAD_TEST_DATABASE from now on. */
export interface TestPostgres {
  url: string;
  stop(): Promise<void>;
}

/** Uses the one that FAIRLEAD_TEST_DATABASE names, else starts one of its own that does not wait for the disk. */
export async function openTestPostgres(): Promise<TestPostgres> {
  const given = process.env['FAIRLEAD_TEST_DATABASE'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-postgres-'));
  chmodSync(dataDir, 0o755);
  const log = { info: () => {}, warn: console.warn, error: console.error };
  const server = await startEmbeddedPostgres({ dataDir, log, fsync: false, maxConnections: 300 });
  process.env['FAIRLEAD_TEST_DATABASE'] = server.url;
  return {
    url: server.url,
    stop: async () => {
      await server.stop(1_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
