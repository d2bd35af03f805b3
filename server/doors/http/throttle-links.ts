import type { FastifyRequest } from 'fastify';
import { createFailureThrottle } from '#modules/credentials/index.ts';
import type { Http } from '#platform/http.ts';
import { commonProblems } from '#platform/problem.ts';

/** Whoever tries out one-time links must wait: an address that named too many which do not exist is refused before any look-up. */
export function throttleLinks(app: Http): void {
  const throttle = createFailureThrottle();
  app.addHook('onRequest', async (request) => {
    if (!isBehindLink(request)) return;
    const seconds = throttle.waitSeconds(request.ip);
    if (seconds > 0)
      throw commonProblems['too-many-requests']({ headers: { 'retry-after': String(seconds) } });
  });
  app.addHook('onResponse', async (request, reply) => {
    if (reply.statusCode === 404 && isBehindLink(request)) throttle.noteFailure(request.ip);
  });
}

function isBehindLink({ routeOptions: { config, url } }: FastifyRequest): boolean {
  return config.access !== undefined && 'public' in config.access && url?.includes('/:token') === true;
}
