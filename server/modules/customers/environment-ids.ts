import type { Platform } from '#platform/platform.ts';
import { read } from '#platform/transact.ts';
import { environmentsOf } from './customer-store.ts';

/** An environment's id never changes, so what was found once is kept (at most this many customers). */
const known = new Map<string, Map<string, string>>();
const mostKnown = 10_000;

/** The id of a customer's environment by its kind; undefined when there is no such customer or kind. */
export async function environmentIdOf(
  platform: Platform,
  customerId: string,
  kind: string,
): Promise<string | undefined> {
  const found = known.get(customerId);
  if (found !== undefined) return found.get(kind);
  const environments = await read(platform, { customerId }, (sql) => environmentsOf(sql, customerId));
  if (environments.length === 0) return undefined;
  const ids = new Map<string, string>(environments.map((one) => [one.kind, one.id]));
  if (known.size >= mostKnown) known.clear();
  known.set(customerId, ids);
  return ids.get(kind);
}
