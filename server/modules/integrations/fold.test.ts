import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fact, RecordedFact } from './facts.ts';
import { foldFact, foldHistory } from './fold.ts';
import { applies, gateStatus, gatesThatCount, isPassed } from './gates.ts';
import type { Integration } from './integration.ts';
import { currentPlaybook, isFinal, leaves } from './playbook.ts';
import { turnsOf } from './waits.ts';

const actor = { kind: 'system' as const, id: 'test', name: 'Test' };
const opening = (over: Partial<Fact & { kind: 'opened' }> = {}): Fact => ({
  kind: 'opened',
  name: 'Employee data',
  number: 'INT-00001',
  playbook: 1,
  origin: 'existing',
  serviceModel: 'fms',
  state: 'discovery',
  row: 'E1',
  seats: {},
  filesInARow: 3,
  monitoringDays: 30,
  tracks: ['web-api', 'file-transfer'],
  webhooks: 'both',
  dataAudit: { 'web-api': true },
  operations: ['putEmployee', 'getEmployee'],
  environmentOwner: 'vendor',
  connections: [],
  ...over,
});
const at = (sequence: number, fact: Fact): RecordedFact => ({
  sequence,
  at: Temporal.Instant.from('2026-11-24T00:00:00Z').add({ minutes: sequence }).toString(),
  actor,
  fact,
});
const piece = { type: 'test', at: '2026-11-24T00:00:00Z', sentence: 'Seen.', details: {} };

/** One legal fact, chosen by a number, for an integration as it stands. */
function legalFact(integration: Integration, choice: number): Fact {
  const rows = currentPlaybook.rows.filter(
    (row) =>
      leaves(row, integration.state) &&
      applies(row.when, integration) &&
      row.to !== 'same' &&
      (row.to !== 'previous' || integration.previous !== undefined),
  );
  const gate = currentPlaybook.gates[choice % currentPlaybook.gates.length]?.id ?? 'W1.asked';
  const facts: Fact[] = [
    ...rows.map(
      (row): Fact => ({
        kind: 'moved',
        row: row.id,
        from: integration.state,
        to:
          row.to === 'previous'
            ? (integration.previous ?? integration.state)
            : (row.to as Integration['state']),
      }),
    ),
    { kind: 'gate_seen', gate, key: 'seen', piece },
    { kind: 'gate_waived', gate, reason: 'Because' },
    { kind: 'gate_confirmed', gate, statement: 'Done' },
    { kind: 'gate_stale', gate, source: 'sandbox api', fingerprint: 'b', sentence: 'Changed.' },
    { kind: 'gate_withdrawn', gate, piece },
    { kind: 'gate_reset', gate, sentence: 'Again.' },
    { kind: 'held', reason: 'Merger', resumeOn: '2027-01-10' },
    { kind: 'resumed', note: '' },
    { kind: 'planned', plan: { webhooks: choice % 2 === 0 ? 'none' : 'unknown' } },
    { kind: 'track_live', track: 'web-api', row: 'W6', sentence: 'Live.' },
    { kind: 'track_reopened', track: 'web-api', reason: 'Again' },
    { kind: 'scope_decided', decision: 'out-of-scope', clause: 'none' },
  ];
  return facts[choice % facts.length] as Fact;
}

test('after any walk the state is what its history folds to, and is a state with a way on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { maxLength: 60 }),
      fc.constantFrom('existing' as const, 'new-undecided' as const),
      (choices, origin) => {
        const start = origin === 'existing' ? {} : { origin, state: 'onboarding' as const, row: 'N1.open' };
        const history = [at(1, opening(start))];
        let integration = foldHistory(history);
        for (const choice of choices) {
          const recorded = at(history.length + 1, legalFact(integration, choice));
          const before = JSON.stringify(integration);
          const after = foldFact(integration, recorded);
          assert.equal(JSON.stringify(integration), before, 'folding changes nothing that was');
          integration = after;
          history.push(recorded);
        }
        assert.deepEqual(foldHistory(history), integration);
        assert.deepEqual(
          JSON.parse(JSON.stringify(integration)),
          integration,
          'the projection is plain JSON',
        );
        const ways = currentPlaybook.rows.filter(
          (row) =>
            row.from !== 'any' && row.from.includes(integration.state) && applies(row.when, integration),
        );
        assert.ok(ways.length > 0, `${integration.state} has no way on for ${integration.origin}`);
        if (isFinal(integration.state)) assert.deepEqual(turnsOf(integration), []);
        for (const gate of currentPlaybook.gates) gateStatus(gate, integration);
      },
    ),
    { numRuns: 300 },
  );
});

test('a move that the playbook does not have can not be folded', () => {
  const history = [at(1, opening())];
  const move = (row: string, from: Integration['state'], to: Integration['state']) => () =>
    foldHistory([...history, at(2, { kind: 'moved', row, from, to })]);
  assert.throws(move('E14', 'tracks', 'live'), /does not leave discovery/);
  assert.throws(move('E2', 'discovery', 'live'), /leads to consulting/);
  assert.throws(move('E99', 'discovery', 'live'), /no row E99/);
});

test('a history with a hole, a second opening or no opening can not be folded', () => {
  assert.throws(() => foldHistory([]), /without history/);
  assert.throws(() => foldHistory([at(1, { kind: 'resumed', note: '' })]), /begins with its opening/);
  assert.throws(
    () => foldHistory([at(1, opening()), at(3, { kind: 'resumed', note: '' })]),
    /does not follow/,
  );
  assert.throws(() => foldHistory([at(1, opening()), at(2, opening())]), /opens once/);
});

test('SaaS and supported customers have no gate for the Customer Team Lead; FMS customers do', () => {
  const counted = (serviceModel: Integration['serviceModel']) =>
    gatesThatCount(
      ['E3.integrations-manager', 'E3.customer-team-lead'],
      foldHistory([at(1, opening({ serviceModel }))]),
    ).length;
  assert.deepEqual([counted('fms'), counted('saas'), counted('supported')], [2, 1, 1]);
});

test('webhooks and data audits that were not chosen hold nothing up, and not yet known ones do', () => {
  const passed = (webhooks: Integration['webhooks']) => {
    const integration = foldHistory([at(1, opening({ webhooks, dataAudit: {} }))]);
    const counted = gatesThatCount(
      ['W2.direction', 'W2.outbound-accepted', 'W2.inbound-accepted', 'W4.extract'],
      integration,
    );
    return counted.filter((gate) => !isPassed(gateStatus(gate, integration))).map((gate) => gate.id);
  };
  assert.deepEqual(passed('none'), []);
  assert.deepEqual(passed('unknown'), ['W2.direction']);
  assert.deepEqual(passed('inbound'), ['W2.inbound-accepted']);
  assert.deepEqual(passed('both'), ['W2.outbound-accepted', 'W2.inbound-accepted']);
});
