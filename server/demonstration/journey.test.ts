import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Caller, expectCrashes, type JsonAnswer, Refused } from './call.ts';
import { allSteps, carryOut } from './journey.ts';
import type { Journey, Step } from './step.ts';

/** A journey whose gates have passed as told, and whose customer answers as told. */
function journeyWith(gates: string[], answers: Record<string, JsonAnswer> = {}): Journey {
  const caller = new Caller('http://127.0.0.1:9');
  return {
    addresses: { http: '', sftp: { host: '', port: 0 }, smtp: { host: '', port: 0 } },
    staff: { director: caller, manager: caller, lead: caller, administrator: caller },
    robot: { do: async (task) => answers[task], stop: async () => {} },
    customer: { id: 'cus_1' },
    integration: {
      id: 'int_1',
      state: 'live',
      steps: [{ gates: gates.map((id) => ({ id, status: 'seen' })) }],
    },
    refresh: async () => {},
    options: { employees: 1, files: [], expected: undefined },
    note: () => {},
    checked: new Set(),
  };
}

const done = (id: string, journey: Journey) => allSteps.find((step) => step.id === id)?.done(journey);

test('F4 is done only when the bad and the duplicate file were answered too', async () => {
  const gates = ['F4.files', 'F4.bad', 'F4.duplicate'];
  assert.equal(await done('F4', journeyWith(gates)), true);
  for (const missing of gates)
    assert.equal(await done('F4', journeyWith(gates.filter((gate) => gate !== missing))), false, missing);
});

test('W5 is done only when a webhook came', async () => {
  const gates = ['W5.unit', 'W5.end-to-end'];
  assert.equal(await done('W5', journeyWith(gates, { 'webhooks-seen': { distinct: 0 } })), false);
  assert.equal(await done('W5', journeyWith(gates, { 'webhooks-seen': { distinct: 1 } })), true);
});

test('F5 is done only when every file was answered, not just the first', async () => {
  const sent = (answered: string[]) => journeyWith(['F5.first-file'], { 'answered-files': answered });
  assert.equal(await done('F5', sent([])), false);
  assert.equal(await done('F5', sent(['full'])), true);
  const journey = sent(['a.csv']);
  journey.options.files = ['/tmp/a.csv', '/tmp/b.csv'];
  assert.equal(await done('F5', journey), false);
  journey.options.files = ['/tmp/a.csv'];
  assert.equal(await done('F5', journey), true);
});

test('E14 is done only when this very run has counted the employees', async () => {
  const journey = journeyWith(['W6.first-production']);
  assert.equal(await done('E14', journey), false);
  journey.checked.add('count');
  assert.equal(await done('E14', journey), true);
});

/** A step that fails once, and is done when it was acted a second time. */
function failingOnce(error: Error): Step & { acts: number } {
  const step = {
    id: 'X',
    title: 'A step',
    acts: 0,
    done: () => step.acts >= 2,
    act: async () => {
      if (++step.acts === 1) throw error;
    },
  };
  return step;
}
const moved = new Refused('POST', '/', 409, {});
const broken = new assert.AssertionError({ message: 'a promise was broken' });

test('a step that fails ends the journey, unless somebody was faster', async () => {
  const failure = new Refused('POST', '/', 422, {});
  await assert.rejects(carryOut(failingOnce(failure), journeyWith([])), failure);
  await carryOut(failingOnce(moved), journeyWith([]));
});

test('between crashes a step is tried again, but a broken promise ends the journey', async () => {
  expectCrashes();
  await carryOut(failingOnce(new Error('the answer was lost')), journeyWith([]));
  await assert.rejects(carryOut(failingOnce(broken), journeyWith([])), broken);
});
