import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { Caller } from '../call.ts';
import { noteInSandbox, personOf } from './hr-system.ts';
import { companyCode, documentOf } from './people.ts';
import { portal, pressButton, secretAmong } from './portal-tasks.ts';
import type { Task } from './tasks.ts';
import { listen, webhooksSeen } from './webhook-server.ts';

/** Whom the HR system tells of by webhook. */
const byWebhook = 9_001;

/** Signs a body as the customer's HR system does, by the text of the Standard Webhooks specification. */
function sign(secret: string, id: string, timestamp: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}

/** Webhooks in both directions, from the customer's side. */
export const webhookTasks: Record<string, Task> = {
  'create-endpoint': async (input: { base: string }, memory) => {
    const url = await listen(memory);
    const developer = portal(memory, 'developer');
    const there = (await developer.get(`${input.base}/endpoints`)).json.items.find(
      (one: { url: string }) => one.url === url,
    );
    if (there === undefined || memory.find('endpoint-secret') === undefined) {
      const made =
        there === undefined
          ? (
              await developer.post(`${input.base}/endpoints`, {
                label: 'HR system',
                url,
                includeValues: true,
              })
            ).json
          : {
              endpoint: there,
              secretLink: (
                await developer.post(`${input.base}/endpoints/${there.id}/roll-secret`, { overlapHours: 0 })
              ).json,
            };
      memory.set('endpoint-secret', secretAmong(await pressButton(made.secretLink.url)));
      memory.set('endpoint', made.endpoint.id);
    }
    return { id: memory.get('endpoint'), url };
  },
  'verify-endpoint': async (input: { base: string }, memory) => {
    await listen(memory);
    return (
      await portal(memory, 'developer').post(`${input.base}/endpoints/${memory.get('endpoint')}/verify`)
    ).json;
  },
  'webhooks-seen': async (_input: object, memory) => {
    await listen(memory);
    return webhooksSeen(memory);
  },
  'create-receiver': async (input: { base: string }, memory) => {
    const developer = portal(memory, 'developer');
    const [there] = (await developer.get(`${input.base}/receivers`)).json.items;
    if (there === undefined || memory.find('receiver-secret') === undefined) {
      const made =
        there === undefined
          ? (await developer.post(`${input.base}/receivers`, { label: 'HR system' })).json
          : {
              receiver: there,
              secretLink: (
                await developer.post(`${input.base}/receivers/${there.id}/roll-secret`, { overlapHours: 0 })
              ).json,
            };
      memory.set('receiver-secret', secretAmong(await pressButton(made.secretLink.url)));
      memory.set('receiver-url', made.receiver.url);
    }
    return { url: memory.get('receiver-url') };
  },
  'post-messages': async (_input: object, memory) => {
    const url = new URL(memory.get('receiver-url'));
    const caller = new Caller(url.origin);
    const secret = memory.get('receiver-secret');
    const body = JSON.stringify({
      type: 'employee.upsert',
      timestamp: new Date().toISOString(),
      data: { companyCode, ...documentOf(personOf(memory, byWebhook)) },
    });
    const now = Math.floor(Date.now() / 1000);
    const send = (status: number, headers: Record<string, string>, text: string) =>
      caller.post(url.pathname, text, { headers, expect: [status] });
    const id = `msg_${randomUUID()}`;
    const good = sign(secret, id, now, body);
    const valid = await send(202, good, body);
    memory.acknowledge({ kind: 'message', id, receipt: valid.json.receipt });
    noteInSandbox(memory, byWebhook);
    const again = await send(202, good, body);
    assert.equal(again.json.receipt, valid.json.receipt, 'the same message again has another receipt');
    const forged = await send(401, { ...good, 'webhook-id': `msg_${randomUUID()}` }, body);
    const changed = await send(401, good, body.replace('employee.upsert', 'employee.delete'));
    const stale = await send(401, sign(secret, id, now - 900, body), body);
    return {
      valid: valid.status,
      again: again.status,
      forged: forged.status,
      changed: changed.status,
      stale: stale.status,
    };
  },
};
