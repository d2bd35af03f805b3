import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { parseId, showId } from '#platform/ids.ts';
import { Problem } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { newestMail } from '#testing/outbox.ts';
import { until } from '#testing/until.ts';
import { makeApiKey } from './api-key.ts';
import { flushLastUsed } from './authenticate-key.ts';
import { authenticateKey, credentials, issueApiKey } from './index.ts';

let t: TestDatabase;
let server: TestServer;
let customer: Awaited<ReturnType<typeof makeCustomer>>;
let other: Awaited<ReturnType<typeof makeCustomer>>;
let developer: Actor & { kind: 'person' };
let signatory: Actor;
let stranger: Actor;
let manager: Actor;
let director: Actor;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [credentials]);
  customer = await makeCustomer(t.platform);
  other = await makeCustomer(t.platform);
  developer = await makePerson(t.platform, { roles: ['developer'], customerId: customer.customerId });
  signatory = await makePerson(t.platform, { roles: ['signatory'], customerId: customer.customerId });
  stranger = await makePerson(t.platform, { roles: ['developer'], customerId: other.customerId });
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  director = await makePerson(t.platform, { roles: ['commercial-director'] });
});
after(async () => {
  await server?.close();
  await t?.close();
});

const path = (rest: string, environment = 'sandbox') =>
  `/api/customers/${showId('cus', customer.customerId)}/environments/${environment}/${rest}`;
let asks = 0;
/** What is asked for: another purpose each time, for one person has one open request for each. */
const asked = {
  label: 'Kōwhai HR',
  get purpose() {
    asks += 1;
    return `Send new employees to payroll, ${asks}`;
  },
};

async function issueByRequest(): Promise<{ keyId: string; token: string }> {
  const request = await server.as(developer).post(path('key-requests'), asked);
  assert.equal(request.statusCode, 201, request.body);
  const issued = await server.as(manager).post(path(`key-requests/${request.json().id}/issue`), {});
  assert.equal(issued.statusCode, 201, issued.body);
  assert.equal(issued.json().mailedTo, developer.email);
  return { keyId: issued.json().key.id, token: await newestToken() };
}

async function newestToken(): Promise<string> {
  const mail = await newestMail(t, { customerId: customer.customerId }, 'api-key-link');
  assert.deepEqual(mail?.to, [developer.email]);
  const token = /\/links\/([\w-]+)/.exec(mail?.text ?? '')?.[1];
  assert.ok(token);
  return token;
}

async function reveal(token: string): Promise<string> {
  const answer = await server.as(null).post(`/api/links/${token}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json().items[0].value;
}

const refused = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;

test('a key goes from the verified ask over the mailed link to a working secret, and every step is in the log', async () => {
  const { keyId, token } = await issueByRequest();
  const secret = await reveal(token);
  const actor = await authenticateKey(t.platform, secret, '192.0.2.10');
  assert.equal(actor.kind === 'credential' && actor.environmentId, customer.sandboxId);
  const scope = { customerId: customer.customerId, environmentId: customer.sandboxId };
  const events = await read(t.platform, scope, (sql) => readEvents(sql, customer.sandboxId, 0, 100));
  assert.deepEqual(
    events.slice(-3).map((event) => event.type),
    ['api_key.requested', 'api_key.issued', 'api_key.revealed'],
  );
  assert.equal(events.at(-1)?.data['keyId'], keyId);
  assert.equal(events.at(-1)?.data['prefix'], secret.slice(0, 12));
  assert.ok(!JSON.stringify(events).includes(secret.slice(12)), 'no event holds the secret');
});

test('opening a link burns nothing, however often a mail scanner does it', async () => {
  const { token } = await issueByRequest();
  for (let i = 0; i < 5; i++) {
    const seen = await server.as(null).get(`/api/links/${token}`);
    assert.equal(seen.statusCode, 200);
    assert.equal(seen.json().state, 'ready');
    assert.ok(!seen.body.includes('fl_test_'));
  }
  await server.app.inject({ method: 'HEAD', url: `/api/links/${token}` });
  assert.match(await reveal(token), /^fl_test_/);
});

test('the same browser may roll again for ten minutes, another one never, and the first secret then stops', async () => {
  const { token } = await issueByRequest();
  const first = await server.as(null).post(`/api/links/${token}`);
  const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
  assert.match(String(first.headers['set-cookie']), /HttpOnly; SameSite=Strict/);
  const elsewhere = await server.as(null).post(`/api/links/${token}`);
  assert.equal(elsewhere.statusCode, 410);
  assert.equal(elsewhere.json().code, 'link-used');
  assert.equal((await server.as(null).get(`/api/links/${token}`)).json().canRollAgain, false);
  assert.equal(
    (await server.as(null).get(`/api/links/${token}`, undefined, { cookie })).json().canRollAgain,
    true,
  );
  const again = await server.as(null).post(`/api/links/${token}`, undefined, { cookie });
  assert.equal(again.statusCode, 200, again.body);
  await authenticateKey(t.platform, again.json().items[0].value, '192.0.2.10');
  await assert.rejects(
    authenticateKey(t.platform, first.json().items[0].value, '192.0.2.10'),
    refused('invalid-api-key'),
  );
  const start = t.platform.clock.now();
  t.platform.clock.set(start.add({ minutes: 11 }));
  const late = await server.as(null).post(`/api/links/${token}`, undefined, { cookie });
  t.platform.clock.set(start);
  assert.equal(late.json().code, 'link-used');
});

test('an answer lost on its way, even the first, is asked for again by the browser that opened the link', async () => {
  const { token } = await issueByRequest();
  const opened = await server.as(null).get(`/api/links/${token}`);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const lost = await server.as(null).post(`/api/links/${token}`, undefined, { cookie });
  assert.equal(lost.statusCode, 200, lost.body);
  const again = await server.as(null).post(`/api/links/${token}`, undefined, { cookie });
  assert.equal(again.statusCode, 200, again.body);
  const scanner = await server.as(null).post(`/api/links/${token}`, undefined, { cookie: 'fairlead_link=x' });
  assert.equal(scanner.json().code, 'link-used');
});

test('an expired link says so, and an unknown one is not found', async () => {
  const { token } = await issueByRequest();
  const start = t.platform.clock.now();
  t.platform.clock.set(start.add({ hours: 24 * 8 }));
  const late = await server.as(null).post(`/api/links/${token}`);
  const seen = await server.as(null).get(`/api/links/${token}`);
  t.platform.clock.set(start);
  assert.equal(late.statusCode, 410);
  assert.equal(late.json().code, 'link-expired');
  assert.equal(seen.json().state, 'expired');
  assert.equal((await server.as(null).get(`/api/links/${'x'.repeat(43)}`)).statusCode, 404);
  assert.equal((await server.as(null).post(`/api/links/${'x'.repeat(43)}`)).statusCode, 404);
});

test('a revoked key is refused on every node within a second', async () => {
  const { keyId, token } = await issueByRequest();
  const secret = await reveal(token);
  const elsewhere = { ...t.platform };
  await authenticateKey(elsewhere, secret, '192.0.2.11');
  const revoked = await server
    .as(developer)
    .post(path(`api-keys/${keyId}/revoke`), { reason: 'laptop lost' });
  assert.equal(revoked.json().status, 'revoked', revoked.body);
  const at = performance.now();
  await assert.rejects(authenticateKey(t.platform, secret, '192.0.2.11'), refused('invalid-api-key'));
  await until(
    () => authenticateKey(elsewhere, secret, '192.0.2.12').then(() => false, refused('invalid-api-key')),
    { deadlineMs: 2_000 },
  );
  assert.ok(performance.now() - at < 1_000);
  assert.equal((await server.as(null).post(`/api/links/${token}`)).json().code, 'link-void');
});

test('a forged key never authenticates', async () => {
  const { token } = await issueByRequest();
  const secret = await reveal(token);
  let address = 0;
  const forged = fc.oneof(
    fc
      .tuple(fc.nat({ max: 43 }), fc.string({ minLength: 1, maxLength: 1 }))
      .map(([at, character]) => secret.slice(0, at) + character + secret.slice(at + 1)),
    fc.constantFrom('sandbox' as const, 'production' as const).map(makeApiKey),
    fc.string({ maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(forged, async (presented) => {
      if (presented === secret) return;
      address += 1;
      await assert.rejects(authenticateKey(t.platform, presented, `198.51.100.${address % 250}`), Problem);
    }),
    { numRuns: 200 },
  );
});

test('a good key is never refused for what others send from its address: dead keys, garbage, made-up keys', async () => {
  const address = '203.0.113.9';
  const old = await issueByRequest();
  const dead = await reveal(old.token);
  await server.as(developer).post(path(`api-keys/${old.keyId}/revoke`), { reason: 'rolled long ago' });
  const idle = await reveal((await issueByRequest()).token);
  await authenticateKey(t.platform, idle, address);
  const call = (secret: string) => authenticateKey(t.platform, secret, address);
  for (let i = 0; i < 300; i++) {
    await assert.rejects(call(dead), refused('invalid-api-key'));
    await assert.rejects(call('fl_test_nonsense'), refused('invalid-api-key'));
  }
  const fresh = await reveal((await issueByRequest()).token);
  const madeUp = Promise.allSettled(Array.from({ length: 150 }, () => call(makeApiKey('sandbox'))));
  await Promise.all([call(fresh), call(idle)]);
  for (const outcome of await madeUp)
    assert.ok(outcome.status === 'rejected' && refused('invalid-api-key')(outcome.reason));
});

test('a dead key is answered from memory: the database is asked about it once', async () => {
  const { keyId, token } = await issueByRequest();
  const dead = await reveal(token);
  await server.as(developer).post(path(`api-keys/${keyId}/revoke`), { reason: 'lost' });
  let asked = 0;
  const counting = {
    ...t.platform,
    db: new Proxy(t.platform.db, {
      apply: (target, self, given) => {
        asked += 1;
        return Reflect.apply(target as never, self, given);
      },
    }),
  };
  const madeUp = makeApiKey('sandbox');
  for (let i = 0; i < 50; i++)
    for (const secret of [dead, madeUp])
      await assert.rejects(authenticateKey(counting, secret, '203.0.113.10'), refused('invalid-api-key'));
  assert.equal(asked, 2);
});

test('a key with allowed addresses works from there only, and one named for another environment is refused', async () => {
  const scope = { customerId: customer.customerId, environmentId: customer.sandboxId };
  const made = await transact(t.platform, scope, manager, (work) =>
    issueApiKey(work, {
      ...scope,
      environment: 'sandbox',
      label: 'Narrow',
      scopes: ['employees:read'],
      contact: developer,
      allowedAddresses: ['198.51.100.0/24', '2001:db8::1'],
    }),
  );
  const secret = await reveal(made.url.split('/links/')[1] ?? '');
  await authenticateKey(t.platform, secret, '198.51.100.7');
  await authenticateKey(t.platform, secret, '2001:db8::1');
  await assert.rejects(authenticateKey(t.platform, secret, '198.51.101.7'), refused('api-key-not-from-here'));
  await authenticateKey(t.platform, secret, '198.51.100.7', { 'fairlead-environment': 'sandbox' });
  await assert.rejects(
    authenticateKey(t.platform, secret, '198.51.100.7', { 'fairlead-environment': 'production' }),
    refused('wrong-environment'),
  );
});

test('a rolled key works on for its overlap after the new one was shown', async () => {
  const { keyId, token } = await issueByRequest();
  const old = await reveal(token);
  const rolled = await server.as(developer).post(path(`api-keys/${keyId}/roll`), { overlapHours: 2 });
  assert.equal(rolled.statusCode, 201, rolled.body);
  await authenticateKey(t.platform, old, '192.0.2.20');
  const fresh = await reveal(await newestToken());
  await authenticateKey(t.platform, old, '192.0.2.20');
  const start = t.platform.clock.now();
  t.platform.clock.set(start.add({ hours: 3 }));
  await assert.rejects(authenticateKey(t.platform, old, '192.0.2.20'), refused('invalid-api-key'));
  await authenticateKey(t.platform, fresh, '192.0.2.20');
  t.platform.clock.set(start);
});

test('when a key was last used is written in a batch, not by the call', async () => {
  const { keyId, token } = await issueByRequest();
  await authenticateKey(t.platform, await reveal(token), '192.0.2.30');
  const lastUsed = async () => {
    const list = await server.as(developer).get(path('api-keys'));
    return list.json().items.find((key: { id: string }) => key.id === keyId).lastUsedAt;
  };
  assert.equal(await lastUsed(), null);
  await flushLastUsed(t.platform);
  assert.ok(await lastUsed());
});

test('the first production key is issued at go-live only, and not by this route', async () => {
  const request = await server.as(developer).post(path('key-requests', 'production'), asked);
  assert.equal(request.statusCode, 201, request.body);
  const id = request.json().id;
  const early = await server.as(manager).post(path(`key-requests/${id}/issue`, 'production'), {});
  assert.equal(early.json().code, 'production-key-at-go-live');
  const scope = { customerId: customer.customerId };
  const made = await transact(t.platform, scope, manager, (work) =>
    issueApiKey(work, {
      ...scope,
      environmentId: customer.productionId,
      environment: 'production',
      label: 'Live',
      scopes: ['employees:read'],
      contact: developer,
      requestId: parseId('krq', id) ?? '',
    }),
  );
  assert.match(await reveal(made.url.split('/links/')[1] ?? ''), /^fl_live_/);
});

test('asking and issuing refuse who may not, what is not valid, what is not there and whose it is not', async () => {
  const post = (who: Actor | null, url: string, body: unknown) => server.as(who).post(url, body);
  assert.equal((await post(null, path('key-requests'), asked)).statusCode, 401);
  assert.equal((await post(signatory, path('key-requests'), asked)).statusCode, 403);
  assert.equal((await post(manager, path('key-requests'), asked)).statusCode, 403);
  assert.equal((await post(stranger, path('key-requests'), asked)).statusCode, 404);
  const invalid = await post(developer, path('key-requests'), { ...asked, scopes: ['everything'], more: 1 });
  assert.equal(invalid.statusCode, 400);
  assert.ok(invalid.json().errors.some((error: { pointer: string }) => error.pointer.startsWith('/scopes')));
  assert.equal((await post(developer, path('key-requests', 'moon'), asked)).statusCode, 404);
  const unknown = { ...asked, integration: showId('int', customer.customerId) };
  const nowhere = await post(developer, path('key-requests'), unknown);
  assert.deepEqual([nowhere.statusCode, nowhere.json().errors?.[0].pointer], [400, '/integration']);
  const request = await post(developer, path('key-requests'), asked);
  const issue = path(`key-requests/${request.json().id}/issue`);
  assert.equal((await post(null, issue, {})).statusCode, 401);
  assert.equal((await post(director, issue, {})).statusCode, 403);
  assert.equal((await post(developer, issue, {})).statusCode, 403);
  assert.equal((await post(stranger, issue, {})).statusCode, 404);
  assert.equal((await post(manager, issue, { allowedAddresses: ['home'] })).statusCode, 400);
  const past = await post(manager, issue, { expiresAt: t.platform.clock.now().toString() });
  assert.deepEqual(
    [past.statusCode, past.json().code, past.json().errors[0].pointer],
    [422, 'api-key-expiry-past', '/expiresAt'],
  );
  assert.equal(
    (await post(manager, path(`key-requests/${showId('krq', customer.customerId)}/issue`), {})).statusCode,
    404,
  );
  const decline = path(`key-requests/${request.json().id}/decline`);
  assert.equal((await post(director, decline, { reason: 'not yet agreed' })).statusCode, 403);
  assert.equal((await post(manager, decline, {})).statusCode, 400);
  assert.equal((await post(manager, decline, { reason: 'not yet agreed' })).json().status, 'declined');
  assert.equal((await post(manager, issue, {})).json().code, 'key-request-decided');
});

test('lists show what the reader may see', async () => {
  const across = await server.as(director).get('/api/key-requests?status=open&limit=5');
  assert.equal(across.statusCode, 200, across.body);
  assert.ok(across.json().items.every((one: { status: string }) => one.status === 'open'));
  assert.equal((await server.as(developer).get('/api/key-requests')).statusCode, 403);
  assert.equal((await server.as(null).get('/api/key-requests')).statusCode, 401);
  assert.equal((await server.as(manager).get('/api/key-requests?limit=900')).statusCode, 400);
  for (const list of ['api-keys', 'key-requests']) {
    assert.equal((await server.as(signatory).get(path(list))).statusCode, 200);
    assert.equal((await server.as(stranger).get(path(list))).statusCode, 404);
    assert.equal((await server.as(null).get(path(list))).statusCode, 401);
  }
  assert.equal((await server.as(manager).get(path('api-keys'))).body.includes('secret'), false);
});

test('revoking and rolling refuse who may not, what is not valid, what is not there and whose it is not', async () => {
  const { keyId } = await issueByRequest();
  const missing = showId('key', customer.customerId);
  for (const [rest, body] of [
    ['revoke', { reason: 'no longer used' }],
    ['roll', { overlapHours: 1 }],
  ] as const) {
    const url = path(`api-keys/${keyId}/${rest}`);
    assert.equal((await server.as(null).post(url, body)).statusCode, 401);
    assert.equal((await server.as(signatory).post(url, body)).statusCode, 403);
    assert.equal((await server.as(director).post(url, body)).statusCode, 403);
    assert.equal((await server.as(stranger).post(url, body)).statusCode, 404);
    assert.equal(
      (await server.as(developer).post(path(`api-keys/${missing}/${rest}`), body)).statusCode,
      404,
    );
    assert.equal((await server.as(developer).post(url, { more: true })).statusCode, 400);
  }
  const early = await server.as(developer).post(path(`api-keys/${keyId}/roll`), {});
  assert.equal(early.json().code, 'api-key-not-active');
});
