import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { systemActor } from '#platform/actor.ts';
import type { Http } from '#platform/http.ts';
import { newRequestId } from '#platform/ids.ts';
import { httpDuration } from '#platform/metrics.ts';
import type { Module } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { traceRequests } from '#platform/telemetry.ts';
import { headersOfUnread, keepUntransformed } from './answer-headers.ts';
import { answerInTime } from './answer-in-time.ts';
import { type Authenticator, authorise } from './authorise.ts';
import { boundPortal } from './bound-portal.ts';
import { gateLinks } from './gate-links.ts';
import { readJsonBodies } from './json-body.ts';
import { answerMethods } from './known-methods.ts';
import { liveRoute } from './live.ts';
import { pageFaultRoute } from './page-faults.ts';
import { protectionOf } from './protection.ts';
import { readTexts } from './read-texts.ts';
import { refuseHttp, refuseUnclearHost } from './refuse-http.ts';
import { refuseKeys } from './refuse-keys.ts';
import { sendProblem, sendUnknownRoute } from './send-problem.ts';
import { trustedProxies, warnOfUntrustedProxies } from './trust-proxies.ts';
import { watchingRoutes } from './watching.ts';

/** What the door needs besides the modules: who people and systems are, and what else to serve. */
export interface HttpDoorOptions {
  authenticator: Authenticator;
  /** More routes that are not a module's: sign-in, the console's files. */
  extend?: (app: Http) => void | Promise<void>;
  /** Whether the whole process is ready to serve. */
  isReady?: () => boolean;
  onWake?: (listener: () => void) => void;
  /** How long requests under way may take once the door closes; default 4 s. */
  drainMs?: number;
}

const defaultDrainMs = 4_000;

/** Builds the HTTP door with every module's routes; it does not listen yet. */
export async function buildHttp(
  platform: Platform,
  modules: Module[],
  options: HttpDoorOptions,
): Promise<Http> {
  const { config } = platform;
  const protection = protectionOf(config);
  const app = Fastify({
    bodyLimit: config.http.bodyLimitBytes,
    requestTimeout: config.http.requestTimeoutMs,
    connectionTimeout: config.http.requestTimeoutMs + config.http.answerTimeoutMs,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies(config),
    genReqId: newRequestId,
    logger: false,
    http: { requireHostHeader: false },
    clientErrorHandler: refuseHttp(protection),
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...protection, ...headersOfUnread(request.url, request.id) });
      sendProblem(platform, error, request, reply);
    },
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  }) as unknown as Http;
  // Node answers an expectation that it does not know by a bare 417; it may as well be ignored (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readJsonBodies(app);
  app.decorateRequest('actor');
  app.decorateRequest('scope');
  app.addHook('onRoute', (route) => {
    const headOfGet = route.method === 'HEAD';
    if (!headOfGet && route.config?.access === undefined)
      throw new Error(
        `the route ${String(route.method)} ${route.url} does not say who may call it (config.access)`,
      );
  });
  traceRequests(app);
  warnOfUntrustedProxies(app, platform.log);
  answerInTime(app, config.http.answerTimeoutMs);
  app.addHook('onRequest', async (request, reply) => {
    request.actor = systemActor('http');
    request.scope = {};
    reply.header('x-request-id', request.id).headers(protection);
    refuseUnclearHost(request);
  });
  refuseKeys(app, platform);
  answerMethods(app);
  app.addHook('onRequest', async (request) => {
    await authorise(platform, options.authenticator, request);
  });
  readTexts(app);
  gateLinks(app);
  boundPortal(app, platform);
  // What the console reads is about people: no browser or proxy keeps it.
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    httpDuration
      .labels(request.method, route, `${Math.floor(reply.statusCode / 100)}xx`)
      .observe(reply.elapsedTime / 1000);
  });
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), options.drainMs ?? defaultDrainMs).unref();
  });
  app.setErrorHandler((error, request, reply) => sendProblem(platform, error, request, reply));
  await app.register(cookie);
  keepUntransformed(app);
  await app.register(compress, { threshold: 2048 });
  watchingRoutes(app, platform, options.isReady ?? (() => true));
  liveRoute(app, platform, options.onWake ?? (() => {}));
  pageFaultRoute(app, platform);
  for (const module of modules) module.routes?.(app, platform);
  if (options.extend === undefined)
    app.setNotFoundHandler((request, reply) => sendUnknownRoute(request, reply));
  await options.extend?.(app);
  return app;
}
