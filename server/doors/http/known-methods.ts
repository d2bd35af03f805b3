import type { Http } from '#platform/http.ts';
import { commonProblems } from '#platform/problem.ts';

interface KnownAddress {
  pattern: RegExp;
  methods: Set<string>;
}

/**
 * Answers a known address by a method that it does not take: 405 with `Allow` (RFC 9110, 15.5.6), and OPTIONS with 204.
 * Call it before routes are added.
 */
export function answerMethods(app: Http): void {
  const known = new Map<string, KnownAddress>();
  app.addHook('onRoute', ({ url, method }) => {
    const address = known.get(url) ?? { pattern: patternOf(url), methods: new Set(['OPTIONS']) };
    for (const taken of [method].flat()) address.methods.add(taken);
    known.set(url, address);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const addresses = [...known.values()].filter(({ pattern }) => path === '*' || pattern.test(path));
    if (addresses.length === 0) return;
    const allow = [...new Set(addresses.flatMap(({ methods }) => [...methods]))].sort().join(', ');
    reply.header('allow', allow);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw commonProblems['method-not-allowed']({ detail: `This address takes ${allow}.` });
  });
}

/** What the router takes for an address: `:name` is a part of it, `*` the rest, and a slash may follow. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('/')}/?$`);
}
