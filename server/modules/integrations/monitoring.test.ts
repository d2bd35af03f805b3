import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IntegrationView } from '#contract/integrations.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { integrations } from './index.ts';

const local = (text: string) => Temporal.ZonedDateTime.from(`${text}[Pacific/Auckland]`).toInstant();

let walk: IntegrationWalk;
before(async () => {
  walk = await openIntegrationWalk({
    vendor: { timeZone: 'Pacific/Auckland', businessStart: '09:00', businessEnd: '17:00' },
    fairUse: { monitoringDays: 3 },
  });
});
after(() => walk?.close());

const day = (text: string, calls: number, within = true): [string, Record<string, unknown>] => [
  'fair_use.day_counted',
  { day: text, calls, within },
];
const gate = (view: IntegrationView, id: string) =>
  view.steps.flatMap((step) => step.gates).find((one) => one.id === id);
const later = async (text: string) => {
  walk.t.platform.clock.set(local(text));
  await fireDueTimers(walk.t.platform, integrations.timers?.(walk.t.platform) ?? {});
};

test('live is followed by monitoring; days within the policy in a row let the integration be closed', async () => {
  // Just after midnight where the vendor is, still the day before by UTC.
  walk.t.platform.clock.set(local('2026-11-25T00:30'));
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(one);
  await one.evidence('production', day('2026-11-24', 7));
  let view = await one.see();
  assert.equal(gate(view, 'E15.first-day')?.status, 'waiting', 'the day before live does not count');

  assert.equal(view.state, 'live');
  await one.evidence('production', day('2026-11-25', 0));
  assert.equal(gate(await one.see(), 'E15.first-day')?.status, 'waiting', 'nor does a day without a call');
  await one.evidence('production', day('2026-11-25', 40));
  view = await one.see();
  assert.equal(gate(view, 'E15.first-day')?.status, 'seen');
  assert.equal(view.state, 'monitoring', 'with the first day counted, monitoring begins');

  await one.evidence('production', day('2026-11-26', 40), day('2026-11-27', 900_000, false));
  view = await one.see();
  assert.notEqual(gate(view, 'W7.within-policy')?.status, 'seen');
  const open = await one.act(walk.manager, { action: 'close', note: '' });
  assert.equal(open.json<{ code: string }>().code, 'gates-open');
  await one.evidence('production', day('2026-11-28', 40), day('2026-11-28', 41), day('2026-11-29', 40));
  assert.notEqual(
    gate(await one.see(), 'W7.within-policy')?.status,
    'seen',
    'a day counted twice is one day',
  );
  await one.evidence('production', day('2026-11-30', 40));
  assert.equal(gate(await one.see(), 'W7.within-policy')?.status, 'seen');
  const others = await one.act(walk.director, { action: 'close', note: '' });
  assert.equal(others.statusCode, 403);
  const closed = await one.must(walk.manager, { action: 'close', note: 'Handed over' });
  assert.equal(closed.state, 'closed');
});

test('without a day of use monitoring begins after thirty working days, or when the manager hands over', async () => {
  walk.t.platform.clock.set(local('2026-11-25T10:00'));
  const waiting = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(waiting);
  const handed = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(handed);
  assert.equal((await handed.act(walk.director, { action: 'start-monitoring', note: '' })).statusCode, 403);
  const view = await handed.must(walk.manager, { action: 'start-monitoring', note: 'Runs well' });
  assert.equal(view.state, 'monitoring');
  const replanned = await handed.act(walk.manager, { action: 'plan', webhooks: 'none' });
  assert.equal(
    replanned.json<{ code: string }>().code,
    'integration-not-there-yet',
    'what is live is planned',
  );
  await later('2026-12-20T10:00');
  assert.equal((await waiting.see()).state, 'live');
  await later('2027-02-15T10:00');
  assert.equal((await waiting.see()).state, 'monitoring');
});

test('what changes in the sandbox of a live track is to be run again once the track is reopened, not before', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(one);
  const changed = (type: string) =>
    one.evidence('sandbox', [`receiver.${type}`, { receiverId: 'whr_1', fingerprint: 'r2' }]);
  await changed('first_accepted');
  let view = await one.see();
  assert.equal(view.stale, 0);
  assert.equal(view.steps.find((step) => step.id === 'W2')?.state, 'passed');
  await changed('forged_refused');
  view = await one.must(walk.manager, { action: 'reopen', track: 'web-api', reason: 'A new endpoint' });
  const statuses = ['W2.inbound-accepted', 'W2.inbound-forged', 'W2.inbound-replayed', 'W5.end-to-end'];
  assert.deepEqual(
    statuses.map((id) => gate(view, id)?.status),
    ['seen', 'seen', 'stale', 'stale'],
  );
  await one.evidence('sandbox', [
    'receiver.duplicate_ignored',
    { receiverId: 'whr_1', messageId: 'hr-7', fingerprint: 'r2' },
  ]);
  const twice = gate(await one.see(), 'W2.inbound-replayed');
  assert.equal(twice?.status, 'seen');
  assert.match(JSON.stringify(twice), /Message hr-7 came twice and was applied once/);
});
