import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { diagnoseSignature } from './diagnose-signature.ts';
import { keyOf, makeSecret, sign } from './signature.ts';

const secret = makeSecret();
const key = keyOf(secret) ?? Buffer.alloc(0);
const now = 1_800_000_000;
const text = '{"a":1,"b":[2,3]}';
const content = (body: string) => `msg_1.${now}.${body}`;
const raw = (secretUsed: Buffer | string, body: string) => createHmac('sha256', secretUsed).update(body);

function causesOf(
  signature: string,
  options: { timestamp?: string; body?: string; retired?: string[] } = {},
) {
  return diagnoseSignature({
    secrets: [secret],
    retiredSecrets: options.retired ?? [],
    headers: { id: 'msg_1', timestamp: options.timestamp ?? String(now), signature },
    body: Buffer.from(options.body ?? text),
    nowSeconds: now,
  }).causes.map((one) => one.cause);
}

test('the doctor names the usual mistakes', () => {
  const retired = makeSecret();
  assert.deepEqual(causesOf(sign(secret, 'msg_1', now, text)), []);
  assert.deepEqual(causesOf(`v1,${raw(key, content(text)).digest('hex')}`), ['signature-in-hex']);
  assert.deepEqual(causesOf(raw(key, content(text)).digest('base64')), ['no-version']);
  assert.deepEqual(causesOf(`v1,${raw(secret, content(text)).digest('base64')}`), ['secret-not-decoded']);
  assert.deepEqual(causesOf(`v1,${raw(key, text).digest('base64')}`), ['body-only']);
  assert.deepEqual(causesOf(sign(secret, 'msg_1', now, `${text}\n`)), ['trailing-newline']);
  assert.deepEqual(causesOf(sign(secret, 'msg_1', now, '{"a": 1, "b": [2, 3]}')), ['re-serialised-body']);
  assert.deepEqual(causesOf(sign(retired, 'msg_1', now, text), { retired: [retired] }), ['old-secret']);
  assert.deepEqual(causesOf(sign(secret, 'msg_1', now - 900, text), { timestamp: String(now - 900) }), [
    'clock-or-replay',
  ]);
  assert.deepEqual(causesOf('v1,x', { timestamp: String(now * 1000) }), ['timestamp-in-milliseconds']);
  assert.deepEqual(causesOf('v1,'), ['empty-signature']);
  assert.deepEqual(causesOf(''), ['missing-header']);
  assert.deepEqual(causesOf(sign(makeSecret(), 'msg_1', now, text)), ['unknown']);
});
