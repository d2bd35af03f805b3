import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { Caller, expectCrashes, Refused } from './call.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** A server that answers with these statuses in turn, the last one for ever; 0 hangs up without an answer. */
async function answering(
  ...statuses: number[]
): Promise<{ caller: Caller; asked(): number; server: Server }> {
  let asked = 0;
  const server = createServer((request, response) => {
    const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 200;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { connection: 'close' }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { caller: new Caller(`http://127.0.0.1:${port}`), asked: () => asked, server };
}

const refusedWith = (status: number) => (error: unknown) =>
  error instanceof Refused && error.status === status;

test('only the statuses that are named are right, even when the answer is a good one', async () => {
  const { caller } = await answering(200);
  await assert.rejects(caller.get('/', { expect: [401] }), refusedWith(200));
  assert.equal((await caller.get('/', { expect: [200, 304] })).status, 200);
});

test('without a name any 2xx is right and nothing else', async () => {
  const { caller } = await answering(204, 302, 409);
  assert.equal((await caller.get('/')).status, 204);
  await assert.rejects(caller.get('/'), refusedWith(302));
  await assert.rejects(caller.get('/'), refusedWith(409));
});

test('a 500 is a failure at once, a 503 is waited for', async () => {
  const failing = await answering(500, 200);
  await assert.rejects(failing.caller.get('/'), refusedWith(500));
  assert.equal(failing.asked(), 1);
  const busy = await answering(503, 503, 200);
  assert.equal((await busy.caller.get('/')).status, 200);
  assert.equal(busy.asked(), 3);
});

test('a connection that breaks off is a failure, one that is refused is waited for', async () => {
  const broken = await answering(0, 200);
  await assert.rejects(broken.caller.get('/'), /fetch failed/);
  const late = await answering(200);
  const { port } = late.server.address() as AddressInfo;
  await new Promise((resolve) => late.server.close(resolve));
  const answer = late.caller.get('/');
  await new Promise<void>((resolve) => late.server.listen(port, '127.0.0.1', resolve));
  assert.equal((await answer).status, 200);
});

test('where crashes are expected, a 500 and a lost answer are asked again', async () => {
  expectCrashes();
  const { caller, asked } = await answering(500, 0, 200);
  assert.equal((await caller.get('/')).status, 200);
  assert.equal(asked(), 3);
});
