import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlast } from './outlast.ts';

test('what fails while the database is away is done once it is back, and each fault is told', async () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const faults: unknown[] = [];
  let times = 0;
  const links = await outlast(
    async () => {
      if (++times < 3) throw away;
      return ['a link'];
    },
    { withinMs: 60_000, onFault: (error) => faults.push(error) },
  );
  assert.deepEqual({ links, faults }, { links: ['a link'], faults: [away, away] });
});

test('a fault that stays is thrown in the end', async () => {
  const fault = new Error('a bug');
  await assert.rejects(
    outlast(() => Promise.reject(fault), { withinMs: -1, onFault: () => {} }),
    fault,
  );
});
