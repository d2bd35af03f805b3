import { webApiVersion } from '#contract/web-api.ts';
import { admitCall } from '#modules/fair-use/index.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { noteCall } from './note-call.ts';
import { problems } from './problems.ts';

/** What every answer under /v1 has in common, whoever it goes to: added as it goes, so that refused calls have it too. */
export function v1Answers(v1: Http): void {
  v1.addHook('onSend', async (_request, reply) => {
    reply.header('fairlead-version', webApiVersion);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/** What every call with a key has in common: version, limits, and being counted once it was answered. */
export function v1Conventions(v1: Http, platform: Platform): void {
  v1Answers(v1);
  v1.addHook('onRequest', async (request, reply) => {
    const { actor } = request;
    if (actor.kind !== 'credential') return;
    reply.headers(admitCall(platform, actor));
    const wanted = request.headers['fairlead-version'];
    if (wanted !== undefined && wanted !== webApiVersion)
      throw problems['unknown-api-version']({ detail: `The present version is ${webApiVersion}.` });
  });
  v1.addHook('onResponse', async (request, reply) => {
    const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string };
    if (request.actor.kind === 'credential' && operationId !== undefined)
      noteCall(platform, request.actor, operationId, reply.statusCode);
  });
}
