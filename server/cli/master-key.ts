import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMasterKey } from '#platform/master-key.ts';
import { diskFault } from '#platform/startup-fault.ts';
import { writePrivateFile } from '#platform/write-private-file.ts';

/** The installation's master key, made once and kept in the data folder where only its owner reads it. */
export function masterKeyIn(dataDir: string): string {
  const file = join(dataDir, 'master-key');
  try {
    if (!existsSync(file)) writePrivateFile(file, `${makeMasterKey()}\n`);
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw diskFault(error, file) ?? error;
  }
}
