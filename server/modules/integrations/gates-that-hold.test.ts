import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IntegrationView } from '#contract/integrations.ts';
import { assignCard } from '#modules/pipeline/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { parseId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { auditEvidence } from '#testing/integration-evidence.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { foldHistory } from './fold.ts';

let walk: IntegrationWalk;
before(async () => {
  walk = await openIntegrationWalk();
});
after(() => walk?.close());

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

const gate = (view: IntegrationView, id: string) =>
  view.steps.flatMap((step) => step.gates).find((one) => one.id === id);

/** An integration whose estimate is with the customer, and a hand that gives its card. */
async function sent() {
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimateId = uuidv7();
  const estimate = (type: string, actor: Actor) =>
    one.fact(`estimate.${type}`, { estimateId, version: 1 }, actor);
  await estimate('submitted', walk.manager);
  await estimate('finalised', walk.director);
  await estimate('sent', walk.director);
  return { ...one, give: giverOf(one), signOff: () => estimate('signed_off', systemActor('http')) };
}

function giverOf(one: Begun) {
  return async (actor: Actor, assigneeId: string | null) => {
    const cardId = parseId('crd', (await one.see()).links.card ?? '') ?? '';
    await transact(walk.t.platform, { customerId: one.customerId }, actor, (work) =>
      assignCard(work, { cardId, assigneeId }),
    );
    return one.see();
  };
}

test('a card given and taken back before the sign-off starts nothing when the customer signs', async () => {
  const one = await sent();
  await one.give(walk.director, walk.manager.id);
  await one.give(walk.director, null);
  await one.signOff();
  const view = await one.see();
  assert.equal(view.state, 'signed-off');
  assert.notEqual(gate(view, 'E12.assigned')?.status, 'seen');
});

test('a card that was with the manager before the sign-off is no signal; assigning it once more is', async () => {
  const one = await sent();
  await one.give(walk.director, walk.manager.id);
  await one.signOff();
  assert.equal((await one.see()).state, 'signed-off');
  await one.must(walk.director, { action: 'assign-card' });
  assert.equal((await one.see()).state, 'development');
});

test('a card taken back after the signal keeps the tracks from starting, and the page says why', async () => {
  const one = await sent();
  await one.signOff();
  await one.give(walk.director, walk.manager.id);
  const taken = await one.give(walk.director, null);
  assert.equal(taken.state, 'development');
  assert.equal(gate(taken, 'E13.assignment')?.status, 'refused');
  assert.match(gate(taken, 'E13.assignment')?.sentence ?? '', /taken from everybody by/);
  const early = await one.act(walk.manager, { action: 'start-tracks' });
  assert.equal(early.json<{ code: string }>().code, 'gates-open');
  assert.equal((await one.act(walk.consultant, { action: 'assign-card' })).statusCode, 403);
  await one.must(walk.director, { action: 'assign-card' });
  await one.must(walk.manager, { action: 'start-tracks' });
  const later = await one.give(walk.director, null);
  assert.equal(gate(later, 'E13.assignment')?.status, 'seen', 'a row that was taken keeps its evidence');
  const { integration, facts } = await one.stored();
  assert.deepEqual(foldHistory(facts), integration);
});

test('an assignment by somebody without that role takes the signal away, and the right person can give it anew', async () => {
  const one = await sent();
  await one.signOff();
  await one.give(walk.consultant, walk.manager.id);
  assert.equal((await one.see()).state, 'signed-off');
  await one.must(walk.director, { action: 'assign-card' });
  assert.equal((await one.see()).state, 'development');
});

test('a new customer’s card must be given after every engagement, and its ticket still be with the manager', async () => {
  const { consultant, manager } = walk;
  const one = await walk.begin({
    serviceModel: 'saas',
    by: consultant,
    open: { origin: 'new', projectReference: 'ONB-7', contractClause: '4.2' },
  });
  const engage = async () => {
    await one.must(consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2' });
    await one.must(consultant, { action: 'engage' });
  };
  await engage();
  const ticketId = uuidv7();
  const give = giverOf(one);
  await one.fact('ticket.bound', { ticketId, number: 7 });
  await one.fact('ticket.assigned', { ticketId, assigneeId: manager.id }, consultant);
  await one.fact('ticket.assigned', { ticketId, assigneeId: null }, consultant);
  assert.equal((await give(consultant, manager.id)).state, 'engaged', 'the ticket is with nobody');
  await give(consultant, null);
  await one.fact('ticket.assigned', { ticketId, assigneeId: manager.id }, consultant);
  assert.equal(
    (await give(walk.director, manager.id)).state,
    'engaged',
    'the table names the Lead Consultant',
  );
  await one.fact('ticket.assigned', { ticketId, assigneeId: null }, consultant);
  await give(consultant, null);
  await give(consultant, manager.id);
  await one.fact('ticket.assigned', { ticketId, assigneeId: manager.id }, consultant);
  assert.equal((await one.see()).state, 'development');
  await one.must(consultant, { action: 'revisit-scope', reason: 'Contract amended' });
  await engage();
  assert.equal((await one.see()).state, 'engaged', 'the signal of the round before is none');
});

test('an audit compared again with differences takes its pass away; the history keeps both', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.evidence('sandbox', ...auditEvidence('web-api'));
  assert.equal(gate(await one.see(), 'W4.audit')?.status, 'seen');
  const compared = (open: number) =>
    one.evidence('sandbox', ['data_audit.compared', { auditId: 'aud_1', track: 'web-api', open }]);
  await compared(3);
  const view = await one.see();
  assert.equal(gate(view, 'W4.audit')?.status, 'refused');
  assert.match(gate(view, 'W4.audit')?.sentence ?? '', /3 differences are open/);
  const kinds = view.history.filter((entry) => entry.gate === 'W4.audit').map((entry) => entry.kind);
  assert.deepEqual(kinds, ['gate_withdrawn', 'gate_seen'], 'newest first');
  await one.evidence('sandbox', ...auditEvidence('web-api'));
  assert.equal(gate(await one.see(), 'W4.audit')?.status, 'seen');
  await one.must(walk.manager, { action: 'waive-gate', gate: 'F3.audit', reason: 'Audited last month' });
  await one.evidence('sandbox', ['data_audit.compared', { track: 'file-transfer', open: 2 }]);
  assert.equal(gate(await one.see(), 'F3.audit')?.status, 'waived', 'a waiver is a decision, not evidence');
});

test('a word that rests on a file comes with it: the results of tests, the sheet of an audit', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  const word = { action: 'confirm-gate', gate: 'W5.end-to-end', statement: 'All passed here' } as const;
  assert.equal(gate(await one.see(), word.gate)?.attached, 'the results of the tests', 'said beforehand');
  const bare = (await one.act(one.owner, word)).json<{ code: string; errors: { pointer: string }[] }>();
  assert.deepEqual([bare.code, bare.errors[0]?.pointer], ['attachment-needed', '/attachment']);
  const attachment = { name: 'results.txt', mediaType: 'text/plain', contentBase64: 'MjEyIHBhc3NlZA==' };
  await one.must(one.owner, { ...word, attachment });
  assert.equal(gate(await one.see(), 'W5.end-to-end')?.status, 'confirmed');
});

test('what the customer said of its operations does not hold for more of them; of fewer it does', async () => {
  const one = await walk.begin({
    serviceModel: 'saas',
    open: { operations: ['putEmployee', 'getEmployee'] },
  });
  const word = { action: 'confirm-gate', gate: 'W3.operations', statement: 'Set up and tried' } as const;
  await one.must(one.owner, word);
  await one.must(walk.manager, { action: 'plan', operations: ['putEmployee'] });
  assert.equal(gate(await one.see(), 'W3.operations')?.status, 'confirmed');
  await one.must(walk.manager, { action: 'plan', operations: ['putEmployee', 'listEvents'] });
  const view = await one.see();
  assert.equal(gate(view, 'W3.operations')?.status, 'stale');
  assert.match(JSON.stringify(view.steps), /needs listEvents too/);
  await one.must(one.owner, word);
  assert.equal(gate(await one.see(), 'W3.operations')?.status, 'confirmed');
});

test('an empty extract is none, and extract and audit are of one environment', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  const [extract, audit] = auditEvidence('web-api') as [[string, object], [string, object]];
  await one.evidence('sandbox', [extract[0], { ...extract[1], rows: 0 }]);
  assert.equal(gate(await one.see(), 'W4.extract')?.status, 'refused');
  assert.match(gate(await one.see(), 'W4.extract')?.sentence ?? '', /holds no employee/);
  await one.evidence('production', [extract[0], { ...extract[1] }]);
  assert.equal(gate(await one.see(), 'W4.extract')?.status, 'seen');
  await one.evidence('sandbox', [audit[0], { ...audit[1] }]);
  assert.equal(gate(await one.see(), 'W4.audit')?.status, 'refused');
  assert.match(
    gate(await one.see(), 'W4.audit')?.sentence ?? '',
    /extract was of the production environment/,
  );
  await one.evidence('production', [audit[0], { ...audit[1] }]);
  assert.equal(gate(await one.see(), 'W4.audit')?.status, 'seen');
});

test('a meeting has somebody of each side, and has been held', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(walk.director, {
    action: 'record-discovery',
    businessNeed: 'Changes typed twice',
    requiredOutcomes: ['Typed once'],
  });
  await one.must(walk.manager, { action: 'answer-consultation', answer: 'Fits' });
  const people = {
    customer: { name: 'Mere', email: 'mere@customer.example', side: 'customer' as const },
    vendor: { name: walk.director.name, email: walk.director.email, side: 'vendor' as const },
  };
  const today = walk.t.platform.clock.today(walk.t.platform.config.vendor.timeZone);
  const record = (attendees: (typeof people)['customer' | 'vendor'][], heldOn = today.toString()) =>
    one.act(walk.director, { action: 'record-meeting', minutes: 'Agreed.', heldOn, attendees });
  for (const side of ['customer', 'vendor'] as const)
    assert.equal((await record([people[side]])).json<{ code: string }>().code, 'side-not-at-meeting', side);
  const both = [people.customer, people.vendor];
  const tomorrow = await record(both, today.add({ days: 1 }).toString());
  assert.equal(tomorrow.json<{ code: string }>().code, 'meeting-not-held-yet');
  assert.equal(gate(await one.see(), 'E4.customer-attended')?.status, 'waiting');
  assert.equal((await record(both)).statusCode, 200);
  assert.match(gate(await one.see(), 'E4.customer-attended')?.sentence ?? '', /Mere of the customer and/);
});
