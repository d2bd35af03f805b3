import { personById } from '#modules/access/index.ts';
import type { Tx } from '#platform/database.ts';

const kinds: Record<string, string> = { credential: "the customer's system", system: 'Fairlead' };
const parts: Record<string, string> = {
  'system:file-exchange': 'a file of the customer',
  'system:webhooks.receiver': "a message of the customer's system",
};

/** Whoever recorded something ("person:…", "credential:…", "system:…"), in words; people by their names. */
export async function nameAuthors(sql: Tx, references: string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const reference of new Set(references)) {
    const [kind = '', id = ''] = reference.split(':');
    const person = kind === 'person' ? await personById(sql, id) : undefined;
    names.set(reference, person?.name ?? parts[reference] ?? kinds[kind] ?? 'a person who has left');
  }
  return names;
}
