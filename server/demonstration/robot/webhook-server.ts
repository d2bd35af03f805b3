import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Memory } from './memory.ts';

let server: Server | undefined;
const seen = { accepted: 0, refused: 0, ids: new Set<string>() };

/** The customer's webhook server: an independent library checks each signature. Listens on the same port every time. */
export async function listen(memory: Memory): Promise<string> {
  if (server === undefined) {
    const opened = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.writeHead(take(memory, request.headers, Buffer.concat(chunks))).end());
    });
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject).listen(Number(memory.find('webhook-port') ?? 0), '127.0.0.1', resolve);
    });
    server = opened;
    memory.set('webhook-port', String((opened.address() as AddressInfo).port));
  }
  return `http://127.0.0.1:${memory.get('webhook-port')}/hooks/payroll`;
}

/** Listens from the start where the vendor knows the address already: messages come whatever else is done. */
export async function listenAgain(memory: Memory): Promise<void> {
  if (memory.find('webhook-port') !== undefined) await listen(memory);
}

/** How many messages were accepted and refused since the start; of different changes at least one when ever one came. */
export function webhooksSeen(memory: Memory): { accepted: number; refused: number; distinct: number } {
  const ever = memory.find('first-webhook') === undefined ? 0 : 1;
  return { accepted: seen.accepted, refused: seen.refused, distinct: Math.max(ever, seen.ids.size) };
}

/** Takes a message or refuses it; returns the status. Noted before it is answered: an answer may be lost, not a note. */
function take(memory: Memory, headers: Record<string, string | string[] | undefined>, body: Buffer): number {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  let message: { type: string };
  try {
    message = new Webhook(memory.get('endpoint-secret')).verify(body.toString('utf8'), texts) as never;
  } catch {
    seen.refused += 1;
    return 401;
  }
  const id = texts['webhook-id'] ?? '';
  const sha256 = createHash('sha256').update(body).digest('hex');
  memory.acknowledge({ kind: 'webhook', id, type: message.type, sha256 });
  seen.accepted += 1;
  if (message.type === 'webhook.test') return 204;
  if (memory.find('first-webhook') === undefined) memory.set('first-webhook', id);
  seen.ids.add(id);
  return 204;
}
