import type { Http } from '#platform/http.ts';
import { registry } from '#platform/metrics.ts';
import type { Platform } from '#platform/platform.ts';

const open = { access: { public: true as const } };

/** Liveness, readiness and metrics for whoever watches the process. Metrics answer this machine only. */
export function watchingRoutes(app: Http, platform: Platform, isReady: () => boolean): void {
  app.get('/healthz', { config: open }, async () => ({ status: 'alive' }));
  app.get('/readyz', { config: open }, async (_request, reply) => {
    const database = await platform.db`select 1`.then(
      () => true,
      () => false,
    );
    const ready = database && isReady();
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not ready', database, doors: isReady() };
  });
  app.get('/metrics', { config: open }, async (request, reply) => {
    if (!isLoopback(request.ip)) return reply.code(403).send();
    reply.type(registry.contentType);
    return registry.metrics();
  });
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
