import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { Actor } from '#platform/actor.ts';
import { createGate, type Gate } from '#platform/gate.ts';
import { networkOf } from '#platform/network-of.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { environmentOfKey, hashOfKey } from './api-key.ts';
import { type FoundKey, findKeyByHash } from './credential-store.ts';
import { createLastUsed, type LastUsed } from './last-used.ts';
import { problems } from './problems.ts';

/** How long a key's state is believed without asking again: what bounds how late a revocation is seen. */
const believeMs = 500;
/** How long a secret that opens nothing is answered from memory. It can never open anything later: keys are random. */
const believeDeadMs = 60_000;
const most = 20_000;
/** Look-ups of secrets that this process does not know; each address in its turn. */
const turns = { atOnce: 4, waiting: 1_000 };

type CredentialActor = Actor & { kind: 'credential' };

interface KnownKey {
  /** Undefined when no key has this secret. */
  key: FoundKey | undefined;
  actor: CredentialActor | undefined;
  allowed: BlockList | undefined;
  askedAt: number;
}

/** What one process knows about secrets; it asks the database again for each live key at least every half second. */
interface KeyRing {
  known: Map<string, KnownKey>;
  asking: Map<string, Promise<KnownKey>>;
  gate: Gate;
  lastUsed: LastUsed;
}

const rings = new WeakMap<Platform, KeyRing>();

function ringOf(platform: Platform): KeyRing {
  let ring = rings.get(platform);
  if (ring === undefined) {
    ring = {
      known: new Map(),
      asking: new Map(),
      gate: createGate(turns),
      lastUsed: createLastUsed(platform),
    };
    rings.set(platform, ring);
  }
  return ring;
}

/**
 * The actor behind an API key; throws a Problem when it is not a good one. Prefix and checksum refuse garbage before any
 * look-up, and a secret that is known to open nothing is refused from memory: neither counts against anybody, so that an
 * old process with a dead key never locks out a good key at the same address.
 */
export async function authenticateKey(
  platform: Platform,
  presented: string,
  address: string,
  headers: IncomingHttpHeaders = {},
): Promise<Actor> {
  const ring = ringOf(platform);
  const kind = environmentOfKey(presented);
  if (kind === undefined) throw refusal();
  const wanted = headers['fairlead-environment'];
  if (wanted !== undefined && wanted !== kind)
    throw problems['wrong-environment']({
      detail: `The key opens the ${kind} environment, but the header Fairlead-Environment names another one.`,
    });
  const known = await keyOf(platform, ring, presented, address);
  if (known.key === undefined || known.actor === undefined || !isLive(known.key, platform)) throw refusal();
  if (known.allowed !== undefined && !isAllowed(known.allowed, address))
    throw problems['api-key-not-from-here']();
  ring.lastUsed.note(known.key);
  return known.actor;
}

/** The key that has this well-formed secret, dead or alive; undefined when no key has it. */
export async function findKey(
  platform: Platform,
  secret: string,
  address: string,
): Promise<FoundKey | undefined> {
  return (await keyOf(platform, ringOf(platform), secret, address)).key;
}

async function keyOf(platform: Platform, ring: KeyRing, secret: string, address: string): Promise<KnownKey> {
  const hash = hashOfKey(secret);
  const name = hash.toString('base64');
  const known = ring.known.get(name);
  const ageMs = performance.now() - (known?.askedAt ?? Number.NEGATIVE_INFINITY);
  const isDead = known !== undefined && (known.key === undefined || known.key.revokedAt !== null);
  if (known !== undefined && ageMs <= (isDead ? believeDeadMs : believeMs)) return known;
  if (known?.key !== undefined || ring.asking.has(name)) return ask(platform, ring, name, hash);
  if (!(await ring.gate.enter(networkOf(address))))
    throw commonProblems['too-many-requests']({ headers: { 'retry-after': '1' } });
  try {
    return await ask(platform, ring, name, hash);
  } finally {
    ring.gate.leave();
  }
}

/** Makes this process ask anew about every key; others notice within half a second by themselves. */
export function forgetKeys(platform: Platform): void {
  for (const known of rings.get(platform)?.known.values() ?? []) known.askedAt = Number.NEGATIVE_INFINITY;
}

/** Writes what is still to be written about when keys were used; for the drain. */
export async function flushLastUsed(platform: Platform): Promise<void> {
  await rings.get(platform)?.lastUsed.flush();
}

/** One look-up for all who ask about the same secret at the same time. */
function ask(platform: Platform, ring: KeyRing, name: string, hash: Buffer): Promise<KnownKey> {
  const running = ring.asking.get(name);
  if (running !== undefined) return running;
  const askedAt = performance.now();
  const asking = findKeyByHash(platform.db, hash)
    .then((key) => {
      const known: KnownKey =
        key === undefined
          ? { key, actor: undefined, allowed: undefined, askedAt }
          : { key, actor: actorOf(key), allowed: blocksOf(key.allowedAddresses), askedAt };
      ring.known.delete(name);
      ring.known.set(name, known);
      if (ring.known.size > most) for (const oldest of ring.known.keys()) return forget(ring, oldest, known);
      return known;
    })
    .finally(() => ring.asking.delete(name));
  ring.asking.set(name, asking);
  return asking;
}

function forget(ring: KeyRing, oldest: string, known: KnownKey): KnownKey {
  ring.known.delete(oldest);
  return known;
}

/** One wording for every cause: who holds a bad key learns nothing from it. */
function refusal(): Error {
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
