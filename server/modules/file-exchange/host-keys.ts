import ssh2 from 'ssh2';
import { open, seal, sha256 } from '#platform/crypto.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { insertHostKey, listHostKeys } from './account-store.ts';

const algorithms = ['ed25519', 'ecdsa'] as const;

/** The door's private keys in OpenSSH's own form; made at the first start, the same for every process and restart. */
export async function hostKeys(platform: Platform): Promise<string[]> {
  const { db, config, clock } = platform;
  if ((await listHostKeys(db)).length < algorithms.length) {
    for (const algorithm of algorithms)
      await insertHostKey(db, { algorithm, sealed: seal(config, makePrivateKey(algorithm)) }, clock.now());
  }
  return (await listHostKeys(db)).map((row) => open(config, row.sealed));
}

/** Made until it reads back: about one Ed25519 key in 300 comes out of the library malformed. */
function makePrivateKey(algorithm: (typeof algorithms)[number]): string {
  for (;;) {
    const pair =
      algorithm === 'ecdsa'
        ? ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
        : ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair.private;
  }
}

/** A public key as people compare it. */
export interface PublicKeyText {
  algorithm: string;
  /** As `ssh-keygen -l` prints it. */
  fingerprint: string;
  /** Algorithm and base64, as in known_hosts. */
  publicKey: string;
}

/** The public side of the host keys, for the connection sheet; empty before the door's first start. */
export async function hostKeyTexts(platform: Platform, sql: Tx | Database): Promise<PublicKeyText[]> {
  return (await listHostKeys(sql)).map((row) => {
    const parsed = ssh2.utils.parseKey(open(platform.config, row.sealed));
    if (parsed instanceof Error) throw parsed;
    return describeKey(parsed.type, parsed.getPublicSSH());
  });
}

/** Names a public key by its algorithm and the SHA-256 of its bytes. */
export function describeKey(algorithm: string, bytes: Buffer): PublicKeyText {
  return {
    algorithm,
    fingerprint: keyFingerprint(bytes),
    publicKey: `${algorithm} ${bytes.toString('base64')}`,
  };
}

/** SHA256:… without padding, as OpenSSH writes it. */
export function keyFingerprint(bytes: Buffer): string {
  return `SHA256:${sha256(bytes).toString('base64').replace(/=+$/, '')}`;
}
