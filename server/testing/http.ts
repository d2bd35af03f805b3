import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Actor } from '#platform/actor.ts';
import type { Http } from '#platform/http.ts';
import type { Module } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Authenticator } from '../doors/http/authorise.ts';
import { buildHttp } from '../doors/http/open-http.ts';

type Call = (
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<LightMyRequestResponse>;

/** The HTTP door with some modules, called in memory as whoever a test needs. */
export interface TestServer {
  app: Http;
  /** Calls as a person or credential; null is nobody. */
  as(actor: Actor | null): { get: Call; post: Call; put: Call; patch: Call; delete: Call };
  close(): Promise<void>;
}

/**
 * Builds the HTTP door. People and credentials made with `as` are recognised by a header or token that means nothing
 * to the real authenticator; pass `credential` to use the real one for API keys.
 */
export async function testServer(
  platform: Platform,
  modules: Module[],
  options: { credential?: Authenticator['credential'] } = {},
): Promise<TestServer> {
  const actors = new Map<string, Actor>();
  const app = await buildHttp(platform, modules, {
    authenticator: {
      person: async (headers) => actors.get(String(headers['x-test-actor'])),
      credential: async (token, address, headers) => {
        const actor = actors.get(token);
        if (actor !== undefined) return actor;
        if (options.credential === undefined) throw commonProblems['api-key-missing']();
        return options.credential(token, address, headers);
      },
    },
  });
  await app.ready();
  const call =
    (actor: Actor | null, method: InjectOptions['method']): Call =>
    (url, body, headers = {}) => {
      const known: Record<string, string> = {};
      if (actor !== null) {
        actors.set(actor.id, actor);
        if (actor.kind === 'credential') known['authorization'] = `Bearer ${actor.id}`;
        else known['x-test-actor'] = actor.id;
      }
      return app.inject({
        method: method ?? 'GET',
        url,
        headers: { ...known, ...headers },
        ...(body === undefined ? {} : { payload: body as string | object }),
      });
    };
  return {
    app,
    as: (actor) => ({
      get: call(actor, 'GET'),
      post: call(actor, 'POST'),
      put: call(actor, 'PUT'),
      patch: call(actor, 'PATCH'),
      delete: call(actor, 'DELETE'),
    }),
    close: async () => {
      await app.close();
    },
  };
}
