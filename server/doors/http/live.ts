import type { ServerResponse } from 'node:http';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';

interface Head {
  id: string;
  kind: string;
  customerId: string | null;
  environmentId: string | null;
  head: number;
}

interface Listener {
  response: ServerResponse;
  customerId: string | null;
}

const pollMs = 400;
const heartbeatMs = 20_000;
const maxListeners = 2_000;

/**
 * GET /api/live: server-sent events that tell an open page which stream has grown, so that it reads again what it
 * shows. One poller serves all pages; a customer's person hears of that customer's streams only.
 */
export function liveRoute(app: Http, platform: Platform, onWake: (listener: () => void) => void): void {
  const listeners = new Set<Listener>();
  let known: Map<string, number> | undefined;
  let polling = false;
  const poll = async () => {
    if (polling || listeners.size === 0) return;
    polling = true;
    try {
      const heads = await platform.db<Head[]>`
        select id, kind, customer_id as "customerId", environment_id as "environmentId", head
        from platform.stream_heads()`;
      for (const head of heads)
        if (known !== undefined && known.get(head.id) !== head.head) announce(listeners, head);
      known = new Map(heads.map((head) => [head.id, head.head]));
    } catch {
      // What grew meanwhile is announced when the database answers again.
    } finally {
      polling = false;
    }
  };
  const timer = setInterval(poll, pollMs);
  const heartbeat = setInterval(() => {
    for (const { response } of listeners) response.write(': still here\n\n');
  }, heartbeatMs);
  onWake(() => void poll());
  app.addHook('preClose', async () => {
    clearInterval(timer);
    clearInterval(heartbeat);
    for (const { response } of listeners) response.end();
  });
  app.get(
    '/api/live',
    { config: { access: { staff: 'any', portal: 'any' } }, compress: false },
    async (request, reply) => {
      reply.hijack();
      const { raw } = reply;
      if (listeners.size >= maxListeners) {
        raw.writeHead(503, { 'retry-after': '30' }).end();
        return;
      }
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      raw.write('retry: 2000\n\n');
      const customerId = request.actor.kind === 'person' ? request.actor.customerId : null;
      const listener = { response: raw, customerId };
      listeners.add(listener);
      request.raw.on('close', () => listeners.delete(listener));
    },
  );
}

function announce(listeners: Set<Listener>, head: Head): void {
  const message = `data: ${JSON.stringify({
    stream: head.kind,
    customer: head.customerId === null ? null : showId('cus', head.customerId),
    environment: head.environmentId === null ? null : showId('env', head.environmentId),
    sequence: head.head,
  })}\n\n`;
  for (const { response, customerId } of listeners)
    if (customerId === null || customerId === head.customerId) response.write(message);
}
