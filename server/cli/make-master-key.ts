import { makeMasterKey } from '#platform/master-key.ts';

/** `fairlead make-master-key`: prints a new master key, for secrets.master_key; it is kept nowhere. */
export async function makeMasterKeyCommand(): Promise<void> {
  process.stdout.write(`${makeMasterKey()}\n`);
}
