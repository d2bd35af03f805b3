import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as a customer's own server got it. */
export interface GotMessage {
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body as JSON. */
  payload: { type: string; [name: string]: unknown };
  at: number;
}

/** A customer's own web server that takes webhooks, for tests. */
export interface CustomerEndpoint {
  url: string;
  got: GotMessage[];
  close(): Promise<void>;
}

/** Starts one on this machine; `answer` gives the status, or null to leave the sender without an answer. */
export async function startCustomerEndpoint(
  answer: (
    message: GotMessage,
  ) => number | null | { status: number; headers?: Record<string, string>; body?: string } = () => 200,
): Promise<CustomerEndpoint> {
  const got: GotMessage[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const message: GotMessage = {
        id: String(request.headers['webhook-id']),
        headers: request.headers,
        body,
        payload: JSON.parse(body) as GotMessage['payload'],
        at: Date.now(),
      };
      got.push(message);
      const reply = answer(message);
      if (reply === null) return;
      const { status, headers = {}, body: text = '' } = typeof reply === 'number' ? { status: reply } : reply;
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    got,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
