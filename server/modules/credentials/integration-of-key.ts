import type { Work } from '#platform/transact.ts';
import { listKeys } from './credential-store.ts';

/** The integration that a key was issued for; null where it belongs to none. */
export async function integrationOfKey(
  { sql }: Work,
  { environmentId, keyId }: { environmentId: string; keyId: string },
): Promise<string | null> {
  const [key] = await listKeys(sql, environmentId, { id: keyId });
  return key?.integrationId ?? null;
}
