import type { FastifyReply, FastifyRequest } from 'fastify';
import { boundRequest, type RequestBounds, tookTooLong } from '#platform/bounds.ts';
import type { Http } from '#platform/http.ts';

const underWay = new WeakMap<FastifyRequest, RequestBounds>();

/**
 * Gives up requests whose answer is not ready in time: whoever asked is told so, and what the handler still does is not
 * kept. An answer that is ready may take as long on its way as its reader needs.
 */
export function answerInTime(app: Http, timeoutMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const stop = async (request: FastifyRequest) => clearTimeout(timers.get(request));
  app.addHook('onRequest', (request, reply, done) => {
    const bounds = { givenUp: false, committed: false };
    underWay.set(request, bounds);
    timers.set(request, setTimeout(giveUp, timeoutMs, reply, bounds));
    boundRequest(bounds, done);
  });
  app.addHook('onSend', stop);
  app.addHook('onRequestAbort', stop);
  app.addHook('onResponse', stop);
}

/** How a request stands to its time limit. */
export function boundsOf(request: FastifyRequest): RequestBounds | undefined {
  return underWay.get(request);
}

function giveUp(reply: FastifyReply, bounds: RequestBounds): void {
  if (reply.sent || reply.raw.headersSent) return;
  bounds.givenUp = true;
  void reply.send(tookTooLong(bounds));
}
