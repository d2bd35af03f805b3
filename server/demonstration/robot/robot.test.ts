import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { until } from '#testing/until.ts';
import { startRobot } from '../robot-link.ts';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('a customer whose system starts again takes webhooks at once, and notes what it took', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-robot-test-'));
  const [state, notes] = [join(folder, 'state.json'), join(folder, 'notes.jsonl')];
  const port = await freePort();
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  writeFileSync(state, JSON.stringify({ 'webhook-port': String(port), 'endpoint-secret': secret }));
  const robot = startRobot(state, notes);
  try {
    const body = JSON.stringify({ type: 'employee.created' });
    const at = new Date();
    const signature = new Webhook(secret).sign('msg_1', at, body);
    const post = (signed: string) =>
      fetch(`http://127.0.0.1:${port}/hooks/payroll`, {
        method: 'POST',
        body,
        headers: {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': signed,
        },
      }).then((answer) => answer.status);
    await until(
      () =>
        post(signature).then(
          (status) => status === 204,
          () => false,
        ),
      {
        deadlineMs: 20_000,
        what: 'the robot listens',
      },
    );
    assert.equal(await post(`v1,${randomBytes(32).toString('base64')}`), 401);
    const { distinct, refused } = await robot.do('webhooks-seen');
    assert.deepEqual({ distinct, refused }, { distinct: 1, refused: 1 });
    const sha256 = createHash('sha256').update(body).digest('hex');
    assert.deepEqual(JSON.parse(readFileSync(notes, 'utf8').split('\n')[0] ?? ''), {
      kind: 'webhook',
      id: 'msg_1',
      type: 'employee.created',
      sha256,
    });
  } finally {
    await robot.stop();
    rmSync(folder, { recursive: true });
  }
});

test('Ctrl-C does not cut off what the customer is at; who started its systems ends them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-robot-test-'));
  const robot = fork(new URL('./main.ts', import.meta.url), [join(folder, 'state.json')], {
    stdio: 'inherit',
  });
  try {
    const ask = async (id: number) => {
      robot.send({ id, task: 'has-key', input: { environment: 'sandbox' } });
      return (await Promise.race([once(robot, 'message'), once(robot, 'exit')]))[0];
    };
    assert.deepEqual(await ask(1), { id: 1, result: false });
    robot.kill('SIGINT');
    assert.deepEqual(await ask(2), { id: 2, result: false });
    const ended = once(robot, 'exit');
    robot.disconnect();
    assert.deepEqual(await ended, [0, null]);
  } finally {
    robot.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
