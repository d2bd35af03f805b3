import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureThrottle } from './failure-throttle.ts';

test('twenty failures are free, the next waits, and time opens the way again', () => {
  let now = 1_000_000;
  const throttle = createFailureThrottle(() => now);
  for (let i = 0; i < 20; i++) {
    assert.equal(throttle.waitSeconds('192.0.2.1'), 0);
    throttle.noteFailure('192.0.2.1');
  }
  assert.equal(throttle.waitSeconds('192.0.2.1'), 3);
  assert.equal(throttle.waitSeconds('192.0.2.2'), 0, 'another address is not held up');
  now += 3_000;
  assert.equal(throttle.waitSeconds('192.0.2.1'), 0);
});

test('a network of IPv6 addresses counts as one', () => {
  const throttle = createFailureThrottle(() => 0);
  for (let i = 0; i < 20; i++) throttle.noteFailure(`2001:db8:1:2::${i}`);
  assert.ok(throttle.waitSeconds('2001:db8:1:2:ffff::1') > 0);
  assert.equal(throttle.waitSeconds('2001:db8:1:3::1'), 0);
});
