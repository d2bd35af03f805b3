import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAttempt } from './retry-schedule.ts';

const created = Temporal.Instant.from('2026-11-24T00:00:00Z');
const middle = () => 0.5;
const seconds = (attempts: number, options: Parameters<typeof nextAttempt>[3] = {}) => {
  const next = nextAttempt(attempts, created, created, { random: middle, ...options });
  return next === undefined ? undefined : created.until(next).total('seconds');
};

test('retries follow the documented schedule and end after six days', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 30].map((n) => seconds(n)),
    [5, 60, 300, 1800, 7200, 21600, 43200, 43200],
  );
  const late = created.add({ hours: 6 * 24 - 11 });
  assert.equal(nextAttempt(17, created, late, { random: middle }), undefined);
});

test('the wait spreads by a fifth and no more', () => {
  assert.equal(seconds(2, { random: () => 0 }), 48);
  assert.equal(seconds(2, { random: () => 1 }), 72);
});

test('Retry-After is honoured within bounds', () => {
  assert.equal(seconds(1, { retryAfter: '120' }), 120);
  assert.equal(seconds(1, { retryAfter: '0' }), 1);
  assert.equal(seconds(1, { retryAfter: '999999' }), 21600);
  assert.equal(seconds(1, { retryAfter: 'Tue, 24 Nov 2026 00:10:00 GMT' }), 600);
  assert.equal(seconds(1, { retryAfter: 'soon' }), 5);
});
