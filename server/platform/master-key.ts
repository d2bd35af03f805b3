import { randomBytes } from 'node:crypto';

const sizeBytes = 32;
/** Of 32 random bytes fewer different ones come once in 10^20 keys. */
const leastDifferent = 18;

/** A new master key: 32 random bytes from the operating system, in base64. */
export function makeMasterKey(): string {
  return randomBytes(sizeBytes).toString('base64');
}

/** Why a text is no master key, in words; undefined when it is one: 32 random bytes or more, in base64 or hex. */
export function faultOfMasterKey(text: string): string | undefined {
  const make = 'make one with "fairlead make-master-key"';
  if (text === '') return `production needs 32 random bytes in base64 or hex; ${make}`;
  const bytes = bytesOf(text);
  if (bytes === undefined) return `is neither base64 nor hex; ${make}`;
  if (bytes.length < sizeBytes) return `holds ${bytes.length} bytes, and 32 are needed; ${make}`;
  if (!looksRandom(bytes)) return `is not random, so it could be guessed; ${make}`;
  return undefined;
}

function bytesOf(text: string): Buffer | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const plain = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  return bytes.toString('base64').replace(/=+$/, '') === plain ? bytes : undefined;
}

/** Whether bytes could come from a random source: not few different ones, steps, repetitions, or readable text. */
function looksRandom(bytes: Buffer): boolean {
  const steps = bytes.subarray(1).map((byte, i) => byte - (bytes[i] ?? 0));
  if (new Set(bytes).size < leastDifferent || new Set(steps).size < leastDifferent) return false;
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return false;
  for (let period = 1; period <= bytes.length / 2; period++)
    if (bytes.subarray(period).every((byte, i) => byte === bytes[i])) return false;
  return true;
}
