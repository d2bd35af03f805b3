import type { FastifyRequest } from 'fastify';
import { type HeldUp, listHeldUp } from '#platform/consume.ts';
import { timingSafeEqualText } from '#platform/crypto.ts';
import type { Http } from '#platform/http.ts';
import { heldUpSeconds, heldUpStreams, registry, unreadableObjects } from '#platform/metrics.ts';
import { countUnreadable } from '#platform/objects/sweep-store.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';

const open = { access: { public: true as const } };
const databaseAnswersWithinMs = 2_000;
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Liveness, readiness and metrics for whoever watches the process. */
export function watchingRoutes(app: Http, platform: Platform, isReady: () => boolean): void {
  app.get('/healthz', { config: open }, async () => ({ status: 'alive' }));
  const mayReadMetrics = (request: FastifyRequest) =>
    isWatcher(request, platform.config.watching.metricsToken.reveal());
  app.get('/readyz', { config: open }, async (request, reply) => {
    const heldUp = await heldUpInTime(platform);
    const missing = heldUp === undefined ? 'database' : isReady() ? undefined : 'doors';
    reply.code(missing === undefined ? 200 : 503).header('cache-control', 'no-store');
    // Anybody may ask: who is held up is for those who watch.
    return {
      status: missing === undefined ? 'ready' : 'not ready',
      missing,
      ...(mayReadMetrics(request)
        ? { heldUp, unreadableObjects: await inTime(countUnreadable(platform.db)) }
        : {}),
    };
  });
  app.get('/metrics', { config: open }, async (request, reply) => {
    if (!mayReadMetrics(request)) throw notFound('metrics');
    measure((await heldUpInTime(platform)) ?? []);
    unreadableObjects.set((await inTime(countUnreadable(platform.db))) ?? 0);
    reply.type(registry.contentType);
    return registry.metrics();
  });
}

/** The consumers that are held up; undefined when the database does not say so in time. */
function heldUpInTime(platform: Platform): Promise<HeldUp[] | undefined> {
  return inTime(listHeldUp(platform));
}

/** Undefined when the database does not answer in time. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, databaseAnswersWithinMs, undefined);
  const asked = answer.catch(() => undefined);
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
}

function measure(heldUp: HeldUp[]): void {
  heldUpStreams.reset();
  heldUpSeconds.reset();
  for (const { consumer, streams, seconds } of heldUp) {
    heldUpStreams.set({ consumer }, streams);
    heldUpSeconds.set({ consumer }, seconds);
  }
}

/** Who knows the token; without one, this machine, but not what a proxy on it passes on from elsewhere. */
function isWatcher({ ip, headers }: FastifyRequest, token: string): boolean {
  if (token !== '') return timingSafeEqualText(headers.authorization ?? '', `Bearer ${token}`);
  return isLoopback(ip) && forwarding.every((name) => headers[name] === undefined);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
