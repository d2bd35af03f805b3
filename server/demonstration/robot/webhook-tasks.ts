import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Caller } from '../call.ts';
import type { Memory } from './memory.ts';
import { employeeDocument } from './people.ts';
import { portal, pressButton, secretAmong } from './portal-tasks.ts';
import type { Task } from './tasks.ts';

/** What the customer's own webhook server has seen. */
const seen = { accepted: 0, refused: 0, ids: new Set<string>() };
let server: Server | undefined;

/** The customer's webhook server: an independent library checks each signature. Listens on the same port every time. */
async function listen(memory: Memory): Promise<string> {
  const port = Number(memory.find('webhook-port') ?? 0);
  if (server === undefined) {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        try {
          const headers = Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
          );
          new Webhook(memory.get('endpoint-secret')).verify(body, headers);
          seen.accepted += 1;
          seen.ids.add(String(request.headers['webhook-id']));
          response.writeHead(204).end();
        } catch {
          seen.refused += 1;
          response.writeHead(401).end();
        }
      });
    });
    await new Promise<void>((resolve, reject) => {
      server?.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    memory.set('webhook-port', String((server.address() as AddressInfo).port));
  }
  return `http://127.0.0.1:${memory.get('webhook-port')}/hooks/payroll`;
}

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
    return { accepted: seen.accepted, refused: seen.refused, distinct: seen.ids.size };
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
  'post-messages': async (input: { companyCode: string }, memory) => {
    const url = new URL(memory.get('receiver-url'));
    const caller = new Caller(url.origin);
    const secret = memory.get('receiver-secret');
    const body = JSON.stringify({
      type: 'employee.upsert',
      timestamp: new Date().toISOString(),
      data: { companyCode: input.companyCode, ...employeeDocument(9_001) },
    });
    const now = Math.floor(Date.now() / 1000);
    const send = (headers: Record<string, string>, text: string) =>
      caller
        .post(url.pathname, text, { headers, accept: [202, 400, 401, 409] })
        .then((answer) => answer.status);
    const id = `msg_${randomUUID()}`;
    const good = sign(secret, id, now, body);
    return {
      valid: await send(good, body),
      again: await send(good, body),
      forged: await send({ ...good, 'webhook-id': `msg_${randomUUID()}` }, body),
      changed: await send(good, body.replace('employee.upsert', 'employee.delete')),
      stale: await send(sign(secret, id, now - 900, body), body),
    };
  },
};
