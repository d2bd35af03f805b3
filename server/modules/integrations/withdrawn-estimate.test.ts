import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addContact, customers } from '#modules/customers/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import { showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { estimateContent } from '#testing/estimate-content.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { newestMail } from '#testing/outbox.ts';

let walk: IntegrationWalk;
let server: TestServer;
before(async () => {
  walk = await openIntegrationWalk();
  server = await testServer(walk.t.platform, [customers, documents, estimates]);
});
after(async () => {
  await server?.close();
  await walk?.close();
});

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

/** The estimate of an integration, begun by the manager, with hands for everybody. */
async function estimateFor(one: Begun) {
  const base = `/api/customers/${showId('cus', one.customerId)}`;
  const made = await server
    .as(walk.manager)
    .post(`${base}/estimates`, { content: estimateContent, integration: one.id });
  assert.equal(made.statusCode, 201, made.body);
  const url = `${base}/estimates/${made.json().id}`;
  const signer = await transact(walk.t.platform, one, walk.director, (work) =>
    addContact(work, one.customerId, {
      name: 'Signing Person',
      email: `signer@${one.code.toLowerCase()}.example`,
      kind: 'signatory',
      hasAuthority: true,
      invite: false,
    }),
  );
  const act = (person: typeof walk.director, name: string, body?: object) =>
    server.as(person).post(`${url}/${name}`, body);
  return {
    base,
    act,
    view: async () => (await server.as(walk.manager).get(url)).json(),
    must: async (person: typeof walk.director, name: string, body?: object) => {
      const answer = await act(person, name, body);
      assert.equal(answer.statusCode, 200, `${name}: ${answer.body}`);
      await one.see();
      return answer.json();
    },
    write: (assumption: string) =>
      server.as(walk.manager).put(`${url}/draft`, { ...estimateContent, assumptions: [assumption] }),
    sendTo: { contacts: [showId('con', signer.id)] },
    token: async () => {
      const mail = await newestMail(walk.t, { customerId: one.customerId }, 'estimate', signer.email);
      return /\/sign-off\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    },
  };
}

test('cancelling voids the sign-off link and stops every act on the estimate; reopening takes it up again', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimate = await estimateFor(one);
  await estimate.must(manager, 'submit');
  await estimate.must(director, 'finalise');
  const sent = await estimate.must(director, 'send', estimate.sendTo);
  assert.deepEqual(sent.sentTo, ['Signing Person'], 'not everybody who may sign, but whom it went to');
  const token = await estimate.token();
  assert.equal((await one.see()).state, 'sent');

  await one.must(director, { action: 'cancel', reason: 'The project was stopped' });
  assert.equal((await server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await server.as(null).post(`/api/sign-off/${token}/code`)).json().code, 'link-used-up');
  for (const [name, body] of [
    ['send', estimate.sendTo],
    ['revise', undefined],
    ['finalise', undefined],
  ] as const)
    assert.equal((await estimate.act(director, name, body)).json().code, 'estimate-not-there-yet', name);
  assert.equal((await estimate.write('x')).json().code, 'estimate-not-there-yet');
  assert.deepEqual((await estimate.view()).may, []);
  const other = await server
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
    const estimate = await estimateFor(one);
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
  const estimate = await estimateFor(one);
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
  const estimate = await estimateFor(one);
  await one.see();
  await estimate.must(manager, 'submit');
  await estimate.must(consultant, 'finalise');
  await estimate.must(consultant, 'send', estimate.sendTo);
  const token = await estimate.token();
  await one.must(consultant, { action: 'revisit-scope', reason: 'Contract amended' });
  assert.equal((await server.as(null).get(`/api/sign-off/${token}`)).json().status, 'void');
  assert.equal((await estimate.view()).status, 'withdrawn');
  await one.must(consultant, outOfScope);
  const view = await one.see();
  assert.equal((await estimate.view()).status, 'refining');
  assert.deepEqual([view.state, view.diverged], ['out-of-scope', []]);
  assert.equal((await estimate.write('Amended')).statusCode, 200);
  await estimate.must(manager, 'submit');
  assert.equal((await one.see()).state, 'in-review');
});
