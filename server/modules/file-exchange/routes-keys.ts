import { keysToRetire, keysToRetireQuery } from '#contract/file-exchange.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { listKeysToRetire } from './account-store.ts';

/** SFTP keys that work and that somebody who has left registered, over all customers, for staff. */
export function keyRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/sftp-keys-to-retire',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'SFTP keys that work and that somebody who has left registered',
        tags: ['files'],
        querystring: keysToRetireQuery,
        response: { 200: keysToRetire },
      },
    },
    async (request) => {
      const { limit } = request.query;
      const found = await listKeysToRetire(platform.db, request.query);
      const last = found.length === limit ? found.at(-1) : undefined;
      return {
        items: found.map((one) => ({
          id: showId('key', one.id),
          title: one.label === '' ? one.fingerprint : one.label,
          userName: one.userName,
          customer: { id: showId('cus', one.customerId), code: one.customerCode, name: one.customerName },
          environment: one.environmentKind,
          holder: one.holder,
          registeredAt: one.registeredAt.toString(),
        })),
        next: last === undefined ? null : showId('key', last.id),
      };
    },
  );
}
