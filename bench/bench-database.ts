import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#platform/database.ts';
import { startEmbeddedPostgres } from '#platform/postgres-supervisor/start-embedded-postgres.ts';

/** Starts a PostgreSQL that waits for the disk as in production; tests' helpers then clone their databases on it. */
export async function startBenchDatabase(): Promise<{ stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  chmodSync(dataDir, 0o755);
  const log = { info: () => {}, warn: console.warn, error: console.error };
  const server = await startEmbeddedPostgres({ dataDir, log, fsync: true, maxConnections: 100 });
  process.env['FAIRLEAD_TEST_DATABASE'] = server.url;
  return {
    stop: async () => {
      await server.stop(2_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Writes out what earlier work left to be written, so that it does not fall into the measurement that follows. */
export async function settleDatabase(): Promise<void> {
  const db = openDatabase(process.env['FAIRLEAD_TEST_DATABASE'] ?? '', { max: 1 });
  await db.unsafe('checkpoint');
  await db.end();
}

/** The middle one of an odd number of figures. */
export function median(figures: number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
