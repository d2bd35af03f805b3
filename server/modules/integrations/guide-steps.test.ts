import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gateOf, currentPlaybook as playbook } from './playbook.ts';

/** The numbered steps of a page of the developer guide, each in one line. */
function stepsOf(page: string): string[] {
  const text = readFileSync(new URL(`../../../docs/api/${page}`, import.meta.url), 'utf8');
  const items = text.split(/^(?=\d\. )/m).slice(1);
  return items.map((item) => (item.split(/\n\n/)[0] ?? '').replace(/\s+/g, ' '));
}

/** What the guide has to say for a gate to pass, in the order of the gates. */
const words: Record<string, RegExp> = {
  'W1.asked': /Ask for an API key/,
  'W1.revealed': /shown when you press/,
  'W2.outbound-accepted': /valid message is accepted/,
  'W2.outbound-refused': /stale one are refused/,
  'W3.operations': /ticks each operation/,
  'W4.extract': /vendor gives you an extract/,
  'W4.audit': /compare it with your own data/,
  'W5.unit': /unit tests/,
  'W5.end-to-end': /end-to-end scenarios/,
  'W6.credentials': /vendor's .+ issues the production key/,
  'W6.satisfied': /you are satisfied: that is live/,
  'W7.within-policy': /fair-use policy/,
  'F1.key': /Register your public SSH key/,
  'F1.format': /acknowledge its version/,
  'F1.login': /sign in once/,
  'F2.agreed': /both sides agree/,
  'F2.probe-in': /probe file in each direction/,
  'F3.extract': /vendor puts an extract into/,
  'F3.audit': /compare it with your own data/,
  'F4.files': /enough in a row were valid/,
  'F5.first-file': /first file that is loaded there is live/,
};

for (const [track, page] of [
  ['web-api', 'start.md'],
  ['file-transfer', 'files.md'],
] as const)
  test(`the guide's steps on ${page} are the playbook's, in its order, with the side that acts`, () => {
    const guide = stepsOf(page);
    const steps = playbook.steps.filter((step) => step.track === track);
    const numberOf = (id: string) => Number(/\d/.exec(id)?.[0]);
    assert.deepEqual(
      [...new Set(steps.map((step) => numberOf(step.id)))],
      guide.map((_, n) => n + 1),
    );
    for (const [n, text] of guide.entries()) {
      const own = steps.filter((step) => numberOf(step.id) === n + 1).flatMap((step) => step.gates);
      let last = -1;
      for (const id of own) {
        const { whom } = gateOf(playbook, id);
        const said = words[id];
        if (said === undefined) continue;
        const at = text.search(said);
        assert.ok(at >= last, `${id} is not where the playbook has it: ${text}`);
        last = at;
        if (whom !== 'customer' && whom !== 'system')
          assert.match(text, /[Vv]endor/, `${id} is the vendor's to do: ${text}`);
      }
      assert.ok(
        own.some((id) => words[id] !== undefined),
        `step ${n + 1} of ${page} names no gate of ${own.join(', ')}`,
      );
    }
  });
