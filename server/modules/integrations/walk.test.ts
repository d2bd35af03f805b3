import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { IntegrationView } from '#contract/integrations.ts';
import { assignCard } from '#modules/pipeline/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { parseId, showId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { makePerson } from '#testing/factories.ts';
import {
  apiEvidence,
  auditEvidence,
  file,
  fileEvidence,
  webhookEvidence,
} from '#testing/integration-evidence.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { newestMail } from '#testing/outbox.ts';
import { foldHistory } from './fold.ts';

let walk: IntegrationWalk;
let t: IntegrationWalk['t'];
let server: IntegrationWalk['server'];
let director: IntegrationWalk['director'];
let manager: IntegrationWalk['manager'];
let lead: IntegrationWalk['lead'];
let consultant: IntegrationWalk['consultant'];
let begin: IntegrationWalk['begin'];
let toEstimating: IntegrationWalk['toEstimating'];
let toTracks: IntegrationWalk['toTracks'];

before(async () => {
  walk = await openIntegrationWalk();
  ({ t, server, director, manager, lead, consultant, begin, toEstimating, toTracks } = walk);
});
after(() => walk?.close());

describe('the process from the first request to live', () => {
  const statusOf = (view: IntegrationView, gate: string) =>
    view.steps.flatMap((step) => step.gates).find((one) => one.id === gate)?.status;

  test('an FMS customer goes from E1 to live on both tracks, each gate by its evidence', async () => {
    const one = await begin({ serviceModel: 'fms' });
    await toTracks(one);
    await one.evidence('sandbox', ...apiEvidence, ...webhookEvidence, ...auditEvidence('web-api'));
    const given = await one.see();
    assert.equal(statusOf(given, 'W4.extract'), 'seen');
    assert.equal(statusOf(given, 'F3.extract'), 'waiting', 'an extract by link is none for the file track');
    await one.must(one.owner, {
      action: 'confirm-gate',
      gate: 'W5.unit',
      statement: 'All 212 unit tests pass',
    });
    await one.evidence('sandbox', ['certification.completed', { fingerprint: 'c1', scenarios: 5 }]);
    const early = await one.act(one.owner, { action: 'confirm-satisfied', statement: 'Good' });
    assert.equal(
      early.json<{ code: string }>().code,
      'gates-open',
      'no word before the production credentials',
    );
    await one.must(manager, { action: 'issue-production-key' });
    const developer = await makePerson(walk.t.platform, {
      roles: ['developer'],
      customerId: one.owner.customerId ?? '',
    });
    const byDeveloper = await one.act(developer, { action: 'confirm-satisfied', statement: 'Good' });
    assert.equal(byDeveloper.statusCode, 403, 'a developer does not decide for the customer');
    const offered = (view: IntegrationView) => view.actions.some((one) => one.action === 'confirm-satisfied');
    assert.equal(offered(await one.see(developer)), false);
    assert.ok(offered(await one.see(one.owner)));
    await one.must(one.owner, { action: 'confirm-satisfied', statement: 'We are satisfied.' });
    let view = await one.see();
    assert.deepEqual(
      view.trackStates.map((track) => track.state),
      ['live', 'working'],
    );
    await one.evidence('sandbox', ...fileEvidence, ...auditEvidence('file-transfer'));
    await one.evidence('sandbox', file('exc_1', 'x1'), file('exc_1', 'x1'), file('exc_1', 'x1', 1));
    assert.equal(statusOf(await one.see(), 'F4.files'), 'waiting', 'a bad file begins the row again');
    await one.evidence('sandbox', file('exc_1', 'x1'), file('exc_1', 'x1'), file('exc_1', 'x1'));
    view = await one.see();
    assert.equal(statusOf(view, 'F4.files'), 'seen');
    assert.equal(view.state, 'tracks');
    await one.evidence('production', file('exc_9', 'p1'));
    view = await one.see();
    assert.equal(view.state, 'live');
    assert.equal(view.stale, 0, 'going live makes nothing stale');
    assert.ok(
      view.steps
        .filter((step) => step.phase !== 'live')
        .every((step) => ['passed', 'skipped'].includes(step.state)),
      JSON.stringify(view.steps.map((s) => [s.id, s.state])),
    );
    const { integration, facts } = await one.stored();
    assert.deepEqual(foldHistory(facts), integration, 'the projection is the fold of its history');
  });

  test('a SaaS customer is consulted without the Customer Team Lead', async () => {
    const one = await begin({ serviceModel: 'saas' });
    await toEstimating(one);
    const view = await one.see();
    assert.equal(statusOf(view, 'E3.customer-team-lead'), undefined);
  });

  test('a role that the table does not name is refused, and nothing changes', async () => {
    const one = await begin({ serviceModel: 'fms' });
    const body = { action: 'record-discovery' as const, businessNeed: 'x', requiredOutcomes: ['y'] };
    for (const person of [manager, lead, consultant, one.owner])
      assert.equal((await one.act(person, body)).statusCode, 403);
    assert.equal(
      (await server.as(null).post(`${one.base}/${one.id}/actions/record-discovery`, body)).statusCode,
      401,
    );
    await one.must(director, body);
    assert.equal(
      (await one.act(consultant, { action: 'answer-consultation', answer: 'yes' })).statusCode,
      403,
    );
    assert.equal((await one.see()).state, 'consulting');
  });

  test("another customer's people find nothing, and another customer's address holds nothing", async () => {
    const one = await begin({ serviceModel: 'saas' });
    const other = await begin({ serviceModel: 'saas' });
    assert.equal((await server.as(other.owner).get(`${one.base}/${one.id}`)).statusCode, 404);
    assert.equal((await server.as(director).get(`${other.base}/${one.id}`)).statusCode, 404);
    assert.equal(
      (await server.as(other.owner).post(`${one.base}/${one.id}/actions/hold`, {})).statusCode,
      404,
    );
    const listed = (await server.as(other.owner).get('/api/integrations')).json<{
      items: { id: string }[];
    }>();
    assert.deepEqual(
      listed.items.map((row) => row.id),
      [other.id],
    );
  });

  test('not enough information sends it back to discovery with the questions', async () => {
    const one = await begin({ serviceModel: 'fms' });
    const discovery = { action: 'record-discovery' as const, businessNeed: 'x', requiredOutcomes: ['y'] };
    await one.must(director, discovery);
    await one.must(lead, { action: 'ask-for-more', questions: ['Which pay groups?'] });
    const view = await one.see();
    assert.equal(view.state, 'discovery');
    assert.equal(statusOf(view, 'E2.discovery'), 'waiting', 'a new round needs a new record');
    await one.must(director, discovery);
    assert.equal((await one.see()).state, 'consulting');
  });

  test('a changed configuration makes what passed under it stale, and says what to run again', async () => {
    const one = await begin({
      serviceModel: 'saas',
      open: { tracks: ['file-transfer'], webhooks: 'none', dataAudit: {} },
    });
    await one.evidence(
      'sandbox',
      ...fileEvidence,
      file('exc_1', 'x1'),
      file('exc_1', 'x1'),
      file('exc_1', 'x1'),
    );
    assert.equal(statusOf(await one.see(), 'F4.files'), 'seen', 'tests may be run early');
    await one.evidence('sandbox', [
      'exchange.probed',
      { exchangeId: 'exc_1', direction: 'in', sha256: 'bb', fingerprint: 'x2' },
    ]);
    const view = await one.see();
    assert.equal(statusOf(view, 'F2.probe-in'), 'seen');
    assert.equal(statusOf(view, 'F2.probe-out'), 'stale');
    assert.equal(statusOf(view, 'F4.files'), 'stale');
    assert.match(
      view.steps.find((step) => step.id === 'F4')?.gates[0]?.sentence ?? '',
      /Send the test files again/,
    );
    await one.evidence('sandbox', file('exc_1', 'x2'));
    assert.equal(
      statusOf(await one.see(), 'F4.files'),
      'waiting',
      'files of the old configuration do not count',
    );
    await one.evidence('sandbox', file('exc_1', 'x2'), file('exc_1', 'x2'));
    assert.equal(statusOf(await one.see(), 'F4.files'), 'seen');
  });

  test('a rotated key makes nothing stale', async () => {
    const one = await begin({ serviceModel: 'saas' });
    await one.evidence('sandbox', ...apiEvidence);
    await one.evidence(
      'sandbox',
      ['api_key.revealed', { keyId: 'key_2', prefix: 'fl_test_efgh' }],
      ['api.first_call', { operation: 'getEmployee', keyId: 'key_2' }],
    );
    assert.equal((await one.see()).stale, 0);
  });

  test('a waiver needs its role and a reason, and shows who gave it', async () => {
    const one = await begin({ serviceModel: 'saas' });
    const waiver = { action: 'waive-gate' as const, gate: 'W4.audit', reason: 'Audited last month' };
    assert.equal((await one.act(one.owner, waiver)).statusCode, 403);
    assert.equal((await one.act(manager, { ...waiver, reason: ' ' })).statusCode, 400);
    const view = await one.must(manager, waiver);
    const gate = view.steps.flatMap((step) => step.gates).find((other) => other.id === 'W4.audit');
    assert.equal(gate?.status, 'waived');
    assert.equal(gate?.by, manager.name);
    const refused = await one.act(director, { action: 'waive-gate', gate: 'W6.satisfied', reason: 'Hurry' });
    assert.equal(refused.statusCode, 403, "the customer's word can't be waived");
  });

  test("only the customer's own people can say that its tests are done", async () => {
    const one = await begin({ serviceModel: 'saas' });
    const word = { action: 'confirm-gate' as const, gate: 'W5.unit', statement: 'Done' };
    assert.equal((await one.act(director, word)).statusCode, 403);
    const attachment = {
      name: 'results.txt',
      mediaType: 'text/plain',
      contentBase64: Buffer.from('212 passed').toString('base64'),
    };
    const view = await one.must(one.owner, { ...word, attachment });
    const gate = view.steps.flatMap((step) => step.gates).find((other) => other.id === 'W5.unit');
    assert.equal(gate?.status, 'confirmed');
    const file = await server.as(one.owner).get(`${one.base}/${one.id}/attachments/${gate?.attachment?.id}`);
    assert.equal(file.body, '212 passed');
  });

  test('a hold stops every move and keeps the evidence; resuming takes what has passed meanwhile', async () => {
    const one = await begin({ serviceModel: 'saas' });
    await toEstimating(one);
    await one.must(director, { action: 'hold', reason: 'Merger', resumeOn: '2027-02-01' });
    await one.fact('estimate.submitted', { estimateId: uuidv7(), version: 1 }, manager);
    let view = await one.see();
    assert.equal(view.state, 'estimating');
    assert.equal(view.held, true);
    assert.equal((await one.act(director, { action: 'change-scope', reason: 'x' })).statusCode, 409);
    await one.must(director, { action: 'resume' });
    view = await one.see();
    assert.equal(view.state, 'in-review');
  });

  test('a card assigned by somebody else is no signal to start', async () => {
    const one = await begin({ serviceModel: 'saas' });
    await toEstimating(one);
    const estimateId = uuidv7();
    for (const [type, actor] of [
      ['submitted', manager],
      ['finalised', director],
      ['sent', director],
      ['signed_off', systemActor('http')],
    ] as const)
      await one.fact(`estimate.${type}`, { estimateId, version: 1 }, actor);
    const card = parseId('crd', (await one.see()).links.card ?? '') ?? '';
    const give = (actor: Actor, assigneeId: string | null) =>
      transact(t.platform, { customerId: one.customerId }, actor, (work) =>
        assignCard(work, { cardId: card, assigneeId }),
      );
    await give(consultant, manager.id);
    let view = await one.see();
    assert.equal(view.state, 'signed-off');
    assert.ok(view.diverged.some((sentence) => sentence.includes('does not give the signal to start')));
    await give(director, null);
    await give(director, manager.id);
    view = await one.see();
    assert.equal(view.state, 'development');
  });

  test('a new customer in scope goes by the Lead Consultant and the card', async () => {
    const one = await begin({
      serviceModel: 'saas',
      by: consultant,
      open: { origin: 'new', projectReference: 'ONB-7', contractClause: '4.2' },
    });
    await one.must(consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2 names the API' });
    await one.must(consultant, { action: 'engage' });
    await one.must(consultant, { action: 'assign-card' });
    assert.equal((await one.see()).state, 'development');
  });

  test('out of scope, the change is approved by reference or by an estimate of its own', async () => {
    const open = { origin: 'new', projectReference: 'ONB-8', contractClause: '4.2' };
    const outside = await begin({ serviceModel: 'saas', by: consultant, open });
    await outside.must(consultant, {
      action: 'decide-scope',
      decision: 'out-of-scope',
      clause: 'No clause names files',
    });
    const forManager = await outside.see(manager);
    assert.equal(forManager.next.mine, true);
    assert.match(forManager.next.sentence, /Start the estimate of the change/);
    assert.ok(forManager.actions.some((one) => one.action === 'decide-change' && one.primary));
    const later = forManager.steps.filter((step) => ['N5', 'N6', 'E13'].includes(step.id));
    assert.deepEqual(
      later.map((step) => [step.state, step.note]),
      later.map(() => ['waiting', 'After the change is approved.']),
    );
    const approval = {
      action: 'decide-change' as const,
      decision: 'approved' as const,
      reference: 'CR 14, signed 3 November',
    };
    const bare = await outside.act(consultant, approval);
    assert.equal(bare.json<{ code: string }>().code, 'proof-needed');
    const view = await outside.must(consultant, {
      ...approval,
      proof: { name: 'cr-14.pdf', mediaType: 'application/pdf', contentBase64: 'JVBERi0xLjcK' },
    });
    assert.equal(view.state, 'change-approved');
    assert.match(view.records.change?.number ?? '', /^CR-/);
    const inside = await begin({ serviceModel: 'saas', by: consultant, open });
    await inside.must(consultant, {
      action: 'decide-scope',
      decision: 'out-of-scope',
      clause: 'No clause names files',
    });
    const estimateId = uuidv7();
    for (const [type, actor] of [
      ['submitted', manager],
      ['finalised', director],
      ['sent', director],
      ['signed_off', systemActor('http')],
    ] as const)
      await inside.fact(`estimate.${type}`, { estimateId, version: 1 }, actor);
    assert.equal((await inside.see()).state, 'change-approved');
    await inside.must(consultant, { action: 'revisit-scope', reason: 'Contract amended' });
    assert.equal((await inside.see()).state, 'scope-decision');
  });

  test('whoever is given a seat is told and asked; an answer that was given stays', async () => {
    const one = await begin({ serviceModel: 'fms' });
    const other = await makePerson(t.platform, { roles: ['integrations-manager', 'customer-team-lead'] });
    await one.must(director, { action: 'record-discovery', businessNeed: 'x', requiredOutcomes: ['y'] });
    await one.must(lead, { action: 'answer-consultation', answer: 'Payroll is ready' });
    for (const seat of ['customer-team-lead', 'integrations-manager'] as const)
      await one.must(director, { action: 'reassign', seat, person: showId('per', other.id) });
    const told = await newestMail(t, one, 'integration-news', other.email);
    assert.match(told?.text ?? '', /Answer the consultation/);
    const { consultation } = (await one.see()).records;
    assert.deepEqual(
      consultation.map(({ seat, answer }) => [seat, answer]),
      [
        ['integrations-manager', undefined],
        ['customer-team-lead', 'Payroll is ready'],
      ],
    );
  });

  test('the short path lets the director do without discovery and meeting', async () => {
    const one = await begin({ serviceModel: 'saas' });
    await one.must(director, { action: 'skip-step', step: 'discovery', reason: 'Small change' });
    await one.must(director, {
      action: 'waive-gate',
      gate: 'E3.integrations-manager',
      reason: 'Silent for a week',
    });
    await one.must(director, { action: 'skip-step', step: 'meeting', reason: 'Small change' });
    await one.must(director, { action: 'request-estimate' });
    assert.equal((await one.see()).state, 'estimate-requested');
  });

  test('the portal sees its steps and turn, and nothing that is only the vendor’s', async () => {
    const one = await begin({ serviceModel: 'fms' });
    await toTracks(one);
    const view = await one.see(one.owner);
    const text = JSON.stringify(view);
    for (const secret of ['Fits the standard API', 'Payroll is ready', 'Changes of employees typed twice'])
      assert.ok(!text.includes(secret), secret);
    assert.equal(view.next.mine, true);
    assert.ok(view.actions.some((one) => one.action === 'confirm-gate' && one.gate === 'W5.unit'));
    const work = (await server.as(one.owner).get('/api/my-work')).json<{ items: { sentence: string }[] }>();
    assert.ok(work.items.length > 0);
  });

  test('bad input is answered by name and place', async () => {
    const one = await begin({ serviceModel: 'saas' });
    const call = (action: string, body: unknown) =>
      server.as(director).post(`${one.base}/${one.id}/actions/${action}`, body);
    assert.equal((await call('dance', {})).statusCode, 400);
    const wrong = await call('record-discovery', { businessNeed: 1, requiredOutcomes: [], extra: true });
    assert.equal(wrong.statusCode, 400);
    const pointers = wrong.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer);
    assert.ok(pointers.includes('/businessNeed') && pointers.includes('/requiredOutcomes'), wrong.body);
    assert.equal((await call('record-discovery', undefined)).statusCode, 400);
    const unknown = await call('plan', { operations: ['putEmployee', 'putSalary'] });
    assert.equal(unknown.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, '/operations/1');
  });
});
