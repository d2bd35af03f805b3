import { isUtf8 } from 'node:buffer';
import type { Http } from '#platform/http.ts';
import { commonProblems, type Problem } from '#platform/problem.ts';
import { repeatedName } from '#platform/repeated-name.ts';

/** What Fastify refuses as it refuses what is no JSON. */
const refusedName = /"(__proto__|constructor)"\s*:/;

/**
 * Reads JSON bodies as Fastify does, and no others. Refuses bytes that are not UTF-8, which would become other
 * characters, and a name that stands twice in one object, of which others may read the other value (RFC 8259, 4).
 */
export function readJsonBodies(app: Http): void {
  app.removeContentTypeParser('text/plain');
  const parse = app.getDefaultJsonParser('error', 'error') as (
    request: unknown,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(bytes)) return done(commonProblems['invalid-request']({ detail: 'The body is not UTF-8.' }));
    const text = bytes.toString();
    parse(request, text, (error, value) => {
      if (error !== null) return done(refusedName.test(text) ? nameRefused() : error);
      const name = repeatedName(text);
      if (name === undefined) return done(null, value);
      done(
        commonProblems['invalid-request']({
          detail: `The name ${JSON.stringify(name.slice(0, 100))} stands twice in one object, so it is not clear which value is meant.`,
        }),
      );
    });
  });
}

function nameRefused(): Problem {
  return commonProblems['invalid-request']({
    detail: 'An object has the name __proto__ or constructor, which no field has.',
  });
}
