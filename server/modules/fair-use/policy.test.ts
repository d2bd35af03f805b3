import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBurstLimiter } from './burst.ts';
import { isWithin, limitOf, meterState, reachedThresholds, recommendedPolicy } from './policy.ts';

const used = (calls: number, rows = 0) => ({
  day: { calls, messages: 0, rows },
  month: { calls, messages: 0, rows },
});

test('a limit is the larger of the base and what the headcount allows', () => {
  assert.deepEqual(limitOf(recommendedPolicy, 'calls', 100), { limit: 20_000, period: 'day' });
  assert.deepEqual(limitOf(recommendedPolicy, 'calls', 5_000), { limit: 100_000, period: 'day' });
  assert.deepEqual(limitOf(recommendedPolicy, 'rows', null), { limit: 0, period: 'month' });
  assert.equal(limitOf(undefined, 'calls', 100), undefined);
});

test('without figures a day is neither within nor above', () => {
  assert.equal(isWithin(undefined, 100, used(1_000_000)), null);
  assert.equal(isWithin(recommendedPolicy, 100, used(20_000, 6_000)), true);
  assert.equal(isWithin(recommendedPolicy, 100, used(20_001)), false);
  assert.equal(isWithin(recommendedPolicy, 100, used(1, 6_001)), false);
});

test('thresholds are reached in order and never without usage', () => {
  assert.deepEqual(reachedThresholds(0, 0), []);
  assert.deepEqual(reachedThresholds(69, 100), []);
  assert.deepEqual(reachedThresholds(70, 100), [70]);
  assert.deepEqual(reachedThresholds(150, 100), [70, 90, 100, 150]);
});

test('the forecast carries the present pace to the end of the period', () => {
  const noon = Temporal.ZonedDateTime.from('2026-11-24T12:00[Pacific/Auckland]');
  const state = meterState(recommendedPolicy, 100, 'calls', used(15_000), noon);
  assert.equal(state.percent, 75);
  assert.equal(state.forecast, 30_000);
  assert.equal(state.reachesLimitAt, '2026-11-24T03:00:00Z');
});

test('a burst admits never more than its size and its rate allow, whenever calls come', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 300 }),
      (burst, perMinute, gaps) => {
        let now = 0;
        let admitted = 0;
        const limiter = createBurstLimiter(() => now);
        for (const gap of gaps) {
          now += gap;
          if (limiter.admit('key', { perMinute, burst }).admitted) admitted += 1;
          assert.ok(admitted <= burst + (now * perMinute) / 60_000 + 1e-6);
        }
      },
    ),
  );
});

test('a refused call says how long to wait, and waiting that long is enough', () => {
  let now = 0;
  const limiter = createBurstLimiter(() => now);
  const limit = { perMinute: 60, burst: 3 };
  assert.deepEqual(
    [1, 2, 3].map(() => limiter.admit('key', limit).remaining),
    [2, 1, 0],
  );
  const refused = limiter.admit('key', limit);
  assert.equal(refused.admitted, false);
  now += refused.waitMs;
  assert.equal(limiter.admit('key', limit).admitted, true);
});
