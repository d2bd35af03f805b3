import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { faultOfMasterKey, makeMasterKey } from './master-key.ts';

const bytes = (of: (i: number) => number, size = 32) =>
  Buffer.from(Array.from({ length: size }, (_, i) => of(i)));

test('a master key that could be guessed is refused, and is told why', () => {
  const half = randomBytes(16);
  for (const [text, about] of [
    ['', /needs 32 random bytes/],
    ['password', /bytes, and 32|neither/],
    ['correct horse battery staple, and more', /neither base64 nor hex/],
    [randomBytes(31).toString('base64'), /holds 31 bytes/],
    [randomBytes(16).toString('hex'), /holds 16 bytes/],
    [Buffer.alloc(32).toString('base64'), /not random/],
    [Buffer.alloc(32, 7).toString('base64'), /not random/],
    [Buffer.alloc(64, 0xff).toString('hex'), /not random/],
    [Buffer.from('password'.repeat(5)).toString('base64'), /not random/],
    [Buffer.from('The quick brown fox jumps over the lazy dog').toString('base64'), /not random/],
    [Buffer.from(randomBytes(32).toString('hex')).toString('base64'), /not random/],
    [bytes((i) => i).toString('base64'), /not random/],
    [bytes((i) => 255 - i).toString('hex'), /not random/],
    [bytes((i) => i * 7, 64).toString('hex'), /not random/],
    [Buffer.concat([half, half]).toString('base64'), /not random/],
    ['a'.repeat(64), /not random/],
    ['0123456789abcdef'.repeat(4), /not random/],
  ] as const)
    assert.match(faultOfMasterKey(text) ?? 'accepted', about, text);
});

test('a random key is accepted in base64, with or without its end, and in hex; so is each that is made', () => {
  for (let i = 0; i < 2_000; i++) {
    const key = randomBytes(32);
    const texts = [
      key.toString('base64'),
      key.toString('base64url'),
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
    ];
    for (const text of texts) assert.equal(faultOfMasterKey(text), undefined, text);
  }
  assert.equal(faultOfMasterKey(makeMasterKey()), undefined);
});
