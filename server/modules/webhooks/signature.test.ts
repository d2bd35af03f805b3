import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { keyOf, makeSecret, type SignatureHeaders, sign, signatureHeader, verify } from './signature.ts';

/** Published vector of Standard Webhooks v1. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const headers: SignatureHeaders = {
  id: vector.id,
  timestamp: String(vector.timestamp),
  signature: vector.signature,
};
const body = Buffer.from(vector.body);
const check = (
  changed: Partial<SignatureHeaders> = {},
  bytes: Buffer = body,
  now = vector.timestamp,
  secrets = [vector.secret],
) => verify(secrets, { ...headers, ...changed }, bytes, now).ok;

test('a signature is the published one to the letter', () => {
  assert.equal(sign(vector.secret, vector.id, vector.timestamp, vector.body), vector.signature);
  assert.ok(check());
});

test('a message that must be refused is refused', () => {
  assert.equal(check({}, body, vector.timestamp, ['whsec_']), false, 'empty secret');
  assert.equal(check({}, body, vector.timestamp, ['']), false, 'no secret');
  for (const name of ['id', 'timestamp', 'signature'] as const) {
    assert.equal(check({ [name]: undefined }), false, `missing ${name}`);
    assert.equal(check({ [name]: '' }), false, `empty ${name}`);
  }
  for (const timestamp of [
    '1614265330abc',
    '1614265330 ',
    ' 1614265330',
    '1614265330.0',
    '1.6e9',
    '+1614265330',
    '-1',
    '01614265330',
    '0x60379532',
  ])
    assert.equal(check({ timestamp }), false, `timestamp ${timestamp}`);
  assert.equal(check({}, body, vector.timestamp + 301), false, 'too old');
  assert.equal(check({}, body, vector.timestamp - 301), false, 'in the future');
  assert.ok(check({}, body, vector.timestamp + 300));
  assert.ok(check({}, body, vector.timestamp - 300));
  for (const signature of [
    vector.signature.slice(0, -1),
    'v1,',
    'v1',
    vector.signature.slice(3),
    `v2,${vector.signature.slice(3)}`,
  ])
    assert.equal(check({ signature }), false, `signature ${signature}`);
  const changed = Buffer.from(body);
  changed[9] = (changed[9] ?? 0) ^ 1;
  assert.equal(check({}, changed), false, 'one byte changed');
  assert.equal(check({}, Buffer.from(JSON.stringify(JSON.parse(vector.body)))), false, 're-serialised');
  const undecoded = createHmac('sha256', vector.secret)
    .update(`${vector.id}.${vector.timestamp}.${vector.body}`)
    .digest('base64');
  assert.equal(check({ signature: `v1,${undecoded}` }), false, 'secret not base64-decoded');
  assert.equal(
    check({ id: `${vector.id}.${vector.timestamp}`, timestamp: '1614265330' }),
    false,
    'shifted parts',
  );
});

test('a message that must be accepted is accepted', () => {
  assert.ok(check({ signature: `v1,AAAA v1a,xyz ${vector.signature} v1,` }), 'one valid of several');
  const empty = Buffer.alloc(0);
  assert.ok(
    check({ signature: sign(vector.secret, vector.id, vector.timestamp, empty) }, empty),
    'empty body',
  );
  const raw = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]);
  assert.ok(check({ signature: sign(vector.secret, vector.id, vector.timestamp, raw) }, raw), 'not UTF-8');
});

test('both secrets are live while one is rolled', () => {
  const [present, previous] = [makeSecret(), makeSecret()];
  const now = 1_800_000_000;
  const both = signatureHeader([present, previous], 'msg_1', now, 'x');
  for (const secret of [present, previous])
    assert.ok(
      verify([secret], { id: 'msg_1', timestamp: String(now), signature: both }, Buffer.from('x'), now).ok,
    );
  const old = { id: 'msg_1', timestamp: String(now), signature: sign(previous, 'msg_1', now, 'x') };
  assert.ok(verify([present, previous], old, Buffer.from('x'), now).ok);
  assert.equal(verify([present], old, Buffer.from('x'), now).ok, false);
});

test('a late message with the right signature is told from a forged one', () => {
  const late = verify([vector.secret], headers, body, vector.timestamp + 4000);
  assert.deepEqual(late, { ok: false, reason: 'out-of-window' });
  const forged = verify([makeSecret()], headers, body, vector.timestamp + 4000);
  assert.deepEqual(forged, { ok: false, reason: 'wrong-signature' });
});

test('a new secret holds 32 bytes', () => {
  assert.equal(keyOf(makeSecret())?.length, 32);
  for (const bad of ['whsec_', 'whsec_!!!', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_A'])
    assert.equal(keyOf(bad), undefined, bad);
});

test('what we sign is accepted by an independent verifier, and the reverse', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      (text, key) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const now = Math.floor(Date.now() / 1000);
        const mine = sign(secret, 'msg_x', now, text);
        const theirs = new Webhook(secret).sign('msg_x', new Date(now * 1000), text);
        assert.equal(mine, theirs);
        new Webhook(secret).verify(
          text,
          { 'webhook-id': 'msg_x', 'webhook-timestamp': String(now), 'webhook-signature': mine },
          { jsonParse: false },
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('of 10,000 mutated requests none is accepted, with a second verifier as oracle', () => {
  let oracleAgreed = 0;
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 120 }),
      fc.constantFrom('body', 'id', 'timestamp', 'signature', 'secret', 'move'),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (text, where, at, flip) => {
        const now = Math.floor(Date.now() / 1000);
        const secret = `whsec_${Buffer.from('a secret of thirty-two bytes ok!').toString('base64')}`;
        const good = {
          id: 'msg_good',
          timestamp: String(now),
          signature: sign(secret, 'msg_good', now, text),
        };
        let bytes: Buffer = Buffer.from(text);
        let key = secret;
        const bad = { ...good };
        if (where === 'body') bytes = mutate(bytes, at, flip);
        if (where === 'id') bad.id = mutate(Buffer.from(good.id), at, flip).toString('latin1');
        if (where === 'timestamp')
          bad.timestamp = mutate(Buffer.from(good.timestamp), at, flip).toString('latin1');
        if (where === 'signature')
          bad.signature = mutate(Buffer.from(good.signature), at, flip).toString('latin1');
        if (where === 'secret')
          key = `whsec_${mutate(Buffer.from(secret.slice(6), 'base64'), at, flip).toString('base64')}`;
        if (where === 'move') {
          bad.id = `${good.id}.${good.timestamp}`;
          bad.timestamp = String(now + (at % 10));
        }
        const accepted = verify([key], bad, bytes, now).ok;
        assert.equal(accepted, false);
        const oracle = oracleAccepts(key, bad, bytes);
        if (oracle === accepted) oracleAgreed += 1;
      },
    ),
    { numRuns: 10_000 },
  );
  assert.ok(oracleAgreed > 9_000, `the oracle agreed ${oracleAgreed} times`);
});

function mutate(bytes: Buffer, at: number, flip: number): Buffer {
  const changed = Buffer.from(bytes);
  const place = at % changed.length;
  changed[place] = (changed[place] ?? 0) ^ flip;
  return changed;
}

function oracleAccepts(secret: string, given: SignatureHeaders, bytes: Buffer): boolean {
  try {
    new Webhook(secret).verify(
      bytes,
      {
        'webhook-id': given.id ?? '',
        'webhook-timestamp': given.timestamp ?? '',
        'webhook-signature': given.signature ?? '',
      },
      { jsonParse: false },
    );
    return true;
  } catch {
    return false;
  }
}
