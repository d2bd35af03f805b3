import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { webApiFingerprint } from '#modules/web-api/index.ts';
import { certificationFingerprint, follow, isComplete, type Progress, stateOf } from './progress.ts';
import { defaultScenarios } from './scenarios.ts';
import type { Traffic } from './sightings.ts';

let sequence = 0;
function fact(type: string, data: Traffic['data'] = {}, channel?: string): Traffic {
  sequence += 1;
  const isEmployee = channel === 'api' && !type.startsWith('api.');
  return {
    type,
    data,
    subject: isEmployee ? { employeeId: 'emp_1' } : {},
    source: channel === undefined ? {} : { channel },
    sequence,
    recordedAt: Temporal.Instant.from('2026-11-24T00:00:00Z'),
  };
}
const fresh = (): Progress => ({ agreed: { ...defaultScenarios }, passes: new Map(), sources: new Map() });
const fingerprint = webApiFingerprint;
const delivered = (endpointId: string, of: string) =>
  fact('endpoint.first_delivered', { endpointId, fingerprint: of });

const needed = () => [
  fact('employee.created', {}, 'api'),
  fact('pay_rate.scheduled', {}, 'api'),
  fact('api.operation_seen', { operation: 'listEvents', status: 200, fingerprint }, 'api'),
  delivered('whe_a', 'a1'),
  fact(
    'api.input_refused',
    { operation: 'putEmployee', status: 422, codes: ['employee-invalid'], fingerprint },
    'api',
  ),
  fact('employee.updated', {}, 'api'),
];
const beside = () => [
  fact('endpoint.created', { endpointId: 'whe_b', fingerprint: 'b1' }),
  delivered('whe_b', 'b1'),
  fact('receiver.first_accepted', { receiverId: 'whr_a', messageId: 'm', fingerprint: 'r1' }),
  fact('transfer.applied', {
    exchangeId: 'exc_a',
    mode: 'FULL',
    rows: 3,
    accepted: 3,
    rejected: 0,
    fingerprint: 'x1',
  }),
  fact('exchange.agreed', { exchangeId: 'exc_a', fingerprint: 'x2' }),
  fact('employee.created', {}, 'file'),
  fact('api_key.issued', { prefix: 'fl_test_' }),
];
const done = () => {
  const progress = fresh();
  for (const event of needed()) follow(progress, event);
  assert.equal(isComplete(progress, 'web-api'), true);
  return progress;
};

test('an unchanged configuration keeps its fingerprint and stays complete, whatever traffic follows', () => {
  const first = certificationFingerprint(done(), 'web-api');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...needed(), ...beside()), { maxLength: 40 }), (later) => {
      const progress = done();
      for (const event of later) {
        follow(progress, event);
        assert.equal(isComplete(progress, 'web-api'), true);
        assert.equal(certificationFingerprint(progress, 'web-api'), first);
      }
    }),
  );
});

test('in any order, nothing is complete before every agreed scenario was seen', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(needed(), { minLength: 0 }),
      fc.array(fc.constantFrom(...beside().filter((one) => !/^(endpoint|receiver)/.test(one.type)))),
      (some, noise) => {
        const progress = fresh();
        for (const event of [...noise, ...some]) follow(progress, event);
        const types = some.map((one) => one.type);
        const refused = types.indexOf('api.input_refused');
        const corrected = types.some(
          (type, n) => refused >= 0 && n > refused && /^(employee|pay_rate)/.test(type),
        );
        const seen = [
          'employee.created',
          'pay_rate.scheduled',
          'api.operation_seen',
          'endpoint.first_delivered',
        ];
        assert.equal(
          isComplete(progress, 'web-api'),
          corrected && seen.every((type) => types.includes(type)),
        );
      },
    ),
  );
});

test('a changed endpoint makes only the answered webhook stale, until it is shown again or changed back', () => {
  const progress = done();
  const first = certificationFingerprint(progress, 'web-api');
  const changed = follow(progress, fact('endpoint.changed', { endpointId: 'whe_a', fingerprint: 'a2' }));
  assert.equal(changed.reconfigured, true);
  assert.equal(stateOf(progress, 'webhook-answered'), 'stale');
  assert.equal(stateOf(progress, 'employee-created'), 'passed');
  follow(progress, fact('endpoint.changed', { endpointId: 'whe_a', fingerprint: 'a1' }));
  assert.equal(certificationFingerprint(progress, 'web-api'), first);
  assert.equal(isComplete(progress, 'web-api'), true);
  follow(progress, fact('endpoint.changed', { endpointId: 'whe_a', fingerprint: 'a2' }));
  assert.deepEqual(follow(progress, delivered('whe_a', 'a2')).passed, ['webhook-answered']);
  assert.equal(isComplete(progress, 'web-api'), true);
  assert.notEqual(certificationFingerprint(progress, 'web-api'), first);
});

test('a change of another endpoint asks for an answered webhook as well', () => {
  const progress = done();
  follow(progress, fact('endpoint.created', { endpointId: 'whe_b', fingerprint: 'b1' }));
  assert.equal(stateOf(progress, 'webhook-answered'), 'passed');
  follow(progress, fact('endpoint.changed', { endpointId: 'whe_b', fingerprint: 'b2' }));
  follow(progress, fact('endpoint.changed', { endpointId: 'whe_a', fingerprint: 'a2' }));
  follow(progress, fact('endpoint.changed', { endpointId: 'whe_b', fingerprint: 'b1' }));
  assert.equal(stateOf(progress, 'webhook-answered'), 'stale', 'the first one is another by now');
  const verified = { endpointId: 'whe_b', fingerprint: 'b1', valid: 200, forged: 401, stale: 401 };
  follow(progress, fact('endpoint.verified', { ...verified, forged: 200 }));
  assert.equal(stateOf(progress, 'webhook-answered'), 'stale', 'it took a forged message');
  follow(progress, fact('endpoint.verified', verified));
  assert.equal(stateOf(progress, 'webhook-answered'), 'passed');
});

test('a correction counts only after its fault, and a file only when no row was refused', () => {
  const progress = fresh();
  const file = (data: object, type = 'transfer.applied') =>
    follow(
      progress,
      fact(type, { exchangeId: 'exc_a', mode: 'DELTA', rows: 4, rejected: 0, fingerprint: 'x1', ...data }),
    );
  file({ dryRun: true });
  assert.equal(stateOf(progress, 'delta-file-applied'), 'open', 'a dry run shows nothing');
  assert.deepEqual(file({}).passed, ['delta-file-applied']);
  assert.equal(stateOf(progress, 'bad-file-corrected'), 'open');
  file({ rejected: 4, codes: ['ird-number'] }, 'transfer.rejected');
  assert.equal(stateOf(progress, 'bad-file-corrected'), 'partly');
  file({ exchangeId: 'exc_b' });
  assert.equal(stateOf(progress, 'bad-file-corrected'), 'partly', 'another exchange corrects nothing');
  assert.deepEqual(file({}).passed, ['bad-file-corrected']);
  assert.deepEqual(file({}).passed, [], 'once');
  file({ mode: 'FULL', rejected: 1 });
  assert.equal(stateOf(progress, 'full-file-applied'), 'open', 'a row was refused');
});

test('a file that is answered after its exchange was changed does not bring the old configuration back', () => {
  const progress = fresh();
  follow(progress, fact('exchange.agreed', { exchangeId: 'exc_a', fingerprint: 'x1' }));
  follow(progress, fact('exchange.agreed', { exchangeId: 'exc_a', fingerprint: 'x2' }));
  const late = { exchangeId: 'exc_a', mode: 'FULL', rows: 4, rejected: 0, fingerprint: 'x1' };
  follow(progress, fact('transfer.applied', late));
  assert.equal(progress.sources.get('exchange:exc_a'), 'x2');
  assert.equal(stateOf(progress, 'full-file-applied'), 'stale');
});
