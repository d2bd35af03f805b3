import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IntegrationState, integrationActionTitles, integrationStates } from '#contract/integrations.ts';
import { uuidv7 } from '#platform/ids.ts';
import { customerRules } from './customer-rules.ts';
import { effectsNamed, knownEffects } from './effects.ts';
import { environmentRules } from './environment-rules.ts';
import { currentPlaybook, gateOf, isFinal, leaves } from './playbook.ts';

const { rows, steps, gates } = currentPlaybook;

/** Each line of the source text, and the rows or steps that carry it. */
const source: [line: string, rows: string[]][] = [
  ['conducts a high-level discovery to determine business needs and required outcomes', ['E2']],
  [
    'consults: both the Customer Team Lead and the Integrations & Solutions Manager for FMS, the latter otherwise',
    ['E3', 'E3r'],
  ],
  ['meets with the customer along with the relevant representatives', ['E4', 'E4r']],
  ['asks for the work estimate by e-mailing the helpdesk; this creates a ticket by itself', ['E4', 'E5']],
  [
    'continues to track the request as an opportunity',
    ['E1', 'E5', 'E10', 'E11', 'E11b.declined', 'E11b.expired'],
  ],
  ['prepares the work estimate', ['E6']],
  ['asks the Commercial Director to review it and give feedback', ['E6', 'E7']],
  ['refines the estimate based on feedback', ['E8']],
  ['finalises the work estimate and sends it to the customer', ['E9', 'E10', 'E10r']],
  ['creates a card on the Customer Pipeline board', ['E10']],
  [
    'once signed off, assigns the card to the Integrations & Solutions Manager to start development',
    ['E11', 'E12', 'E13'],
  ],
  ['new customers: managed within the onboarding project if in scope', ['N1.open', 'N1', 'N2', 'N5']],
  [
    'new customers: via change management if out of scope',
    ['N3', 'N4.approved', 'N4.rejected', 'N4.estimate', 'N4.signed-off', 'N4.declined', 'N7'],
  ],
  ['the Lead Consultant engages via a card and assigns the ticket: development can begin', ['N5', 'N6']],
  ['API 1: requests API keys and authentication credentials', ['W1']],
  ['API 2: web hooks: a target URL along with an HMAC secret', ['W2']],
  ['API 3: the required set-up, using the API docs', ['W3']],
  ['API 4: audits the data if relevant, based on extracts', ['W4']],
  ['API 5: unit and end-to-end testing', ['W5']],
  ['API 6: the customer is satisfied and is now live', ['W6', 'E14']],
  ['API 7: once live, monitors volumes for the fair use policy', ['W7', 'E15.monitoring', 'E15.closed']],
  ['files 1: obtains SFTP credentials and standard file format information', ['F1']],
  ['files 2: works with us to configure secure file exchange', ['F2']],
  ['files 3: audits the data if relevant, based on extracts', ['F3']],
  ['files 4: tests data flows using production-like environments', ['F4']],
  ['files 5: the file is used in production and is deemed live', ['F5', 'E14']],
];

/** What the product adds to the text: a way out of and back into any state. */
const beside = ['hold', 'resume', 'reassign', 'cancel', 'cancel.new', 'E11a'];

test('every line of the source text is carried by rows, and every row carries a line or is named as an addition', () => {
  const all = new Set([...rows, ...steps].map((row) => row.id));
  const named = new Set(source.flatMap(([, ids]) => ids));
  for (const [line, ids] of source)
    for (const id of ids) assert.ok(all.has(id), `${line}: there is no row ${id}`);
  const extra = [...all].filter((id) => !named.has(id) && !beside.includes(id) && !id.startsWith('reopen.'));
  assert.deepEqual(extra, []);
});

test('every state can be reached from an opening', () => {
  const reached = new Set<IntegrationState>(
    rows
      .filter((row) => row.from !== 'any' && row.from.length === 0)
      .map((row) => row.to as IntegrationState),
  );
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const row of rows)
      if (row.to !== 'same' && row.to !== 'previous' && [...reached].some((state) => leaves(row, state)))
        reached.add(row.to);
  }
  assert.deepEqual(
    [...integrationStates].filter((state) => !reached.has(state)),
    [],
  );
});

test('every state that is not final has a way on, and every final one a way back', () => {
  const ways = (state: IntegrationState) =>
    rows.filter((row) => row.from !== 'any' && row.from.includes(state) && row.to !== state);
  for (const state of integrationStates) {
    const out = ways(state);
    assert.ok(out.length > 0, state);
    if (isFinal(state))
      assert.ok(
        out.every((row) => row.id.startsWith('reopen.')),
        state,
      );
  }
});

test('ids are given once, and rows name only gates, actions and effects that exist', () => {
  for (const ids of [rows, steps, gates].map((list) => list.map((one) => one.id)))
    assert.equal(new Set(ids).size, ids.length);
  for (const row of [...rows, ...steps]) for (const id of row.gates) gateOf(currentPlaybook, id);
  const used = new Set([...rows, ...steps].flatMap((row) => row.gates));
  assert.deepEqual(
    gates.filter((gate) => !used.has(gate.id)).map((gate) => gate.id),
    [],
  );
  for (const row of rows)
    if (row.action !== undefined && row.action !== 'open')
      assert.ok(row.action in integrationActionTitles, row.id);
  assert.deepEqual(
    effectsNamed(1).filter((effect) => !knownEffects.includes(effect)),
    [],
  );
});

/** Every gate that some rule finds seen, over all states, origins and kinds of event. */
function gatesFound(): Set<string> {
  const found = new Set<string>();
  const director = {
    id: 'd',
    name: 'D',
    email: 'd@vendor.example',
    customerId: null,
    roles: ['commercial-director' as const, 'lead-consultant' as const],
  };
  const manager = { ...director, roles: ['integrations-manager' as const] };
  const shapes = [
    { rejected: 0, direction: 'in', track: 'web-api', open: 0 },
    { rejected: 1, direction: 'out', track: 'file-transfer', open: 2 },
  ].map((one) => ({
    ...one,
    rows: 5,
    accepted: 4,
    valid: 204,
    forged: 401,
    stale: 401,
    operation: 'putEmployee',
    day: '2027-01-01',
    calls: 3,
    within: true,
    ticketId: uuidv7(),
    cardId: uuidv7(),
    estimateId: uuidv7(),
  }));
  const waived = { pieces: {}, waived: { by: 'D', at: '2026-11-24T00:00:00Z', reason: 'x' } };
  const stepsWaived = Object.fromEntries(steps.flatMap((step) => step.gates).map((id) => [id, waived]));
  for (const state of integrationStates)
    for (const origin of ['existing', 'new-out-of-scope'] as const)
      for (const environment of ['sandbox', 'production'] as const)
        for (const data of shapes)
          for (const rule of [...Object.values(environmentRules), ...Object.values(customerRules)])
            for (const finding of rule({
              event: { type: 'test', data, subject: {} } as never,
              environment,
              integration: {
                playbook: 1,
                state,
                origin,
                tracks: ['web-api', 'file-transfer'],
                webhooks: 'both',
                dataAudit: {},
                links: {},
                filesInARow: 1,
                operations: ['putEmployee'],
                gates: stepsWaived,
                live: { 'web-api': '2026-11-24T00:00:00Z' },
              } as never,
              by: director,
              doer: 'D',
              assignee: manager,
              time: '09:00:00',
              dayOf: (instant) => instant.slice(0, 10),
            }))
              if (finding.finds === 'seen' || finding.finds === 'confirmed') found.add(finding.gate);
  return found;
}

test('every gate passes by something: evidence with a rule, a word, an act of its own or a computation', () => {
  const byActs = [
    'E2.discovery',
    'E3.integrations-manager',
    'E3.customer-team-lead',
    'E4.minutes',
    'E4.customer-attended',
    'N1.project',
    'N1.clause',
    'N2.clause',
    'N3.clause-absent',
    'N4.proof',
    'W6.satisfied',
    'W2.direction',
  ];
  const found = gatesFound();
  const without = gates.filter(
    (gate) =>
      gate.derived === undefined &&
      gate.confirmBy.length === 0 &&
      !byActs.includes(gate.id) &&
      !found.has(gate.id),
  );
  assert.deepEqual(
    without.map((gate) => gate.id),
    [],
  );
  for (const id of found) gateOf(currentPlaybook, id);
});

test("the customer's word for live, the start signal and the sign-off can't be waived", () => {
  for (const id of [
    'W6.satisfied',
    'E12.assigned',
    'N6.card',
    'E11.acceptance',
    'F5.first-file',
    'E14.web-api',
  ])
    assert.deepEqual(gateOf(currentPlaybook, id).waiveBy, [], id);
});
