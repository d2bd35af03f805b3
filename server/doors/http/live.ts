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
  personId: string;
  customerId: string | null;
  /** The stream ends then; the page opens it again, and whoever may not any more is refused. */
  endsAt: number;
}

const pollMs = 400;
const heartbeatMs = 20_000;
const maxListeners = 2_000;
const maxListenersPerPerson = 50;
const lifetimeMs = 300_000;
/** A page that does not read is let go before what waits for it grows. */
const maxUnreadBytes = 256 * 1024;

/**
 * GET /api/live: server-sent events that tell an open page which stream has grown, so that it reads again what it
 * shows. One poller serves all pages; a customer's person hears of that customer's streams only.
 */
export function liveRoute(app: Http, platform: Platform, onWake: (listener: () => void) => void): void {
  const listeners = new Set<Listener>();
  let known: Map<string, number> | undefined;
  let polling: Promise<void> | undefined;
  const poll = () => {
    polling ??= look().finally(() => {
      polling = undefined;
    });
    return polling;
  };
  const pollForSome = () => {
    if (listeners.size > 0) void poll();
  };
  const look = async () => {
    try {
      const heads = await platform.db<Head[]>`
        select id, kind, customer_id as "customerId", environment_id as "environmentId", head
        from platform.stream_heads()`;
      for (const head of heads)
        if (known !== undefined && known.get(head.id) !== head.head) announce(listeners, head);
      known = new Map(heads.map((head) => [head.id, head.head]));
    } catch {
      // What grew meanwhile is announced when the database answers again.
    }
  };
  const timer = setInterval(pollForSome, pollMs);
  const heartbeat = setInterval(() => {
    for (const listener of listeners)
      if (performance.now() > listener.endsAt) listener.response.end();
      else tell(listener, ': still here\n\n');
  }, heartbeatMs);
  onWake(pollForSome);
  app.addHook('preClose', async () => {
    clearInterval(timer);
    clearInterval(heartbeat);
    for (const { response } of listeners) response.end();
  });
  app.get(
    '/api/live',
    { config: { access: { staff: 'any', portal: 'any' } }, compress: false },
    async (request, reply) => {
      // From the answer on nothing that grows may go unsaid: there must be something to compare with.
      if (known === undefined) await poll();
      reply.hijack();
      const { raw } = reply;
      if (raw.destroyed) return;
      const { actor } = request;
      const theirs = [...listeners].filter((one) => one.personId === actor.id).length;
      if (listeners.size >= maxListeners || theirs >= maxListenersPerPerson) {
        raw.writeHead(503, { 'retry-after': '30' }).end();
        return;
      }
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      raw.write('retry: 2000\n\n');
      const customerId = actor.kind === 'person' ? actor.customerId : null;
      const endsAt = performance.now() + lifetimeMs;
      const listener = { response: raw, personId: actor.id, customerId, endsAt };
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
  for (const listener of listeners)
    if (listener.customerId === null || listener.customerId === head.customerId) tell(listener, message);
}

function tell({ response }: Listener, message: string): void {
  if (response.writableLength > maxUnreadBytes) response.destroy();
  else response.write(message);
}
