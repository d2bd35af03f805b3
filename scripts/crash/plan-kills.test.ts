import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planKills } from './plan-kills.ts';
import { seeded } from './seeded.ts';

const plans = fc
  .record({ seed: fc.nat(), kills: fc.integer({ min: 1, max: 60 }), steps: fc.integer({ min: 2, max: 40 }) })
  .map(({ seed, kills, steps }) => ({ kills, steps, plan: planKills(seeded(seed), kills, steps) }));

test('as many kills as wanted, in the order of the steps, none at the step that is held back', () => {
  fc.assert(
    fc.property(plans, ({ kills, steps, plan }) => {
      assert.equal(plan.length, kills);
      const at = plan.flatMap(({ when }) => ('step' in when ? [when.step] : []));
      assert.deepEqual(
        at,
        at.toSorted((a, b) => a - b),
      );
      assert.ok(at.every((step) => step >= 0 && step < steps - 1));
    }),
  );
});

test('some kills fall into a start-up that a kill brought about, and from three on one hits everything', () => {
  fc.assert(
    fc.property(plans, ({ kills, plan }) => {
      const startUps = plan.filter(({ when }) => 'startUpAfterMs' in when);
      assert.equal(startUps.length > 0, kills >= 2);
      for (const [i, { when }] of plan.entries())
        if ('startUpAfterMs' in when) assert.ok(['main', 'all'].includes(plan[i - 1]?.victim ?? ''));
      if (kills >= 3) assert.ok(plan.some(({ victim }) => victim === 'all'));
    }),
  );
});
