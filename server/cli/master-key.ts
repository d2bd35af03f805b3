import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFault } from '#platform/startup-fault.ts';

/** The installation's master key, made once and kept in the data folder where only its owner reads it. */
export function masterKeyIn(dataDir: string): string {
  const file = join(dataDir, 'master-key');
  try {
    if (!existsSync(file)) {
      writeFileSync(`${file}.new`, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw diskFault(error, file) ?? error;
  }
}
