import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openapiDocument } from '#modules/web-api/index.ts';
import type { Module } from '#platform/module.ts';
import { openTestDatabase } from '#testing/database.ts';
import { testServer } from '#testing/http.ts';
import { modules } from '../../server/wiring.ts';
import type { Check } from './check.ts';

const describesItself = 'get /v1/openapi.json';

/** The description of the Web API is valid OpenAPI 3.1 and names exactly the routes under /v1 that the whole server serves. */
export const apiDescription: Check = {
  name: 'description of the Web API',
  async run() {
    const served = new Set<string>();
    const listener: Module = {
      name: 'listener',
      routes: (app) =>
        void app.addHook('onRoute', (route) => {
          for (const method of [route.method].flat())
            if (method !== 'HEAD' && route.url.startsWith('/v1/'))
              served.add(`${method.toLowerCase()} ${route.url.replace(/:(\w+)/g, '{$1}')}`);
        }),
    };
    const test = await openTestDatabase();
    const server = await testServer(test.platform, [listener, ...modules]);
    try {
      const description = openapiDocument(server.app) as { paths: Record<string, Record<string, unknown>> };
      const described = Object.entries(description.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );
      const findings = await lintFromString({
        source: JSON.stringify(description),
        config: await createConfig({ extends: ['spec'] }),
      });
      return [
        ...findings.map((finding) => `${finding.location[0]?.pointer}: ${finding.message}`),
        ...[...served]
          .filter((route) => route !== describesItself && !described.includes(route))
          .map((route) => `${route} is served and not described`),
        ...described
          .filter((route) => !served.has(route))
          .map((route) => `${route} is described and not served`),
      ];
    } finally {
      await server.close();
      await test.close();
    }
  },
};
