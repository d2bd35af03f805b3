import type { FastifyReply } from 'fastify';
import { sha256 } from '#platform/crypto.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { guidePages, guideStyle, llmsText, pageHtml, referenceHtml, referenceScript } from './docs-pages.ts';
import { isFresh } from './employee-etag.ts';
import { openapiDocument } from './openapi-document.ts';
import { scalarScript } from './scalar-script.ts';
import { v1Answers } from './v1-conventions.ts';

const open = { config: { access: { public: true as const } } };
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The description of the Web API, its reference page and the guide; all from this origin, with no outside request. */
export function docsRoutes(app: Http, platform: Platform): void {
  const vendor = platform.config.vendor.name;
  const html = (reply: FastifyReply, text: string) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(text);
  const pageOf = (name: string) => {
    const pages = guidePages();
    const page = pages.find((one) => one.name === name);
    if (page === undefined) throw notFound();
    return { page, pages };
  };
  const guide = (reply: FastifyReply, name: string) => {
    if (name.endsWith('.md'))
      return reply.type('text/markdown; charset=utf-8').send(pageOf(name.slice(0, -3)).page.markdown);
    const { page, pages } = pageOf(name);
    return html(reply, pageHtml(page, pages, vendor));
  };
  let described: { text: string; etag: string } | undefined;
  app.register(async (v1) => {
    v1Answers(v1 as unknown as Http);
    v1.get('/v1/openapi.json', open, (request, reply) => {
      described ??= describe(app);
      const { text, etag } = described;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (isFresh(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(text);
    });
  });
  app.get('/docs', open, (_request, reply) => html(reply, referenceHtml()));
  app.get('/docs/problems', open, (_request, reply) => guide(reply, 'problems'));
  app.get('/docs/problems.md', open, (_request, reply) => guide(reply, 'problems.md'));
  app.get('/docs/guide', open, (_request, reply) => reply.redirect('/docs/guide/start'));
  app.get('/docs/guide/:page', open, (request, reply) =>
    guide(reply, (request.params as { page: string }).page),
  );
  app.get('/docs/guide.css', open, (_request, reply) =>
    reply.header('cache-control', 'max-age=3600').type('text/css; charset=utf-8').send(guideStyle),
  );
  app.get('/docs/reference.js', open, (_request, reply) =>
    reply
      .header('cache-control', 'max-age=3600')
      .type('text/javascript; charset=utf-8')
      .send(referenceScript),
  );
  app.get('/docs/scalar.js', open, async (_request, reply) =>
    reply
      .header('cache-control', 'max-age=86400')
      .type('text/javascript; charset=utf-8')
      .send(await scalarScript()),
  );
  app.get('/llms.txt', open, (_request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(llmsText(guidePages(), vendor)),
  );
}

/** The description as it is sent: the routes of a running process do not change. */
function describe(app: Http): { text: string; etag: string } {
  const text = JSON.stringify(openapiDocument(app));
  return { text, etag: `W/"${sha256(text).toString('hex').slice(0, 16)}"` };
}
