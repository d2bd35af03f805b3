import { environmentDocument, webApiVersion } from '#contract/web-api.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';

/** GET /v1/environment: whose key this is, and what it may do. */
export function environmentRoutes(v1: Http, platform: Platform): void {
  v1.get(
    '/v1/environment',
    {
      config: { access: { credential: 'environment:read' } },
      schema: {
        operationId: 'getEnvironment',
        summary: 'Read the environment',
        description:
          'Tells which customer and environment a key opens and what it may do. The first call to try.',
        tags: ['Environment'],
        response: { 200: environmentDocument },
      },
    },
    async (request) => {
      const { actor } = request;
      if (actor.kind !== 'credential') throw notFound();
      return read(platform, request.scope, async (sql) => {
        const customer = await getCustomer(sql, actor.customerId);
        const environment = await getEnvironment(sql, actor.environmentId);
        if (customer === undefined || environment === undefined) throw notFound();
        return {
          environment: { id: showId('env', environment.id), kind: environment.kind },
          customer: { id: showId('cus', customer.id), code: customer.code, name: customer.name },
          key: { id: showId('key', actor.id), label: actor.label, scopes: actor.scopes },
          version: webApiVersion,
          serverTime: platform.clock.now().toString(),
        };
      });
    },
  );
}
