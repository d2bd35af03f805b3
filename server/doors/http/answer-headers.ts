import { webApiVersion } from '#contract/web-api.ts';
import type { Http } from '#platform/http.ts';

const noTransform = /\bno-transform\b/i;

/** The headers of answers that no hook sees: those to requests that the router cannot read. */
export function headersOfUnread(url: string, requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    ...(url.startsWith('/v1') ? { 'fairlead-version': webApiVersion } : {}),
  };
}

/**
 * Leaves an answer as it is where its Cache-Control or the request's says no-transform (RFC 9111, 5.2): a strong ETag
 * names its very bytes. Call it before the compression is registered.
 */
export function keepUntransformed(app: Http): void {
  app.addHook('onSend', async (request, reply) => {
    const wishes = `${reply.getHeader('cache-control') ?? ''},${request.headers['cache-control'] ?? ''}`;
    if (noTransform.test(wishes)) request.headers['x-no-compression'] = 'no-transform';
  });
}
