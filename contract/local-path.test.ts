import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localPathOf } from './local-path.ts';

test('a page keeps its path, query and fragment', () => {
  for (const path of ['/', '/customers?q=k%C5%8Dwhai&sort=-name', '/customers/cus_1?tab=files#part'])
    assert.equal(localPathOf(path), path);
  assert.equal(localPathOf('/customers/../settings'), '/settings');
});

test('another site, the API and the sign-in pages are no page to go back to', () => {
  for (const text of [
    undefined,
    7,
    '',
    'customers',
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    '/./..//elsewhere.example',
    '/%2f/elsewhere.example',
    'javascript:alert(1)',
    '/api/auth/sign-out',
    '/api',
    '/sign-in?to=/',
    `/${'x'.repeat(1000)}`,
  ])
    assert.equal(localPathOf(text), undefined, String(text));
});

test('whatever is accepted leads to this site and is accepted again unchanged', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2f',
    '@',
    ':',
    '?',
    '#',
    '\n',
    'elsewhere.example',
    'ō',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const accepted = localPathOf(`/${parts.join('')}`);
      if (accepted === undefined) return;
      assert.equal(new URL(accepted, 'https://fairlead.example').host, 'fairlead.example');
      assert.equal(localPathOf(accepted), accepted);
    }),
    { numRuns: 2000 },
  );
});
