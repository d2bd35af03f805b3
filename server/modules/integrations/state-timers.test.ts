import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MyWork } from '#contract/integrations.ts';
import { uuidv7 } from '#platform/ids.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { transact } from '#platform/transact.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { integrations } from './index.ts';

const local = (text: string) => Temporal.ZonedDateTime.from(`${text}[Pacific/Auckland]`).toInstant();

let walk: IntegrationWalk;
before(async () => {
  walk = await openIntegrationWalk({
    vendor: {
      timeZone: 'Pacific/Auckland',
      businessStart: '09:00',
      businessEnd: '17:00',
      holidays: ['2026-12-25', '2026-12-28'],
    },
    timers: { discoveryDays: 2, inReviewDays: 3 },
    webhooks: { defaultDirection: 'outbound' },
  });
});
after(() => walk?.close());

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

/** How often an integration has spoken up by a time. */
async function spokenBy(one: Begun, time: string): Promise<number> {
  walk.t.platform.clock.set(local(time));
  await fireDueTimers(walk.t.platform, integrations.timers?.(walk.t.platform) ?? {});
  const view = await one.see();
  return view.history.filter((entry) => entry.kind === 'escalated').length;
}

test('a state speaks up after the time of the configuration, in which days off do not count', async () => {
  walk.t.platform.clock.set(local('2026-12-24T10:00'));
  const one = await walk.begin({ serviceModel: 'saas' });
  assert.equal(await spokenBy(one, '2026-12-30T09:59'), 0);
  assert.equal(await spokenBy(one, '2026-12-30T10:01'), 1);
});

test('time on hold counts neither for the timer nor for the age', async () => {
  const { clock } = walk.t.platform;
  clock.set(local('2027-02-01T10:00'));
  const one = await walk.begin({ serviceModel: 'saas' });
  clock.set(local('2027-02-01T12:00'));
  await one.must(walk.director, { action: 'hold', reason: 'Merger', resumeOn: '2027-03-01' });
  clock.set(local('2027-03-01T09:00'));
  assert.equal((await one.see()).ageBusinessHours, 2);
  await one.must(walk.director, { action: 'resume' });
  assert.equal(await spokenBy(one, '2027-03-02T14:59'), 0, 'two hours were used up before the hold');
  const mine = (await walk.server.as(walk.director).get('/api/my-work')).json<MyWork>();
  assert.equal(mine.items.find((item) => item.integration === one.id)?.ageBusinessHours, 16);
  assert.equal(await spokenBy(one, '2027-03-02T15:01'), 1);
});

test('a round that comes back to its state at once has timers of its own', async () => {
  const { clock } = walk.t.platform;
  clock.set(local('2027-04-05T10:00'));
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimateId = uuidv7();
  await one.fact('estimate.submitted', { estimateId, version: 1 }, walk.manager);
  clock.set(local('2027-04-07T10:00'));
  // Both are handled as one batch, as after a pause of the consumer.
  await transact(walk.t.platform, one, walk.director, async (work) => {
    for (const [type, version] of [
      ['returned', 1],
      ['submitted', 2],
    ] as const)
      work.emit(one.customerId, {
        type: `estimate.${type}`,
        subject: {},
        data: { integrationId: one.uuid, estimateId, version },
      });
  });
  assert.equal((await one.see()).state, 'in-review');
  assert.equal(await spokenBy(one, '2027-04-08T10:01'), 0, 'the first round is over');
  assert.equal(await spokenBy(one, '2027-04-12T10:01'), 1);
});

test('a hold ends on a day to come', async () => {
  walk.t.platform.clock.set(local('2027-05-03T23:30'));
  const one = await walk.begin({ serviceModel: 'saas' });
  for (const resumeOn of ['2027-05-02', '2027-05-03']) {
    const past = await one.act(walk.director, { action: 'hold', reason: 'Merger', resumeOn });
    assert.equal(past.statusCode, 400, resumeOn);
    assert.equal(past.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, '/resumeOn');
  }
  await one.must(walk.director, { action: 'hold', reason: 'Merger', resumeOn: '2027-05-04' });
});

test('what nobody says at the opening is as the vendor has set it, or as it usually is', async () => {
  const one = await walk.begin({ serviceModel: 'saas', open: { webhooks: undefined, operations: [] } });
  const view = await one.see();
  assert.equal(view.webhooks, 'outbound');
  assert.deepEqual(view.operations, ['putEmployee', 'getEmployee', 'listEmployees', 'listEvents']);
});
