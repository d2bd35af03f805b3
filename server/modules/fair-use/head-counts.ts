import type { Platform } from '#platform/platform.ts';

const known = new WeakMap<Platform, Map<string, number | null>>();
const most = 20_000;

/** Remembers a customer's headcount, for what must not ask the database. */
export function rememberHeadCount(platform: Platform, customerId: string, headCount: number | null): void {
  let counts = known.get(platform);
  if (counts === undefined || counts.size >= most) {
    counts = new Map();
    known.set(platform, counts);
  }
  counts.set(customerId, headCount);
}

/** The headcount last seen; undefined while none was. */
export function lastKnownHeadCount(platform: Platform, customerId: string): number | null | undefined {
  return known.get(platform)?.get(customerId);
}
