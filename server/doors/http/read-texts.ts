import { cleanTexts } from '#contract/text-tree.ts';
import type { Http } from '#platform/http.ts';
import { commonProblems } from '#platform/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** JSON pointers of texts in the body that are taken as they came: bytes that were signed, for example. */
    exactTexts?: string[];
  }
}

/**
 * Applies the one rule for text (contract/text.ts) to the body, the query and the address of every request before its
 * schema sees them: texts become NFC, and one with a character that nobody sees is refused with its place.
 */
export function readTexts(app: Http): void {
  app.addHook('preValidation', async (request) => {
    const { body, query, params, routeOptions } = request;
    const exact = routeOptions.config.exactTexts ?? [];
    const faults = [
      ...(isTree(params) ? cleanTexts(params, { root: '/params', use: 'line' }) : []),
      ...(isReadable(request.url) ? [] : [unreadableQuery]),
      ...(isTree(query) ? cleanTexts(query, { root: '/querystring', use: 'line' }) : []),
      ...(isTree(body) ? cleanTexts(body, { root: '', use: 'prose', exact }) : []),
    ];
    if (faults.length > 0) throw commonProblems['invalid-request']({ errors: faults.slice(0, 50) });
  });
}

const unreadableQuery = { pointer: '/querystring', detail: 'holds a faulty % escape' };

/** Whether the query's escapes are UTF-8: the parser would keep a faulty one as it is written, as if it were meant. */
function isReadable(url: string): boolean {
  const from = url.indexOf('?');
  if (from < 0 || !url.includes('%', from)) return true;
  try {
    decodeURIComponent(url.slice(from + 1));
    return true;
  } catch {
    return false;
  }
}

/** A parsed object or list; not bytes, and not a stream. */
export function isTree(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  return !Buffer.isBuffer(value) && typeof (value as { pipe?: unknown }).pipe !== 'function';
}
