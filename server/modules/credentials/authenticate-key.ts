import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { Actor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { environmentOfKey, hashOfKey } from './api-key.ts';
import { type FoundKey, findKeyByHash } from './credential-store.ts';
import { createFailureThrottle, type FailureThrottle } from './failure-throttle.ts';
import { createLastUsed, type LastUsed } from './last-used.ts';
import { problems } from './problems.ts';

/** How long a key's state is believed without asking again: what bounds how late a revocation is seen. */
const believeMs = 500;
const rememberMs = 600_000;
const most = 20_000;

type CredentialActor = Actor & { kind: 'credential' };

interface KnownKey {
  key: FoundKey;
  actor: CredentialActor;
  allowed: BlockList | undefined;
  askedAt: number;
}

/** What one process knows about keys; it asks the database again for each key at least every half second. */
interface KeyRing {
  known: Map<string, KnownKey>;
  asking: Map<string, Promise<KnownKey | undefined>>;
  throttle: FailureThrottle;
  lastUsed: LastUsed;
}

const rings = new WeakMap<Platform, KeyRing>();

function ringOf(platform: Platform): KeyRing {
  let ring = rings.get(platform);
  if (ring === undefined) {
    ring = {
      known: new Map(),
      asking: new Map(),
      throttle: createFailureThrottle(),
      lastUsed: createLastUsed(platform),
    };
    rings.set(platform, ring);
  }
  return ring;
}

/**
 * The actor behind an API key; throws a Problem when it is not a good one. Prefix and checksum are tried before any
 * look-up, and an address with too many failures is refused before one too, unless its key was good a moment ago.
 */
export async function authenticateKey(
  platform: Platform,
  presented: string,
  address: string,
  headers: IncomingHttpHeaders = {},
): Promise<Actor> {
  const ring = ringOf(platform);
  const kind = environmentOfKey(presented);
  if (kind === undefined) throw refusal(ring, address);
  const wanted = headers['fairlead-environment'];
  if (wanted !== undefined && wanted !== kind)
    throw problems['wrong-environment']({
      detail: `The key opens the ${kind} environment, but the header Fairlead-Environment names another one.`,
    });
  const hash = hashOfKey(presented);
  const name = hash.toString('base64');
  let known = ring.known.get(name);
  const now = performance.now();
  if (known === undefined || now - known.askedAt > believeMs) {
    if (known === undefined || now - known.askedAt > rememberMs) refuseThrottled(ring, address);
    known = await ask(platform, ring, name, hash);
  }
  if (known === undefined || !isLive(known.key, platform)) {
    ring.known.delete(name);
    throw refusal(ring, address);
  }
  if (known.allowed !== undefined && !isAllowed(known.allowed, address)) {
    ring.throttle.noteFailure(address);
    throw problems['api-key-not-from-here']();
  }
  ring.lastUsed.note(known.key);
  return known.actor;
}

/** Makes this process ask anew about every key; others notice within half a second by themselves. */
export function forgetKeys(platform: Platform): void {
  for (const known of rings.get(platform)?.known.values() ?? []) known.askedAt = -believeMs - 1;
}

/** Writes what is still to be written about when keys were used; for the drain. */
export async function flushLastUsed(platform: Platform): Promise<void> {
  await rings.get(platform)?.lastUsed.flush();
}

/** One look-up for all who ask about the same key at the same time. */
function ask(platform: Platform, ring: KeyRing, name: string, hash: Buffer): Promise<KnownKey | undefined> {
  const running = ring.asking.get(name);
  if (running !== undefined) return running;
  const askedAt = performance.now();
  const asking = findKeyByHash(platform.db, hash)
    .then((key) => {
      if (key === undefined) return undefined;
      const known = { key, actor: actorOf(key), allowed: blocksOf(key.allowedAddresses), askedAt };
      ring.known.delete(name);
      ring.known.set(name, known);
      if (ring.known.size > most)
        for (const oldest of ring.known.keys()) return forgetOne(ring, oldest, known);
      return known;
    })
    .finally(() => ring.asking.delete(name));
  ring.asking.set(name, asking);
  return asking;
}

function forgetOne(ring: KeyRing, oldest: string, known: KnownKey): KnownKey {
  ring.known.delete(oldest);
  return known;
}

function refuseThrottled(ring: KeyRing, address: string): void {
  const seconds = ring.throttle.waitSeconds(address);
  if (seconds > 0) throw problems['too-many-failed-keys']({ headers: { 'retry-after': String(seconds) } });
}

/** One wording for every cause: who holds a bad key learns nothing from it. */
function refusal(ring: KeyRing, address: string): Error {
  refuseThrottled(ring, address);
  ring.throttle.noteFailure(address);
  return problems['invalid-api-key']({ headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
}

function isLive(key: FoundKey, platform: Platform): boolean {
  if (key.revokedAt !== null) return false;
  return key.expiresAt === null || Temporal.Instant.compare(key.expiresAt, platform.clock.now()) > 0;
}

function actorOf(key: FoundKey): CredentialActor {
  return {
    kind: 'credential',
    id: key.id,
    label: key.label,
    customerId: key.customerId,
    environmentId: key.environmentId,
    scopes: key.scopes,
  };
}

function blocksOf(blocks: string[]): BlockList | undefined {
  if (blocks.length === 0) return undefined;
  const list = new BlockList();
  for (const block of blocks) {
    const [net = '', bits] = block.split('/');
    const family = isIPv6(net) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(bits), family);
  }
  return list;
}

function isAllowed(list: BlockList, address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
