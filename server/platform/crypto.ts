import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Config } from './config.ts';

const version = 1;

/** What an installation's keys are derived from, where its master key is no longer the one it began with. */
const roots = new WeakMap<Config, string>();

/** Derives all keys of a configuration from a root that its database keeps under the master key. */
export function adoptRoot(config: Config, root: string): void {
  roots.set(config, root);
}

/** A key of 32 bytes for one purpose, derived from the installation's root (HKDF-SHA-256, RFC 5869). */
export function derivedKey(config: Config, purpose: string): Buffer {
  return keyFrom(roots.get(config) ?? config.secrets.masterKey.reveal(), purpose);
}

/** A key of 32 bytes for one purpose, derived from a master key or a root. */
export function keyFrom(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'fairlead', purpose, 32));
}

/** Encrypts bytes under a key with AES-256-GCM, bound to a name: 12 bytes of nonce, 16 bytes of tag, ciphertext. */
export function wrap(key: Buffer, name: string, bytes: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `wrap` made; throws when key or name are others. */
export function unwrap(key: Buffer, name: string, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12));
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(wrapped.subarray(12, 28));
  return Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()]);
}

/** Encrypts text for storage with AES-256-GCM: version, 12 bytes of nonce, 16 bytes of tag, ciphertext. */
export function seal(config: Config, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(config, 'seal'), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `seal` made; throws when it was made under another master key or was changed. */
export function open(config: Config, sealed: Buffer): string {
  if (sealed[0] !== version) throw new Error('sealed with an unknown version');
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(config, 'seal'), sealed.subarray(1, 13));
  decipher.setAuthTag(sealed.subarray(13, 29));
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString('utf8');
}

/** SHA-256 of text or bytes. */
export function sha256(value: string | Buffer): Buffer {
  return hash('sha256', value, 'buffer');
}

/** HMAC-SHA-256 of text under a key derived for the purpose. */
export function keyedHash(config: Config, purpose: string, text: string): Buffer {
  return createHmac('sha256', derivedKey(config, purpose)).update(text).digest();
}

/** Compares two texts in a time that does not depend on where they differ. */
export function timingSafeEqualText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

/** Random bytes from the operating system, as URL-safe base64. */
export function randomSecret(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString('base64url');
}
