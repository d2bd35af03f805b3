import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256 } from '#platform/crypto.ts';

/** Which environment of a customer a key opens; its prefix says so. */
export type EnvironmentKind = 'sandbox' | 'production';

const prefixes: Record<EnvironmentKind, string> = { sandbox: 'fl_test_', production: 'fl_live_' };
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bodyLength = 30;
const checkLength = 6;
const pattern = /^fl_(test|live)_[0-9A-Za-z]{36}$/;

/** A fresh API key: prefix, 30 random base62 characters (178 bits) and the CRC32 of both in 6 more. */
export function makeApiKey(kind: EnvironmentKind): string {
  const text = prefixes[kind] + randomBase62(bodyLength);
  return text + checksum(text);
}

/** The environment a well-formed key is for; undefined when prefix, alphabet, length or checksum is wrong. */
export function environmentOfKey(presented: string): EnvironmentKind | undefined {
  if (!pattern.test(presented)) return undefined;
  if (checksum(presented.slice(0, -checkLength)) !== presented.slice(-checkLength)) return undefined;
  return presented.startsWith(prefixes.production) ? 'production' : 'sandbox';
}

const withinText = /fl_(?:test|live)_[0-9A-Za-z]{36}/g;

/** The keys that stand in a text, wherever in it. */
export function keysIn(text: string): string[] {
  if (!text.includes('fl_')) return [];
  return (text.match(withinText) ?? []).filter((found) => environmentOfKey(found) !== undefined);
}

/** A text without the secret part of what looks like a key. */
export function withoutKeys(text: string): string {
  return text.replace(withinText, (found) => `${shownPrefix(found)}…`);
}

/** The part of a key that may be shown: its prefix and four characters. */
export function shownPrefix(key: string): string {
  return key.slice(0, prefixes.sandbox.length + 4);
}

/** The prefix of every key of an environment. */
export function prefixOf(kind: EnvironmentKind): string {
  return prefixes[kind];
}

/** What is kept of a key: its SHA-256. With 178 random bits there is nothing to guess, so no slow hash is needed. */
export function hashOfKey(key: string): Buffer {
  return sha256(key);
}

function checksum(text: string): string {
  let value = crc32(text);
  let check = '';
  for (let i = 0; i < checkLength; i++) {
    check = alphabet[value % 62] + check;
    value = Math.floor(value / 62);
  }
  return check;
}

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length * 2))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  return text;
}
