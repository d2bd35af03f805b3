import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { environmentOfKey, makeApiKey, shownPrefix } from './api-key.ts';

test('a fresh key has its prefix, 36 base62 characters and a checksum that fits', () => {
  for (const kind of ['sandbox', 'production'] as const) {
    const key = makeApiKey(kind);
    assert.match(key, kind === 'sandbox' ? /^fl_test_[0-9A-Za-z]{36}$/ : /^fl_live_[0-9A-Za-z]{36}$/);
    assert.equal(environmentOfKey(key), kind);
    assert.equal(shownPrefix(key), key.slice(0, 12));
  }
});

test('a key with any one character changed is refused before a look-up', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('sandbox' as const, 'production' as const),
      fc.nat({ max: 43 }),
      fc.string({ minLength: 1, maxLength: 1 }),
      (kind, at, character) => {
        const key = makeApiKey(kind);
        const changed = key.slice(0, at) + character + key.slice(at + 1);
        assert.equal(environmentOfKey(changed), changed === key ? kind : undefined);
      },
    ),
    { numRuns: 500 },
  );
});

test('a test key turned into a live key is refused', () => {
  const key = makeApiKey('sandbox');
  assert.equal(environmentOfKey(key.replace('fl_test_', 'fl_live_')), undefined);
});

test('anything that is not a key is refused', () => {
  fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => environmentOfKey(text) === undefined));
});
