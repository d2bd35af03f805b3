import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { estimateContent } from '#testing/estimate-content.ts';
import { estimatesOf } from '#testing/integration-estimate.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';

let walk: IntegrationWalk;
let desk: Awaited<ReturnType<typeof estimatesOf>>;
before(async () => {
  walk = await openIntegrationWalk();
  desk = await estimatesOf(walk);
});
after(async () => {
  await desk?.close();
  await walk?.close();
});

test('cancelling voids the sign-off link and stops every act on the estimate; reopening takes it up again', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimate = await desk.estimateFor(one);
  await estimate.must(manager, 'submit');
  await estimate.must(director, 'finalise');
  const sent = await estimate.must(director, 'send', estimate.sendTo);
  assert.deepEqual(sent.sentTo, ['Signing Person'], 'not everybody who may sign, but whom it went to');
  const token = await estimate.token();
  assert.equal((await one.see()).state, 'sent');

  await one.must(director, { action: 'cancel', reason: 'The project was stopped' });
  assert.equal((await desk.server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await desk.server.as(null).post(`/api/sign-off/${token}/code`)).json().code, 'link-used-up');
  for (const [name, body] of [
    ['send', estimate.sendTo],
    ['revise', undefined],
    ['finalise', undefined],
  ] as const)
    assert.equal((await estimate.act(director, name, body)).json().code, 'estimate-not-there-yet', name);
  assert.equal((await estimate.write('x')).json().code, 'estimate-not-there-yet');
  assert.deepEqual((await estimate.view()).may, []);
  const other = await desk.server
    .as(manager)
    .post(`${estimate.base}/estimates`, { content: estimateContent, integration: one.id });
  assert.equal(other.json().code, 'estimate-exists', 'nor is another one begun');

  await one.must(director, { action: 'reopen', reason: 'It goes on' });
  assert.equal((await one.see()).state, 'refining', 'what was sent needs a new version');
  assert.equal((await estimate.write('The prices of this year')).statusCode, 200);
  await estimate.must(manager, 'submit');
  assert.equal((await one.see()).state, 'in-review');
});

test('an estimate in review is in review again after a reopening; one that was begun is begun', async () => {
  const { director, manager } = walk;
  for (const [act, state] of [
    ['submit', 'in-review'],
    [undefined, 'estimating'],
  ] as const) {
    const one = await walk.begin({ serviceModel: 'saas' });
    await walk.toEstimating(one);
    const estimate = await desk.estimateFor(one);
    if (act !== undefined) await estimate.must(manager, act);
    await one.must(director, { action: 'cancel', reason: 'By mistake' });
    await one.must(director, { action: 'reopen', reason: 'By mistake' });
    assert.equal((await one.see()).state, state);
    assert.equal((await estimate.view()).status, state);
  }
});

test('an estimate begun for an integration that is over is withdrawn at once', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(walk.director, { action: 'cancel', reason: 'Not now' });
  const estimate = await desk.estimateFor(one);
  await one.see();
  assert.equal((await estimate.view()).status, 'withdrawn');
});

test('a moved scope withdraws the estimate of the change; out of scope again, it is refined', async () => {
  const { consultant, manager } = walk;
  const one = await walk.begin({
    serviceModel: 'saas',
    by: consultant,
    open: { origin: 'new', projectReference: 'ONB-8', contractClause: '4.2' },
  });
  const outOfScope = { action: 'decide-scope', decision: 'out-of-scope', clause: 'None' } as const;
  await one.must(consultant, outOfScope);
  const estimate = await desk.estimateFor(one);
  await one.see();
  await estimate.must(manager, 'submit');
  await estimate.must(consultant, 'finalise');
  await estimate.must(consultant, 'send', estimate.sendTo);
  const token = await estimate.token();
  const { number } = (await one.see(consultant)).records.change ?? {};
  assert.match(number ?? '', /^CR-\d{5}$/);
  const page = (await desk.server.as(null).get(`/api/sign-off/${token}`)).json();
  assert.equal(page.changeNumber, number, 'on what is signed');
  assert.equal((await estimate.view()).changeNumber, number);
  await one.must(consultant, { action: 'revisit-scope', reason: 'Contract amended' });
  assert.equal((await desk.server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await estimate.view()).status, 'withdrawn');
  await one.must(consultant, outOfScope);
  const view = await one.see();
  assert.equal((await estimate.view()).status, 'refining');
  assert.deepEqual([view.state, view.diverged], ['out-of-scope', []]);
  assert.equal((await estimate.write('Amended')).statusCode, 200);
  await estimate.must(manager, 'submit');
  assert.equal((await one.see()).state, 'in-review');
});

test('an estimate that is there before the scope is decided gets the number of its change', async () => {
  const { consultant } = walk;
  const open = { origin: 'new', projectReference: 'ONB-8', contractClause: '4.2' };
  const one = await walk.begin({ serviceModel: 'saas', by: consultant, open });
  const estimate = await desk.estimateFor(one);
  await one.see();
  assert.equal((await estimate.view()).changeNumber, null);
  await one.must(consultant, { action: 'decide-scope', decision: 'out-of-scope', clause: 'None' });
  assert.equal((await estimate.view()).changeNumber, (await one.see()).records.change?.number);
});

test('a new estimate begun after the customer declined is there when the integration is reopened', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const declined = await desk.estimateFor(one);
  await declined.must(manager, 'submit');
  await declined.must(director, 'finalise');
  await declined.must(director, 'send', declined.sendTo);
  await declined.decline('Too dear');
  assert.equal((await one.see()).state, 'declined');
  const anew = await desk.estimateFor(one);
  await one.see();
  assert.equal((await anew.view()).status, 'withdrawn');
  await one.must(director, { action: 'reopen', reason: 'They ask again' });
  assert.equal((await anew.view()).status, 'estimating');
  await anew.must(manager, 'submit');
  assert.equal((await one.see()).state, 'in-review');
});
