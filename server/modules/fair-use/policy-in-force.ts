import type { Platform } from '#platform/platform.ts';
import { newestPolicy, type StoredPolicy } from './fair-use-store.ts';

const believeMs = 5_000;

const known = new WeakMap<Platform, { policy: StoredPolicy | undefined; askedAt: number }>();

/** The vendor's policy, at most five seconds old; undefined until one was set. */
export async function policyInForce(platform: Platform): Promise<StoredPolicy | undefined> {
  const found = known.get(platform);
  if (found !== undefined && performance.now() - found.askedAt < believeMs) return found.policy;
  const policy = await newestPolicy(platform.db);
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
