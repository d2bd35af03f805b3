import { createHmac } from 'node:crypto';
import type { Diagnosis } from '#contract/webhooks.ts';
import { keyOf, type SignatureHeaders, sign, toleranceSeconds, verify } from './signature.ts';

/** What the doctor is shown: a message that was refused, the live secrets and, if there was one, the secret before. */
export interface Patient {
  secrets: readonly string[];
  retiredSecrets?: readonly string[];
  headers: SignatureHeaders;
  body: Buffer;
  nowSeconds: number;
}

type Cause = Diagnosis['causes'][number];

const advice: Record<string, string> = {
  'missing-header': 'Send the three headers webhook-id, webhook-timestamp and webhook-signature.',
  'timestamp-in-milliseconds': 'webhook-timestamp is in milliseconds; send whole seconds since 1970.',
  'timestamp-not-a-number':
    'webhook-timestamp must be whole seconds since 1970, digits only: no date, no fraction.',
  'clock-or-replay':
    'The signature is right but the timestamp is more than 300 seconds away: check the clock, or sign again for each attempt.',
  'signature-in-hex': 'The signature is in hex; encode the HMAC in base64.',
  'signature-in-base64url':
    'The signature is in URL-safe base64; use the standard alphabet with + and / and padding.',
  'no-version': 'Put the version before the signature: v1,<base64>.',
  'empty-signature': 'There is nothing after "v1,".',
  'secret-not-decoded':
    'The secret was used as text: drop whsec_ and decode the rest from base64 before signing.',
  'secret-with-prefix-stripped-only':
    'The part of the secret after whsec_ was used as text; decode it from base64 first.',
  'body-only': 'Only the body was signed; sign id.timestamp.body.',
  'old-secret': 'The message is signed with a secret that was replaced; switch to the present one.',
  'trailing-newline':
    'The body that was signed ends in a line break which the sent one does not have, or the reverse.',
  're-serialised-body':
    'The JSON was written again between signing and sending: sign the exact bytes that go out, and verify the raw ones.',
  unknown: 'The secret, the id, the timestamp or the body is not the one that was signed.',
};

/** Names the likely mistakes behind a signature, most telling first; `valid` when there is none. */
export function diagnoseSignature(patient: Patient): Diagnosis {
  const { secrets, headers, body, nowSeconds } = patient;
  const verdict = verify(secrets, headers, body, nowSeconds);
  if (verdict.ok) return { valid: true, causes: [] };
  if (verdict.reason === 'missing-header') return found('missing-header');
  if (verdict.reason === 'out-of-window') return found('clock-or-replay');
  const { id = '', timestamp = '', signature = '' } = headers;
  if (!/^[0-9]{1,12}$/.test(timestamp))
    return found(/^[0-9]{13}$/.test(timestamp) ? 'timestamp-in-milliseconds' : 'timestamp-not-a-number');
  const given = signature.split(' ').filter(Boolean);
  if (given.some((one) => one === 'v1,')) return found('empty-signature');
  const values = given.map((one) => (one.startsWith('v1,') ? one.slice(3) : one));
  const has = (digest: Buffer) => values.includes(digest.toString('base64'));
  const prefix = Buffer.from(`${id}.${timestamp}.`);
  const hmac = (key: Buffer | string, content: Buffer) => createHmac('sha256', key).update(content).digest();
  const causes = new Set<string>();
  for (const secret of secrets) {
    const key = keyOf(secret);
    if (key === undefined) continue;
    const right = hmac(key, Buffer.concat([prefix, body]));
    if (values.some((one) => one.toLowerCase() === right.toString('hex'))) causes.add('signature-in-hex');
    else if (values.includes(right.toString('base64url'))) causes.add('signature-in-base64url');
    else if (has(right)) causes.add('no-version');
    if (has(hmac(secret, Buffer.concat([prefix, body])))) causes.add('secret-not-decoded');
    if (has(hmac(secret.slice(6), Buffer.concat([prefix, body]))))
      causes.add('secret-with-prefix-stripped-only');
    if (has(hmac(key, body))) causes.add('body-only');
    for (const other of newlineVariants(body))
      if (has(hmac(key, Buffer.concat([prefix, other])))) causes.add('trailing-newline');
    for (const other of jsonVariants(body))
      if (has(hmac(key, Buffer.concat([prefix, other])))) causes.add('re-serialised-body');
  }
  for (const secret of patient.retiredSecrets ?? [])
    if (keyOf(secret) !== undefined && given.includes(sign(secret, id, timestamp, body)))
      causes.add('old-secret');
  if (Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds) causes.add('clock-or-replay');
  return causes.size === 0 ? found('unknown') : { valid: false, causes: [...causes].map(named) };
}

const named = (cause: string): Cause => ({ cause, advice: advice[cause] ?? '' });
const found = (cause: string): Diagnosis => ({ valid: false, causes: [named(cause)] });

/** The body with and without a line break at its end. */
function newlineVariants(body: Buffer): Buffer[] {
  const text = body.toString('latin1');
  const bare = text.replace(/\r?\n$/, '');
  return [bare, `${bare}\n`, `${bare}\r\n`]
    .filter((one) => one !== text)
    .map((one) => Buffer.from(one, 'latin1'));
}

/** The ways in which usual libraries would write the same JSON. */
function jsonVariants(body: Buffer): Buffer[] {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return [
      JSON.stringify(value),
      JSON.stringify(value, null, 2),
      JSON.stringify(value, null, 4),
      pythonJson(value),
    ]
      .map((text) => Buffer.from(text))
      .filter((other) => !other.equals(body));
  } catch {
    return [];
  }
}

/** As Python's json.dumps writes it: a space after commas and colons. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}
