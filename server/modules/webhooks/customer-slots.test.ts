import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openCustomerSlots } from './customer-slots.ts';

test('a customer never holds more than its slots, one of its endpoints never all of them, and who waits is woken', () => {
  const step = fc.record({
    customerId: fc.constantFrom('a', 'b'),
    endpointId: fc.constantFrom('1', '2', '3'),
    frees: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
      const slots = openCustomerSlots(limit);
      slots.know('a', 3);
      slots.know('b', 3);
      const held: { customerId: string; endpointId: string; free: () => void }[] = [];
      for (const { customerId, endpointId, frees } of steps) {
        const own = held.filter((one) => one.customerId === customerId);
        if (frees) {
          const [first] = own;
          if (first === undefined) continue;
          held.splice(held.indexOf(first), 1);
          first.free();
          first.free();
          continue;
        }
        const free = slots.take({ customerId, endpointId }, () => {});
        const mine = own.filter((one) => one.endpointId === endpointId).length;
        const expected = own.length < limit && (mine === 0 || own.length < limit - 1);
        assert.equal(free !== undefined, expected);
        if (free !== undefined) held.push({ customerId, endpointId, free });
        const now = held.filter((one) => one.customerId === customerId);
        assert.ok(now.length <= limit);
        assert.ok(now.filter((one) => one.endpointId === endpointId).length < limit);
      }
    }),
  );
  const slots = openCustomerSlots(1);
  const free = slots.take({ customerId: 'a', endpointId: '1' }, () => {});
  let woken = 0;
  assert.equal(
    slots.take({ customerId: 'a', endpointId: '2' }, () => {
      woken += 1;
    }),
    undefined,
  );
  assert.ok(
    slots.take({ customerId: 'b', endpointId: '1' }, () => {}),
    'others have slots of their own',
  );
  free?.();
  assert.equal(woken, 1);
});
