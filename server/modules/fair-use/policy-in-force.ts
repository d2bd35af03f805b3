import type { Database, Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { newestPolicy, type StoredPolicy } from './fair-use-store.ts';

const believeMs = 5_000;

const known = new WeakMap<Platform, { policy: StoredPolicy | undefined; askedAt: number }>();

/**
 * The vendor's policy, at most five seconds old; undefined until one was set. Within a transaction give its own connection:
 * a second connection taken while one is held could leave all of them waiting for each other.
 */
export async function policyInForce(
  platform: Platform,
  sql: Tx | Database = platform.db,
): Promise<StoredPolicy | undefined> {
  const found = known.get(platform);
  if (found !== undefined && performance.now() - found.askedAt < believeMs) return found.policy;
  const policy = await newestPolicy(sql);
  known.set(platform, { policy, askedAt: performance.now() });
  return policy;
}

/** What is known of the policy without asking, for a request's path. */
export function lastKnownPolicy(platform: Platform): StoredPolicy | undefined {
  return known.get(platform)?.policy;
}

/** Makes this process ask anew. */
export function forgetPolicy(platform: Platform): void {
  known.delete(platform);
}
