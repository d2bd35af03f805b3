import type { FastifyRequest } from 'fastify';
import { refuseLeakedKeys } from '#modules/credentials/index.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { decoded } from './decoded.ts';
import { isTree } from './read-texts.ts';

/** Refuses API keys in the address or the body of a request, on every route and before anything is stored. */
export function refuseKeys(app: Http, platform: Platform): void {
  const look = (request: FastifyRequest, value: unknown, root: string) =>
    isTree(value)
      ? refuseLeakedKeys(platform, { value, root, call: callOf(request), address: request.ip })
      : Promise.resolve();
  app.addHook('onRequest', async (request) => {
    if (!/fl_|%/.test(request.url)) return;
    await look(request, request.query, '/querystring');
    await look(request, request.params, '/params');
    await look(request, { path: decoded(request.url) }, '');
  });
  app.addHook('preValidation', (request) => look(request, request.body, ''));
}

/** The call without its values: they could be anything. */
function callOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url ?? 'an address that does not exist'}`;
}
