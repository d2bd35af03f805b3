import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { stat } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { until } from '#testing/until.ts';
import { resolveHosts } from './resolve-host.ts';
import { createSender } from './send-request.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const message = { headers: {}, body: '{}', secureOnly: false, customer: 'KOWHAI' };
const loopback = ['127.0.0.0/8', '::1/128'];

test('a private address is never connected to, in any spelling or behind any name', async () => {
  let called = 0;
  const port = await listen((_request, response) => {
    called += 1;
    response.end();
  });
  const toLoopback = async () => [
    { address: '93.184.216.34', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ];
  const named = createSender({ allowedPrivateAddresses: [], timeoutMs: 2000, resolve: toLoopback });
  const plain = createSender({ allowedPrivateAddresses: [], timeoutMs: 2000 });
  for (const host of [
    '127.0.0.1',
    'localhost',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::1]',
    '0.0.0.0',
  ]) {
    const result = await plain.post(`http://${host}:${port}/`, message);
    assert.match(String(result.error), /^address-not-allowed/, host);
  }
  assert.match(
    String((await named.post(`http://customer.example:${port}/`, message)).error),
    /^address-not-allowed/,
  );
  assert.equal(called, 0);
  await Promise.all([named.close(), plain.close()]);
});

test('plain http goes to listed addresses only where https is due', async () => {
  const port = await listen((_request, response) => response.end('ok'));
  const listed = createSender({ allowedPrivateAddresses: loopback, timeoutMs: 2000 });
  const result = await listed.post(`http://127.0.0.1:${port}/`, { ...message, secureOnly: true });
  assert.equal(result.status, 200);
  const refused = await listed.post('http://1.1.1.1/', { ...message, secureOnly: true });
  assert.match(String(refused.error), /^address-not-allowed/);
  await listed.close();
});

test('an answer is kept up to 16 KiB, a redirect is not followed, silence ends in time', async () => {
  const port = await listen((request, response) => {
    if (request.url === '/big') response.end('x'.repeat(100_000));
    else if (request.url === '/moved') response.writeHead(302, { location: '/big' }).end();
    else if (request.url === '/later') response.writeHead(503, { 'retry-after': '120' }).end();
    else if (request.url === '/cut') response.socket?.destroy();
  });
  const sender = createSender({ allowedPrivateAddresses: loopback, timeoutMs: 300 });
  const to = (path: string) => sender.post(`http://127.0.0.1:${port}${path}`, message);
  assert.equal((await to('/big')).response?.length, 16_384);
  assert.equal((await to('/moved')).status, 302);
  assert.equal((await to('/later')).retryAfter, '120');
  assert.match(String((await to('/cut')).error), /^reset/);
  assert.match(String((await to('/silent')).error), /^timeout/);
  assert.match(String((await sender.post('http://127.0.0.1:1/', message)).error), /^refused/);
  await sender.close();
});

test('a name server that never answers ends in time, and keeps no thread that files are read with', async () => {
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  let asked = 0;
  silent.on('message', () => {
    asked += 1;
  });
  const resolve = resolveHosts({ timeoutMs: 900, nameServers: [`127.0.0.1:${silent.address().port}`] });
  const sender = createSender({ allowedPrivateAddresses: [], timeoutMs: 60_000, resolve });
  let ended = 0;
  const results = Array.from({ length: 20 }, async (_, n) => {
    const result = await sender.post(`https://hr-${n}.customer.example/`, message);
    ended += 1;
    return result;
  });
  await until(() => asked >= 20, { what: 'every name was asked for' });
  await stat('.');
  assert.equal(ended, 0, 'files are read while all of them wait');
  await until(() => ended === 20, { deadlineMs: 4_000, what: 'all of them ended' });
  for (const { error } of await Promise.all(results)) assert.match(String(error), /^dns: the name server/);
  await sender.close();
  silent.close();
});

test('a private address that is listed for one customer is reached for no other', async () => {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const sender = createSender({ allowedPrivateAddresses: ['KOWHAI=127.0.0.0/8'], timeoutMs: 2000, resolve });
  for (const url of ['http://127.0.0.1:1/', 'http://hr.customer.example:1/']) {
    assert.match(String((await sender.post(url, message)).error), /^refused/, url);
    const other = await sender.post(url, { ...message, customer: 'RIMU' });
    assert.match(String(other.error), /^address-not-allowed/, url);
  }
  await sender.close();
});
