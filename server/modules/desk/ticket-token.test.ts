import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadConfig } from '#platform/config.ts';
import { replyEffect } from './ticket.ts';
import {
  bareSubject,
  isGenuineAddressToken,
  isGenuineSubjectToken,
  isReplySubject,
  outsideTokens,
  replyAddress,
  subjectWithToken,
  tokenInSubject,
  tokensInAddresses,
} from './ticket-token.ts';

const config = loadConfig({ secrets: { masterKey: Buffer.alloc(32, 1).toString('base64') } }, {});
const otherKey = loadConfig({ secrets: { masterKey: Buffer.alloc(32, 2).toString('base64') } }, {});
const tickets = fc.record({ id: fc.uuid(), number: fc.integer({ min: 1, max: 999_999_999 }) });

test('a ticket is found again by its address, in any case, and by no other ticket or key', () => {
  fc.assert(
    fc.property(tickets, fc.uuid(), (ticket, otherId) => {
      const address = replyAddress(config, ticket);
      assert.ok(address.split('@')[0]?.length ?? 99 <= 64, 'a local part may have 64 characters');
      const [token] = tokensInAddresses(config, ['x@y.example', address.toUpperCase()]);
      assert.equal(token?.number, ticket.number);
      assert.equal(token !== undefined && isGenuineAddressToken(config, ticket.id, token), true);
      assert.equal(token !== undefined && isGenuineAddressToken(otherKey, ticket.id, token), false);
      if (otherId !== ticket.id)
        assert.equal(token !== undefined && isGenuineAddressToken(config, otherId, token), false);
    }),
  );
});

test('a subject carries one token however often it is answered, and loses it when shown', () => {
  fc.assert(
    fc.property(tickets, fc.stringMatching(/^[A-Za-z0-9ā ]{1,60}$/), (ticket, words) => {
      const once = subjectWithToken(config, words, ticket);
      assert.equal(subjectWithToken(config, `Re: ${once}`, ticket), `Re: ${once}`);
      const token = tokenInSubject(once);
      assert.equal(token !== undefined && isGenuineSubjectToken(config, ticket.id, token), true);
      assert.equal(bareSubject(`RE: Fwd: ${once}`), words.replace(/\s+/g, ' ').trim());
    }),
  );
});

test("other helpdesks' tokens are recognised, and what only looks like one is not", () => {
  assert.deepEqual(outsideTokens('Re: [##4711##] Help ref:_00D12.500ab:ref'), [
    '[##4711##]',
    'ref:_00D12.500ab:ref',
  ]);
  assert.deepEqual(outsideTokens('Re: [#4711] preref: x'), []);
  assert.equal(tokenInSubject('[#1001]'), undefined);
  assert.equal(isReplySubject('AW: Frage'), true);
  assert.equal(isReplySubject('Report: yes'), false);
});

test('a reply reopens a ticket for 14 days after its end and makes a linked one afterwards', () => {
  const closedAt = Temporal.Instant.from('2026-11-01T00:00:00Z');
  const at = (text: string) => replyEffect({ status: 'closed', closedAt }, Temporal.Instant.from(text));
  assert.equal(at('2026-11-15T00:00:00Z'), 'reopen');
  assert.equal(at('2026-11-15T00:00:01Z'), 'new-linked');
  assert.equal(replyEffect({ status: 'held', closedAt: null }, closedAt), 'append');
});
