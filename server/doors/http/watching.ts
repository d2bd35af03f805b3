import type { FastifyRequest } from 'fastify';
import { timingSafeEqualText } from '#platform/crypto.ts';
import type { Http } from '#platform/http.ts';
import { registry } from '#platform/metrics.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';

const open = { access: { public: true as const } };
const databaseAnswersWithinMs = 2_000;
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Liveness, readiness and metrics for whoever watches the process. */
export function watchingRoutes(app: Http, platform: Platform, isReady: () => boolean): void {
  app.get('/healthz', { config: open }, async () => ({ status: 'alive' }));
  app.get('/readyz', { config: open }, async (_request, reply) => {
    const database = await answersInTime(platform);
    const ready = database && isReady();
    reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
    return { status: ready ? 'ready' : 'not ready', database, doors: isReady() };
  });
  app.get('/metrics', { config: open }, async (request, reply) => {
    if (!mayReadMetrics(request, platform.config.watching.metricsToken.reveal())) throw notFound('metrics');
    reply.type(registry.contentType);
    return registry.metrics();
  });
}

async function answersInTime(platform: Platform): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(late.resolve, databaseAnswersWithinMs, false);
  const asked = platform.db`select 1`.then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
}

/** Who knows the token; without one, this machine, but not what a proxy on it passes on from elsewhere. */
function mayReadMetrics({ ip, headers }: FastifyRequest, token: string): boolean {
  if (token !== '') return timingSafeEqualText(headers.authorization ?? '', `Bearer ${token}`);
  return isLoopback(ip) && forwarding.every((name) => headers[name] === undefined);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
