import { isUtf8 } from 'node:buffer';
import type { Http } from '#platform/http.ts';
import { commonProblems } from '#platform/problem.ts';

/** Half of a surrogate pair, written as an escape: the only way it can get through UTF-8. */
const halfPairEscape = /\\u[dD][89a-fA-F]/;

/**
 * Reads JSON bodies as Fastify does, and refuses what is no Unicode: bytes that are not UTF-8 and halves of surrogate
 * pairs would become another character on their way into the database, or fail there.
 */
export function readJsonBodies(app: Http): void {
  const parse = app.getDefaultJsonParser('error', 'error') as (
    request: unknown,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(bytes)) return done(commonProblems['invalid-request']({ detail: 'The body is not UTF-8.' }));
    const text = bytes.toString();
    parse(request, text, (error, value) => {
      if (error === null && halfPairEscape.test(text) && !isWellFormed(value))
        return done(
          commonProblems['invalid-request']({
            detail: 'A text holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.',
          }),
        );
      done(error, value);
    });
  });
}

function isWellFormed(root: unknown): boolean {
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return false;
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) left.push(name, inner);
  }
  return true;
}
