import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { repeat } from './repeat.ts';

/** Repeats `work` every 100 ms under a clock of the test's own; `pass` lets that much time go by, step by step. */
function repeated(t: TestContext, work: () => Promise<unknown>) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: unknown[] = [];
  const loop = repeat(work, { everyMs: 100, onFault: (error) => told.push(error) });
  t.after(() => loop.stop());
  const pass = async (ms: number) => {
    for (let gone = 0; gone < ms; gone += 100) {
      await setImmediate();
      t.mock.timers.tick(100);
    }
    await setImmediate();
  };
  return { told, pass };
}

test('faults in a row are tried ever more seldom, at least every five seconds, and told ever more seldom', async (t) => {
  let tries = 0;
  const { told, pass } = repeated(t, async () => {
    tries += 1;
    throw new Error(`away ${tries}`);
  });
  await pass(60_000);
  // 0.2, 0.4, 0.8, 1.6, 3.2 s, and then 5 s each: the first, those five, and ten more in what is left of the minute.
  assert.equal(tries, 16);
  assert.deepEqual(
    told.map((error) => (error as Error).message),
    ['away 1', 'away 2', 'away 4', 'away 8', 'away 16'],
  );
});

test('one success brings back the usual pace', async (t) => {
  let tries = 0;
  const { told, pass } = repeated(t, async () => {
    tries += 1;
    if (tries <= 3 || tries === 5) throw new Error('away');
  });
  await pass(1_400);
  assert.equal(tries, 4, 'after 0.2, 0.4 and 0.8 s');
  await pass(100);
  assert.equal(tries, 5);
  await pass(300);
  assert.equal(tries, 7, 'the next fault is a first one again: 0.2 s, and then 0.1 s');
  assert.equal(told.length, 3);
});
