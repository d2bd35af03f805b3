import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Http } from '#platform/http.ts';
import { sendUnknownRoute } from './send-problem.ts';

const folder = fileURLToPath(new URL('../../../build/console/', import.meta.url));
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "frame-src 'self' blob:",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');
const systems = /^\/(api|v1|in|docs|metrics|healthz|readyz|oauth)(\/|$|\?)/;

/** Serves the built console: its files for ever (their names hold a hash), its page for every other address. Without a build, none. */
export async function consoleFiles(app: Http): Promise<void> {
  if (!existsSync(folder)) {
    app.setNotFoundHandler((request, reply) => sendUnknownRoute(request, reply));
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false });
  app.get('/assets/*', { config: { access: { public: true } } }, (request, reply) => {
    const { '*': name } = request.params as { '*': string };
    return reply.sendFile(`assets/${name}`, folder, { maxAge: '365d', immutable: true });
  });
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (!wantsPage || systems.test(request.url)) return sendUnknownRoute(request, reply);
    reply.header('content-security-policy', policy);
    reply.header('cache-control', 'no-cache');
    return reply.sendFile('index.html', folder, { maxAge: 0, immutable: false });
  });
}
