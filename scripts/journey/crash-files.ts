import { join } from 'node:path';

/** Where a journey under crashes keeps what was acknowledged, and the file that keeps it from its last step. */
export const crashFiles = (dataDir: string) => ({
  acknowledgements: join(dataDir, 'journey-acknowledgements.jsonl'),
  hold: join(dataDir, 'journey-hold'),
});
