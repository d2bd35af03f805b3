import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { webApiVersion } from '#contract/web-api.ts';
import type { Actor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import type { Module } from '#platform/module.ts';
import { commonProblems } from '#platform/problem.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { generatedInputs } from '#testing/generated-inputs.ts';
import { openWebApi, type WebApiBench } from '#testing/web-api.ts';
import { modules } from '../../wiring.ts';
import { type GeneratedCall, generatedCalls, type Pool } from './generated-calls.ts';

const calls = generatedInputs(1_000);
const seed = Number(process.env['FAIRLEAD_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

let t: TestDatabase;
let bench: WebApiBench;
let base: string;
const agent = new Agent({ keepAlive: true });
const people = new Map<string, Actor>();
const pool: Pool = { routes: [], known: {} };
const codes = new Set([
  ...Object.keys(commonProblems.catalogue),
  ...modules.flatMap(({ problems = {} }) => Object.keys(problems)),
]);

before(async () => {
  t = await openTestDatabase();
  const listener: Module = {
    name: 'listener',
    routes: (app) =>
      void app.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat())
          if (one !== 'HEAD' && !/\/(live|auth)(\/|$)/.test(url)) pool.routes.push({ method: one, url });
      }),
  };
  const others = modules.filter(({ name }) => !['credentials', 'fair-use', 'web-api'].includes(name));
  bench = await openWebApi(t, [listener, ...others]);
  // The Web API is what strangers call most.
  const employee = '/v1/employees/:companyCode/:employeeNumber';
  for (const url of [employee, '/v1/employees', '/v1/events', '/v1/companies'])
    for (let n = 0; n < (url === employee ? 150 : 25); n++)
      pool.routes.push({ method: url === employee && n % 4 > 0 ? 'PUT' : 'GET', url });
  const { customerId } = bench.customer;
  people.set('director', await makePerson(t.platform, { roles: ['commercial-director'] }));
  people.set('manager', await makePerson(t.platform, { roles: ['integrations-manager'] }));
  people.set('developer', await makePerson(t.platform, { roles: ['developer'], customerId }));
  // Once through the test's own caller, so that the door knows the people.
  for (const person of people.values()) await bench.server.as(person).get('/api/me');
  pool.known = {
    customer: [showId('cus', customerId)],
    environment: ['sandbox', 'production'],
    companyCode: ['KOW01', 'KOW01', 'KOW01', 'KOW01', 'kow01', 'NONE'],
    employeeNumber: ['1', '2', '3', '0001', 'E-1'],
    token: ['x'.repeat(43)],
    receiver: ['whr_00000000000000000000000000', 'x'.repeat(32)],
  };
  base = await bench.server.app.listen({ port: 0, host: '127.0.0.1' });
});
after(async () => {
  agent.destroy();
  await bench?.close();
  await t?.close();
});

function send({ caller, method, path, headers, body }: GeneratedCall): Promise<Answer> {
  const own: Record<string, string> =
    caller === 'key'
      ? { authorization: `Bearer ${bench.key}` }
      : caller === 'nobody'
        ? {}
        : { 'x-test-actor': people.get(caller)?.id ?? '' };
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, agent, method, path, headers: { ...headers, ...own } });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('not answered')));
    outgoing.on('error', reject).on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
      );
    });
    outgoing.end(body);
  });
}

/** What holds for every answer. */
function holds({ method, path }: GeneratedCall, { status, headers, text }: Answer): void {
  assert.ok(status < 500, `a fault of ours: ${status} ${text}`);
  assert.match(String(headers['x-request-id']), /^req_[0-9a-f]{32}$/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.ok(headers['content-security-policy']);
  if (path.startsWith('/v1/')) assert.equal(headers['fairlead-version'], webApiVersion);
  assert.doesNotMatch(text, /\bat .*\.(ts|js):\d+|node_modules|node:internal|insert into|violates/);
  if (status < 400 || method === 'HEAD') return;
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  const problem = JSON.parse(text);
  assert.deepEqual([problem.status, problem.request_id], [status, headers['x-request-id']]);
  assert.ok(codes.has(problem.code), `the code ${problem.code} is documented`);
  assert.equal(problem.type, `/docs/problems#${problem.code}`);
  assert.ok(problem.title && problem.detail, 'it says what to do');
  for (const { pointer, detail } of problem.errors ?? []) assert.ok(pointer.startsWith('/') && detail, text);
}

/** An accepted employee is found as it was sent, under the address that took it; a refused one changed nothing. */
async function keepsItsWord(call: GeneratedCall, answer: Answer, before: Answer): Promise<void> {
  const path = call.path.split('?')[0] ?? '';
  const now = await send({ caller: 'key', method: 'GET', path, headers: {}, body: undefined });
  if (answer.status >= 400) {
    assert.equal(kept(now), kept(before), 'a refused call changed something');
    return;
  }
  const sent = JSON.parse(call.body ?? '') as { person?: Record<string, unknown>; effectiveFrom?: string };
  const { employee, changed } = JSON.parse(answer.text);
  if (employee === null) {
    assert.match(call.path, /validate_only=true/);
    assert.equal(kept(now), kept(before), 'a validation changed something');
    return;
  }
  assert.equal(now.status, 200, 'what was accepted is found');
  const found = JSON.parse(now.text);
  assert.equal(found.version, employee.version);
  if (!changed) assert.equal(now.text, before.text);
  const plain = (text: unknown) => (typeof text === 'string' ? text.normalize('NFC').trim() : text);
  for (const field of ['legalFirstName', 'legalLastName', 'dateOfBirth'])
    if (sent.person !== undefined && isDue(sent))
      assert.equal(found.person[field], plain(sent.person[field]), field);
}

/** What was found, or that nothing was. */
const kept = ({ status, text }: Answer) => (status === 200 ? text : status);

/** Whether a change holds today already. */
const isDue = (sent: { person?: unknown; effectiveFrom?: string }) =>
  sent.effectiveFrom === undefined || sent.effectiveFrom <= '2026-06-01';

const isEmployeeWrite = ({ caller, method, path }: GeneratedCall) =>
  caller === 'key' && method === 'PUT' && /^\/v1\/employees\/[^/?]+\/[^/?]+(\?|$)/.test(path);

test(`${calls} generated calls: no fault of ours, every refusal is documented, what is accepted is done`, async (context) => {
  context.diagnostic(`FAIRLEAD_TEST_SEED=${seed}`);
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(generatedCalls(pool), async (call) => {
      const writes = isEmployeeWrite(call);
      const read = {
        ...call,
        method: 'GET',
        path: call.path.split('?')[0] ?? '',
        headers: {},
        body: undefined,
      };
      const before = writes ? await send(read) : undefined;
      const answer = await send(call);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      holds(call, answer);
      if (before !== undefined) await keepsItsWord(call, answer, before);
    }),
    { numRuns: calls, seed, endOnFailure: true },
  );
  context.diagnostic(JSON.stringify(Object.fromEntries(statuses)));
  assert.ok((statuses.get(200) ?? 0) > 30 && (statuses.get(201) ?? 0) > 0, 'some of them are taken');
});
