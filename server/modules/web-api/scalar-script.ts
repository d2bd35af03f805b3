import scalar from '@scalar/fastify-api-reference';
import Fastify from 'fastify';

let script: Promise<string> | undefined;

/**
 * Scalar's script for the reference page. Its package for Fastify is the one that brings it ready to run, without the
 * hundreds of packages it is built from; of what that plugin serves, only the script is wanted here.
 */
export function scalarScript(): Promise<string> {
  script ??= (async () => {
    const app = Fastify();
    await app.register(scalar, { routePrefix: '/r', configuration: { url: '/v1/openapi.json' } });
    const answer = await app.inject('/r/js/scalar.js');
    await app.close();
    if (answer.statusCode !== 200) throw new Error('the reference page has no script');
    return answer.body;
  })();
  return script;
}
