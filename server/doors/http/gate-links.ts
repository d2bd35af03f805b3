import type { FastifyRequest } from 'fastify';
import { createGate } from '#platform/gate.ts';
import type { Http } from '#platform/http.ts';
import { networkOf } from '#platform/network-of.ts';
import { commonProblems } from '#platform/problem.ts';

const turns = { atOnce: 8, waiting: 100 };

/**
 * Bounds what sign-in and one-time links cost: few are looked up at once, each address in its turn. A token has too many random bits
 * to be guessed, so made-up ones are no reason to refuse the good link of somebody at the same address.
 */
export function gateLinks(app: Http): void {
  const gate = createGate(turns);
  const inside = new WeakSet<FastifyRequest>();
  app.addHook('preHandler', async (request) => {
    if (!isBehindLink(request)) return;
    if (!(await gate.enter(networkOf(request.ip))))
      throw commonProblems['too-many-requests']({ headers: { 'retry-after': '1' } });
    inside.add(request);
  });
  const leave = async (request: FastifyRequest) => {
    if (inside.delete(request)) gate.leave();
  };
  app.addHook('onSend', leave);
  app.addHook('onRequestAbort', leave);
  app.addHook('onResponse', leave);
}

function isBehindLink({ routeOptions: { config, url } }: FastifyRequest): boolean {
  if (config.access === undefined || !('public' in config.access)) return false;
  return url?.includes('/:token') === true || url?.startsWith('/api/auth/') === true;
}
