import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { systemActor } from '#platform/actor.ts';
import { consumePending } from '#platform/consume.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { buildHttp } from './open-http.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const nobody = {
  person: async () => undefined,
  credential: async () => assert.fail('no credential is asked for'),
};

function configured(sections: Record<string, Record<string, unknown>>): Platform {
  const config = Object.fromEntries(
    Object.entries(t.platform.config).map(([name, section]) => [name, { ...section, ...sections[name] }]),
  );
  return { ...t.platform, config: config as Platform['config'] };
}

test('a request that never ends does not keep the door from closing', async () => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody, drainMs: 50 });
  app.post('/slow', { config: { access: { public: true } } }, async () => 'done');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const reached = once(app.server, 'request');
  socket.write(
    'POST /slow HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a',
  );
  await reached;
  const cut = once(socket.resume(), 'close');
  await app.close();
  await cut;
});

test('metrics are read on this machine, and by nobody through a proxy on it', async () => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  const ask = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    app.inject({ url: '/metrics', headers, remoteAddress });
  assert.match((await ask({})).body, /fairlead_http_request_seconds/);
  for (const reply of [
    await ask({ 'x-forwarded-for': '203.0.113.7' }),
    await ask({ forwarded: 'for=203.0.113.7' }),
    await ask({}, '203.0.113.7'),
  ]) {
    assert.equal(reply.statusCode, 404);
    assert.equal(reply.json().code, 'not-found');
  }
  await app.close();
});

test('with a token, metrics are read by whoever knows it, and by nobody else', async () => {
  const metricsToken = { reveal: () => 'scrape-me' };
  const app = await buildHttp(configured({ watching: { metricsToken } }), [], { authenticator: nobody });
  const ask = async (authorization: string) =>
    (await app.inject({ url: '/metrics', headers: { authorization }, remoteAddress: '203.0.113.7' }))
      .statusCode;
  assert.equal(await ask('Bearer scrape-me'), 200);
  assert.equal(await ask('Bearer scrape-you'), 404);
  assert.equal((await app.inject({ url: '/metrics' })).statusCode, 404);
  await app.close();
});

test('the caller behind a trusted proxy is known by its own address, behind another by the peer', async () => {
  for (const [proxies, expected] of [
    [['127.0.0.0/8'], '203.0.113.7'],
    [[], '127.0.0.1'],
    ['none', '127.0.0.1'],
  ] as const) {
    const app = await buildHttp(configured({ http: { trustedProxies: proxies } }), [], {
      authenticator: nobody,
    });
    app.get('/whoami', { config: { access: { public: true } } }, async (request) => ({ ip: request.ip }));
    const reply = await app.inject({
      url: '/whoami',
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    });
    assert.equal(reply.json().ip, expected);
    await app.close();
  }
});

test('X-Forwarded-For from a peer that is not trusted is warned of, once and not for every request', async () => {
  for (const [proxies, warnings] of [
    [[], 1],
    ['none', 1],
    [['127.0.0.0/8'], 0],
  ] as const) {
    const said: string[] = [];
    const at = configured({ http: { trustedProxies: proxies } });
    const log = Object.assign(Object.create(at.log), { warn: (_: object, text: string) => said.push(text) });
    const app = await buildHttp({ ...at, log }, [], { authenticator: nobody });
    app.get('/whoami', { config: { access: { public: true } } }, async () => ({}));
    await app.inject({ url: '/whoami' });
    assert.equal(said.length, 0);
    for (let i = 0; i < 5; i++)
      await app.inject({ url: '/whoami', headers: { 'x-forwarded-for': '203.0.113.7' } });
    assert.equal(said.length, warnings, String(proxies));
    if (warnings > 0) assert.match(said[0] ?? '', /http\.trusted_proxies/);
    await app.close();
  }
});

test('a route that does not say who may call it is not registered, or answers nobody', async () => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  assert.throws(() => app.get('/api/forgotten', async () => 'secret'), /does not say who may call it/);
  app.head('/api/forgotten', async () => 'secret');
  const reply = await app.inject({ method: 'HEAD', url: '/api/forgotten' });
  await app.close();
  assert.equal(reply.statusCode, 404);
});

test('every answer is protected, over https for a year, and what the console reads is kept by nobody', async () => {
  for (const [publicUrl, expected] of [
    ['https://fairlead.payroll.example', 'max-age=31536000'],
    ['', undefined],
  ] as const) {
    const app = await buildHttp(configured({ server: { publicUrl } }), [], { authenticator: nobody });
    app.get('/api/read', { config: { access: { public: true } } }, async () => ({}));
    for (const url of ['/api/read', '/nowhere']) {
      const { headers } = await app.inject(url);
      assert.equal(headers['strict-transport-security'], expected);
      assert.equal(headers['content-security-policy'], "frame-ancestors 'self'");
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    assert.equal((await app.inject('/api/read')).headers['cache-control'], 'no-store');
    await app.close();
  }
});

test('made-up one-time links wait their turn, and never keep a good link from the same address', async (context) => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  context.after(() => app.close());
  const turn = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  app.get('/api/links/:token', { config: { access: { public: true } } }, async (request) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await turn.promise;
    atOnce -= 1;
    if (!request.url.endsWith('/good')) throw notFound();
    return { state: 'ready' };
  });
  const ask = async (remoteAddress: string, token: string) =>
    app.inject({ url: `/api/links/${token}`, remoteAddress });
  const flood = Array.from({ length: 120 }, (_, n) => ask('203.0.113.7', `made-up-${n}`));
  const other = ask('203.0.113.8', 'good');
  const refused = await Promise.race(flood);
  assert.equal(refused.statusCode, 429);
  assert.equal(refused.headers['retry-after'], '1');
  turn.resolve();
  const counts = Object.groupBy(await Promise.all(flood), ({ statusCode }) => statusCode);
  assert.deepEqual([counts[404]?.length, counts[429]?.length, most], [108, 12, 8]);
  assert.equal((await other).statusCode, 200);
  assert.equal((await ask('203.0.113.7', 'good')).statusCode, 200);
});

test('readiness says no within seconds when the database does not answer', async () => {
  const hanging = (() => new Promise(() => {})) as unknown as Platform['db'];
  const app = await buildHttp({ ...t.platform, db: hanging }, [], { authenticator: nobody });
  const reply = await app.inject('/readyz');
  assert.equal(reply.statusCode, 503);
  assert.deepEqual(reply.json(), { status: 'not ready', missing: 'database' });
  await app.close();
  const shut = await buildHttp(t.platform, [], { authenticator: nobody, isReady: () => false });
  const early = await shut.inject({ url: '/readyz', remoteAddress: '203.0.113.7' });
  assert.deepEqual([early.statusCode, early.json()], [503, { status: 'not ready', missing: 'doors' }]);
  await shut.close();
});

test('a consumer that is held up is told to those who watch and nobody else, and the process stays ready', async () => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  const { customerId, sandboxId } = await makeCustomer(t.platform);
  await transact(t.platform, { customerId, environmentId: sandboxId }, systemActor('test'), async (work) =>
    work.emit(sandboxId, { type: 'test.happened', subject: {} }),
  );
  await consumePending(t.platform, {
    name: 'stuck',
    kinds: ['environment'],
    handle: async () => {
      throw new Error('not today');
    },
  });
  const ready = await app.inject({ url: '/readyz' });
  assert.equal(ready.statusCode, 200);
  assert.deepEqual(
    ready
      .json()
      .heldUp.map(({ consumer, streams }: { consumer: string; streams: number }) => [consumer, streams]),
    [['stuck', 1]],
  );
  assert.deepEqual((await app.inject({ url: '/readyz', remoteAddress: '203.0.113.7' })).json(), {
    status: 'ready',
  });
  assert.match(
    (await app.inject({ url: '/metrics' })).body,
    /fairlead_streams_held_up\{consumer="stuck"\} 1/,
  );
  await app.close();
});

test('what no request can be made of is answered as a problem, and so is one that names no host or two', async (context) => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  context.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const say = async (bytes: string) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let heard = '';
    for await (const piece of socket.on('error', () => {})) heard += piece;
    assert.match(heard, /\r\ncontent-type: application\/problem\+json\r\n/i, heard);
    const { status, code, detail } = JSON.parse(heard.slice(heard.indexOf('\r\n\r\n')));
    assert.ok(detail);
    assert.equal(Number(heard.split(' ')[1]), status);
    return [status, code];
  };
  const end = 'connection: close\r\n\r\n';
  assert.deepEqual(await say('no request at all\r\n\r\n'), [400, 'invalid-request']);
  assert.deepEqual(
    await say(`GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n${end}`),
    [400, 'invalid-request'],
  );
  assert.deepEqual(await say(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n${end}`), [
    431,
    'headers-too-large',
  ]);
  assert.deepEqual(await say(`GET /healthz HTTP/1.1\r\nhost: x\r\nHost: y\r\n${end}`), [
    400,
    'invalid-request',
  ]);
  assert.deepEqual(await say(`GET /healthz HTTP/1.1\r\n${end}`), [400, 'invalid-request']);
});

test('a body is refused by what is wrong with it: its kind, its encoding, a name that stands twice', async (context) => {
  const app = await buildHttp(t.platform, [], { authenticator: nobody });
  context.after(() => app.close());
  app.post('/body', { config: { access: { public: true } } }, async (request) => ({ got: request.body }));
  const send = async (payload: string, headers: Record<string, string> = {}) => {
    const reply = await app.inject({
      method: 'POST',
      url: '/body',
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return reply.statusCode === 200 ? reply.json().got : `${reply.json().code}: ${reply.json().detail}`;
  };
  for (const whole of [
    '{"a":"\\":","b":[{"a":1},{"a":2}],"c":{"a":"{"}}',
    '{"a" : "a", "b":"a"}',
    '"a:"',
    '[]',
  ])
    assert.deepEqual(await send(whole), JSON.parse(whole));
  for (const twice of [
    '{"a":1,"b":{},"a":2}',
    '[{"a" : 1,"\\u0061":1}]',
    '{"b":[{}],"c":{"x":"}","a":1, "a":1}}',
  ])
    assert.match(await send(twice), /^invalid-request: The name "a" stands twice/);
  assert.match(await send('{"__proto__":1}'), /^invalid-request: .*__proto__/);
  assert.match(await send('{}', { 'content-type': 'text/plain' }), /^unsupported-media-type: /);
  assert.match(
    await send('{}', { 'content-encoding': 'rot13' }),
    /^unsupported-media-type: The Content-Encoding/,
  );
  assert.match(await send('{}', { 'content-encoding': 'gzip' }), /^invalid-request: .*Content-Encoding/);
});
