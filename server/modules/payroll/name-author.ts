import { personById } from '#modules/access/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Work } from '#platform/transact.ts';
import { insertWritingKey, selectWritingKeys } from './writing-key-store.ts';

const kinds: Record<string, string> = { credential: "the customer's system", system: 'Fairlead' };
const parts: Record<string, string> = {
  'system:file-exchange': 'a file of the customer',
  'system:webhooks.receiver': "a message of the customer's system",
};

/** Keeps the name of the key that writes, for whoever reads later who it was. */
export async function rememberAuthor({ sql, actor }: Work): Promise<void> {
  if (actor.kind === 'credential') await insertWritingKey(sql, actor);
}

/** Whoever recorded something ("person:…", "credential:…", "system:…"), in words; people and keys by their names. */
export async function nameAuthors(
  sql: Tx,
  environmentId: string,
  references: string[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const keys = references
    .filter((one) => one.startsWith('credential:'))
    .map((one) => one.slice('credential:'.length));
  const labels = await selectWritingKeys(sql, environmentId, keys);
  for (const reference of new Set(references)) {
    const [kind = '', id = ''] = reference.split(':');
    const person = kind === 'person' ? await personById(sql, id) : undefined;
    const label = labels.get(id);
    const key = label === undefined ? undefined : `the key “${label}”`;
    names.set(reference, person?.name ?? key ?? parts[reference] ?? kinds[kind] ?? 'a person who has left');
  }
  return names;
}
