import type { Platform } from '#platform/platform.ts';
import { liveSecrets } from './endpoint.ts';
import { type FoundReceiver, receiverByToken } from './receiver-store.ts';

/** A receiver that is ready to verify: its secrets in the clear, in memory only. */
export interface ReadyReceiver {
  id: string;
  customerId: string;
  environmentId: string;
  fingerprint: string;
  secrets: string[];
  retiredSecrets: string[];
}

const keptMs = 1_000;
const mostKept = 5_000;
type Kept = Map<string, { until: number; receiver: Promise<ReadyReceiver | undefined> }>;
const caches = new WeakMap<Platform, Kept>();

/**
 * The enabled receiver behind an address. What was found is kept for a second, so that a flood on one address costs
 * one look-up a second; a change of the secret takes effect within it.
 */
export async function findReceiver(platform: Platform, token: string): Promise<ReadyReceiver | undefined> {
  if (token.length < 32 || token.length > 64) return undefined;
  const cache = caches.get(platform) ?? new Map();
  caches.set(platform, cache);
  const known = cache.get(token);
  if (known !== undefined && known.until > Date.now()) return known.receiver;
  if (cache.size >= mostKept) cache.clear();
  const receiver = receiverByToken(platform.db, token).then((found) => prepare(platform, found));
  cache.set(token, { until: Date.now() + keptMs, receiver });
  receiver.catch(() => cache.delete(token));
  return receiver;
}

/** Looks receivers up anew from now on in this process. */
export function forgetReceivers(platform: Platform): void {
  caches.get(platform)?.clear();
}

function prepare(platform: Platform, found: FoundReceiver | undefined): ReadyReceiver | undefined {
  if (found === undefined || found.status !== 'enabled') return undefined;
  const secrets = liveSecrets(platform.config, found, platform.clock.now());
  const all = liveSecrets(platform.config, found, Temporal.Instant.fromEpochMilliseconds(0));
  return {
    id: found.id,
    customerId: found.customerId,
    environmentId: found.environmentId,
    fingerprint: found.fingerprint,
    secrets,
    retiredSecrets: all.filter((secret) => !secrets.includes(secret)),
  };
}
