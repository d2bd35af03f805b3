import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, systemActor } from '#platform/actor.ts';
import { uuidv7 } from '#platform/ids.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read } from '#platform/transact.ts';
import { makePerson } from '#testing/factories.ts';
import { estimatesOf } from '#testing/integration-estimate.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { integrations } from './index.ts';

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

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

/** The subjects of the mails about an integration that a person was sent, oldest first. */
async function told(one: Begun, email: string, kind = 'integration-news'): Promise<string[]> {
  await one.see();
  const rows = await read(
    walk.t.platform,
    one,
    (sql) => sql<{ subject: string }[]>`
      select subject from mail.outbox
      where customer_id = ${one.customerId} and kind = ${kind} and ${email} = any (recipients) order by id`,
  );
  return rows.map((row) => row.subject);
}
const some = (subjects: string[], wanted: RegExp) => subjects.filter((one) => wanted.test(one)).length;

test('what goes live is handed over to everybody of support, and a hand-over to nobody is shown', async () => {
  const nobody = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(nobody);
  const alone = await nobody.must(walk.manager, { action: 'start-monitoring' });
  assert.match(alone.diverged.join(), /Nobody holds the role Support/);

  const support = await makePerson(walk.t.platform, { roles: ['support'] });
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toLive(one);
  await one.must(walk.manager, { action: 'start-monitoring' });
  assert.equal(some(await told(one, support.email), /Handed over to support/), 1);
});

test('a new customer’s Lead Consultant is told what a director would be: refined, change asked for, declined, expired', async () => {
  const { consultant, manager } = walk;
  for (const [answer, subject] of [
    ['change_requested', /Change requested/],
    ['expired', /Expired/],
  ] as const) {
    const one = await walk.begin({
      serviceModel: 'saas',
      by: consultant,
      open: { origin: 'new', projectReference: 'ONB-7', contractClause: '4.2' },
    });
    await one.must(consultant, { action: 'decide-scope', decision: 'out-of-scope', clause: 'None' });
    const estimateId = uuidv7();
    const estimate = (type: string, actor: Actor, version: number) =>
      one.fact(`estimate.${type}`, { estimateId, version, comments: 1 }, actor);
    await estimate('submitted', manager, 1);
    await estimate('returned', consultant, 1);
    await estimate('submitted', manager, 2);
    await estimate('finalised', consultant, 2);
    await estimate('sent', consultant, 2);
    await estimate(answer, systemActor('http'), 2);
    const subjects = await told(one, consultant.email);
    assert.equal(some(subjects, /Refined/), 1, subjects.join('\n'));
    assert.equal(some(subjects, subject), 1, subjects.join('\n'));
  }
});

test('figures that the director changes in review are told to the manager, once for each version', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimateId = uuidv7();
  const estimate = (type: string, actor: Actor, version: number) =>
    one.fact(`estimate.${type}`, { estimateId, version }, actor);
  await estimate('version_created', walk.manager, 1);
  await estimate('submitted', walk.manager, 1);
  for (const version of [2, 2, 2]) await estimate('version_created', walk.director, version);
  await estimate('finalised', walk.director, 2);
  const subjects = await told(one, walk.manager.email);
  assert.equal(some(subjects, /changed in review/), 1, subjects.join('\n'));
  assert.equal(some(subjects, /Finalised/), 1, subjects.join('\n'));
  assert.ok((await one.see()).history.some((entry) => /version 2 is in their name/.test(entry.sentence)));
});

test('an estimate that waits is reminded of to those it was sent to, not to the director', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimate = await desk.estimateFor(one);
  await estimate.must(walk.manager, 'submit');
  await estimate.must(walk.director, 'finalise');
  await estimate.must(walk.director, 'send', estimate.sendTo);
  const before = await told(one, walk.director.email);
  const { clock } = walk.t.platform;
  clock.set(clock.now().add({ hours: 24 * 7 }));
  await fireDueTimers(walk.t.platform, integrations.timers?.(walk.t.platform) ?? {});
  assert.equal((await told(one, estimate.signer, 'estimate-reminder')).length, 1);
  assert.deepEqual(await told(one, walk.director.email), before);
});
