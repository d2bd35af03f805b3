import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from './gate.ts';

test('sources take turns, and a source that crowds the gate is refused alone', async () => {
  const gate = createGate({ atOnce: 1, waiting: 3 });
  assert.equal(await gate.enter('crowd'), true);
  const order: string[] = [];
  const come = (source: string) =>
    gate.enter(source).then((isIn) => {
      order.push(`${source} ${isIn}`);
      if (isIn) gate.leave();
    });
  const waiting = [...Array.from({ length: 5 }, () => come('crowd')), come('other')];
  await Promise.all(waiting.slice(3, 5));
  assert.deepEqual(order, ['crowd false', 'crowd false']);
  gate.leave();
  await Promise.all(waiting);
  assert.deepEqual(order.slice(2), ['crowd true', 'other true', 'crowd true', 'crowd true']);
  assert.equal(await gate.enter('later'), true, 'every place that was taken is free again');
});
