import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IntegrationView } from '#contract/integrations.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import {
  apiEvidence,
  auditEvidence,
  file,
  fileEvidence,
  webhookEvidence,
} from '#testing/integration-evidence.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';
import { runJobs } from '#testing/jobs.ts';
import { integrations } from './index.ts';

let walk: IntegrationWalk;
before(async () => {
  walk = await openIntegrationWalk();
});
after(() => walk?.close());

type Begun = Awaited<ReturnType<IntegrationWalk['begin']>>;

const statusOf = (view: IntegrationView, id: string) =>
  view.steps.flatMap((step) => step.gates).find((one) => one.id === id)?.status;
const files = { tracks: ['file-transfer'], webhooks: 'none', dataAudit: {} };
const webApi = { tracks: ['web-api'], webhooks: 'none', dataAudit: {} };
const begin = (name: string, open: object, of?: Begun) =>
  walk.begin({ serviceModel: 'saas', open: { name, ...open }, ...(of === undefined ? {} : { of }) });
const caughtUp = async (one: Begun) => {
  await runJobs(walk.t, [integrations]);
  return one.see();
};

test('evidence goes to the integrations that have its track, and to no others', async () => {
  const api = await begin('API', webApi);
  const sftp = await begin('Files', files, api);
  await api.evidence(
    'sandbox',
    ...apiEvidence,
    ...fileEvidence,
    ...webhookEvidence,
    ...auditEvidence('web-api'),
  );
  for (const [one, word] of [
    [api, 'W'],
    [sftp, 'F'],
  ] as const) {
    const gates = Object.keys((await one.stored()).integration?.gates ?? {});
    assert.ok(gates.length > 3 && gates.every((gate) => gate.startsWith(word)), `${word}: ${gates}`);
  }
});

test('what comes over an exchange belongs to the integration whose plan names it, or that has worked over it', async () => {
  const first = await begin('First', files);
  await first.evidence('sandbox', [
    'exchange.probed',
    { exchangeId: 'exc_1', direction: 'in', fingerprint: 'x1' },
  ]);
  const exchange = showId('exc', uuidv7());
  const second = await begin('Second', { ...files, connections: [exchange] }, first);
  await first.evidence(
    'sandbox',
    ['exchange.probed', { exchangeId: 'exc_1', direction: 'out', fingerprint: 'x1' }],
    ['exchange.agreed', { exchangeId: exchange }],
  );
  const [one, other] = [await first.see(), await second.see()];
  assert.deepEqual([statusOf(one, 'F2.probe-out'), statusOf(one, 'F2.agreed')], ['seen', 'waiting']);
  assert.deepEqual([statusOf(other, 'F2.probe-out'), statusOf(other, 'F2.agreed')], ['waiting', 'seen']);
  const wrong = await walk.server.as(walk.director).post(`${second.base}/${second.id}/actions/plan`, {
    connections: ['ours'],
  });
  assert.equal(wrong.statusCode, 400);
});

test('files in a row are counted for each exchange on its own', async () => {
  const one = await begin('Rows', files);
  const send = async (...sent: Parameters<Begun['evidence']>[1][]) => {
    await one.evidence('sandbox', ...sent);
    return statusOf(await one.see(), 'F4.files');
  };
  assert.equal(await send(file('exc_1', 'x1'), file('exc_2', 'y1'), file('exc_1', 'x1')), 'waiting');
  assert.equal(await send(file('exc_2', 'y1', 1)), 'waiting', 'a bad file of one exchange');
  assert.equal(await send(file('exc_1', 'x1')), 'seen', 'leaves the row of the other');
});

test('a production file makes the track live only when everything before has passed', async () => {
  const one = await begin('Production', files);
  await walk.toTracks(one);
  await one.evidence('sandbox', ...fileEvidence, file('exc_1', 'x1'), file('exc_1', 'x1'));
  await one.evidence('production', file('exc_9', 'p1'));
  await one.evidence('sandbox', file('exc_1', 'x1'));
  const view = await one.see();
  assert.deepEqual([statusOf(view, 'F4.files'), statusOf(view, 'F5.first-file')], ['seen', 'waiting']);
  assert.equal(view.state, 'tracks', 'an older file is not the one that goes live');
  await one.evidence('production', file('exc_9', 'p1'));
  assert.equal((await one.see()).state, 'live');
});

test('a production key issued while an integration is not being implemented is not its own', async () => {
  const one = await begin('Key', webApi);
  await one.evidence('production', ['api_key.issued', { prefix: 'fl_live_abcd' }]);
  assert.equal(statusOf(await one.see(), 'W6.credentials'), 'waiting');
});

test('a later integration is shown what happens once: credentials, first calls, operations', async () => {
  const first = await begin('Earlier', webApi);
  const key = showId('key', uuidv7());
  const withKey = ['requested', 'issued', 'revealed'].map((done): [string, Record<string, unknown>] => [
    `api_key.${done}`,
    { keyId: key, requestId: 'krq_1' },
  ]);
  const called = { keyId: key, operation: 'putEmployee' };
  await first.evidence(
    'sandbox',
    ...withKey,
    ['api.first_call', called],
    ['api.operation_seen', called],
    ['api.operation_seen', { ...called, operation: 'listEvents' }],
  );
  const plan = { ...webApi, operations: ['putEmployee'], connections: [key] };
  const later = await begin('Later', plan, first);
  const view = await caughtUp(later);
  for (const gate of ['W1.asked', 'W1.revealed', 'W1.first-call', 'W3.operations'])
    assert.equal(statusOf(view, gate), 'seen', gate);
  await later.must(walk.manager, { action: 'plan', operations: ['putEmployee', 'listEvents'] });
  assert.equal(
    statusOf(await caughtUp(later), 'W3.operations'),
    'seen',
    'also what was called before it was planned',
  );
  const before = (await later.stored()).facts.length;
  await caughtUp(later);
  assert.equal((await later.stored()).facts.length, before, 'what it knows adds nothing');
});

test('a key, an extract and an audit belong to the integration they were made for', async () => {
  const first = await begin('Mine', webApi);
  const second = await begin('Yours', webApi, first);
  const evidence = [...apiEvidence, ...auditEvidence('web-api')];
  const gates = ['W1.asked', 'W1.revealed', 'W1.first-call', 'W3.operations', 'W4.extract', 'W4.audit'];
  const passed = async (one: Begun) =>
    Object.keys((await one.stored()).integration?.gates ?? {}).filter((gate) => gates.includes(gate));
  await first.evidence('sandbox', ...evidence);
  assert.deepEqual(
    [await passed(first), await passed(second)],
    [[], []],
    'what is for nobody proves nothing',
  );
  const forSecond = evidence.map(([type, data]): [string, Record<string, unknown>] => [
    type,
    { ...data, integrationId: second.id },
  ]);
  await first.evidence('sandbox', ...forSecond);
  assert.deepEqual(await passed(first), []);
  assert.deepEqual((await passed(second)).sort(), gates.sort());
});

test('what an integration had a key for before another was opened stays its own, named or not', async () => {
  const first = await begin('Before', webApi);
  await first.evidence('sandbox', ...apiEvidence.slice(0, 3));
  const second = await begin('After', { ...webApi, operations: ['putEmployee'] }, first);
  await first.evidence('sandbox', ...apiEvidence.slice(3));
  assert.equal(statusOf(await caughtUp(second), 'W3.operations'), 'waiting');
  assert.equal(statusOf(await first.see(), 'W3.operations'), 'seen');
});

test('a track chosen later, and an integration reopened, are shown it too', async () => {
  const one = await begin('Changing', webApi);
  await one.evidence('sandbox', ...fileEvidence);
  await one.must(walk.manager, { action: 'plan', tracks: ['web-api', 'file-transfer'] });
  assert.equal(statusOf(await caughtUp(one), 'F1.login'), 'seen');
  await one.must(walk.director, { action: 'cancel', reason: 'Not now' });
  await one.evidence('sandbox', ...apiEvidence);
  await one.must(walk.director, { action: 'reopen', reason: 'Now' });
  assert.equal(statusOf(await caughtUp(one), 'W1.first-call'), 'seen');
});
