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

test('Retry-After makes a wait longer, up to six hours, and never shorter', () => {
  const machineNowMs = created.epochMilliseconds;
  const first = (retryAfter: string, attempts = 1) => seconds(attempts, { retryAfter, machineNowMs });
  assert.equal(first('120'), 120);
  assert.equal(first('120', 4), 1800, 'the planned wait is later');
  assert.equal(first('999999'), 21600);
  for (const date of [
    'Tue, 24 Nov 2026 00:10:00 GMT',
    'Tuesday, 24-Nov-26 00:10:00 GMT',
    'Tue Nov 24 00:10:00 2026',
  ])
    assert.equal(first(date), 600, date);
  for (const ignored of [
    '',
    '0',
    '1',
    '1.5',
    '-5',
    '+120',
    '120s',
    '0x78',
    '1e3',
    'soon',
    '120, 240',
    'Mon, 23 Nov 2026 00:00:00 GMT',
    'Tue, 24 Nov 2026 00:00:00 GMT',
    '2026-11-24T00:10:00Z',
    'Tue, 24 Nov 2026 00:10:00 +1300',
    'Tue, 99 Nov 2026 00:10:00 GMT',
  ])
    assert.equal(first(ignored), 5, JSON.stringify(ignored));
});

test('a date in Retry-After goes by the machine, however far the business clock was moved', () => {
  const now = Temporal.Now.instant();
  const date = new Date(now.epochMilliseconds + 600_000).toUTCString();
  const moved = created.add({ hours: 24 * 100 });
  const next = nextAttempt(1, moved, moved, { random: middle, retryAfter: date });
  assert.ok(next && Math.abs(moved.until(next).total('seconds') - 600) < 5, String(next));
});

test('Retry-After does not end the attempts: the last one comes within the six days', () => {
  const late = created.add({ hours: 6 * 24 - 1 });
  const next = nextAttempt(1, created, late, { random: middle, retryAfter: '21600' });
  assert.equal(next && late.until(next).total('seconds'), 3600);
});
