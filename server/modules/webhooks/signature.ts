import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How far a timestamp may be from now, in seconds (Standard Webhooks recommends five minutes). */
export const toleranceSeconds = 300;

const secretPrefix = 'whsec_';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const timestampForm = /^[0-9]{1,12}$/;
/** Printable ASCII without the full stop, which separates the parts of what is signed. */
const idForm = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const mostSignatures = 20;

/** The three headers of Standard Webhooks as they came; undefined where one is missing. */
export interface SignatureHeaders {
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
}

/** What a check found. `out-of-window` says that the signature itself is right: a late or replayed message. */
export type Verdict =
  | { ok: true }
  | {
      ok: false;
      reason: 'no-secret' | 'missing-header' | 'malformed-header' | 'wrong-signature' | 'out-of-window';
    };

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function makeSecret(): string {
  return `${secretPrefix}${randomBytes(32).toString('base64')}`;
}

/** The key bytes of a secret; undefined when it is empty or not `whsec_` and base64. */
export function keyOf(secret: string): Buffer | undefined {
  if (!secret.startsWith(secretPrefix)) return undefined;
  const text = secret.slice(secretPrefix.length);
  if (text === '' || !base64.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64 (Standard Webhooks v1); throws on a malformed secret. */
export function sign(secret: string, id: string, timestamp: number | string, body: string | Buffer): string {
  const key = keyOf(secret);
  if (key === undefined) throw new TypeError('the secret is not whsec_ and base64');
  return `v1,${mac(key, id, String(timestamp), body)}`;
}

/** The signature header under all live secrets, newest first. */
export function signatureHeader(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string | Buffer,
): string {
  return secrets.map((secret) => sign(secret, id, timestamp, body)).join(' ');
}

/**
 * Checks a message against all live secrets over its raw bytes, in a time that does not depend on where a signature
 * differs. `nowSeconds` is Unix time.
 */
export function verify(
  secrets: readonly string[],
  headers: SignatureHeaders,
  body: Buffer,
  nowSeconds: number,
): Verdict {
  const keys = secrets.map(keyOf).filter((key) => key !== undefined);
  if (keys.length === 0) return { ok: false, reason: 'no-secret' };
  const { id, timestamp, signature } = headers;
  if (!id || !timestamp || !signature) return { ok: false, reason: 'missing-header' };
  if (!idForm.test(id) || !timestampForm.test(timestamp)) return { ok: false, reason: 'malformed-header' };
  const given = signature.split(' ').slice(0, mostSignatures);
  let matches = false;
  for (const key of keys) {
    const expected = Buffer.from(`v1,${mac(key, id, timestamp, body)}`);
    for (const one of given) {
      const candidate = Buffer.from(one);
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) matches = true;
    }
  }
  if (!matches) return { ok: false, reason: 'wrong-signature' };
  if (Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds)
    return { ok: false, reason: 'out-of-window' };
  return { ok: true };
}

function mac(key: Buffer, id: string, timestamp: string, body: string | Buffer): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}
