import Fastify from 'fastify';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { sendProblem, sendUnknownRoute } from './send-problem.ts';
import { trustedProxies } from './trust-proxies.ts';
import { watchingRoutes } from './watching.ts';

/** Liveness, readiness and metrics of a process without the web's door, at an address of their own. */
export async function openWatchingDoor(
  platform: Platform,
  isReady: () => boolean,
): Promise<{ close(): Promise<void> }> {
  const { watching, http } = platform.config;
  const app = Fastify({
    logger: false,
    requestTimeout: http.requestTimeoutMs,
    forceCloseConnections: true,
    trustProxy: trustedProxies(platform.config),
  }) as unknown as Http;
  app.setErrorHandler((error, request, reply) => sendProblem(platform, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendUnknownRoute(request, reply));
  watchingRoutes(app, platform, isReady);
  await app.listen({ host: watching.host, port: watching.port });
  return { close: () => app.close() };
}
