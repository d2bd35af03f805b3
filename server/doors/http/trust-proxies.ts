import type { FastifyRequest } from 'fastify';
import type { Config } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import type { Logger } from '#platform/log.ts';
import { networkOf } from '#platform/network-of.ts';

const sayAgainMs = 3_600_000;

/** What Fastify's trustProxy takes: the blocks of the proxies in front, or false. */
export function trustedProxies({ http }: Pick<Config, 'http'>): string[] | false {
  return http.trustedProxies === 'none' || http.trustedProxies.length === 0
    ? false
    : [...http.trustedProxies];
}

/**
 * Warns, once an hour at most, when X-Forwarded-For comes from a peer that is not trusted: if that peer is a proxy, all who
 * come through it count as one caller.
 */
export function warnOfUntrustedProxies(app: Http, log: Logger): void {
  let saidAt = Number.NEGATIVE_INFINITY;
  app.addHook('onRequest', async (request) => {
    if (request.headers['x-forwarded-for'] === undefined || isTrusted(request)) return;
    if (performance.now() - saidAt < sayAgainMs) return;
    saidAt = performance.now();
    log.warn(
      { peer: networkOf(request.socket.remoteAddress ?? '') },
      'X-Forwarded-For comes from a peer that http.trusted_proxies does not name: if it is your proxy, name it there, or all callers count as one',
    );
  });
}

/** Fastify takes the caller out of the header only when the peer is trusted; `ips` is then there. */
function isTrusted(request: FastifyRequest): boolean {
  return request.ips !== undefined && request.ips.length > 1;
}
