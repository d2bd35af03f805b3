import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { webApiOperations } from '#contract/web-api.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { webApi } from './index.ts';
import { renderMarkdown } from './markdown.ts';
import { openapiDocument } from './openapi-document.ts';

let t: TestDatabase;
let server: TestServer;
const served: string[] = [];

before(async () => {
  t = await openTestDatabase();
  const spying = {
    ...webApi,
    routes: (app: Parameters<NonNullable<typeof webApi.routes>>[0], platform: TestDatabase['platform']) => {
      app.addHook('onRoute', (route) => {
        for (const method of [route.method].flat())
          if (method !== 'HEAD' && route.url.startsWith('/v1/')) served.push(`${method} ${route.url}`);
      });
      webApi.routes?.(app, platform);
    },
  };
  server = await testServer(t.platform, [spying]);
});
after(async () => {
  await server?.close();
  await t?.close();
});

test('the routes that are served are exactly those that are described', () => {
  const { paths } = openapiDocument(server.app) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  assert.deepEqual(served.filter((route) => route !== 'GET /v1/openapi.json').sort(), described.sort());
  const operations = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((one) => one.operationId),
  );
  assert.deepEqual(operations.sort(), [...webApiOperations].sort());
});

test('the description is valid OpenAPI 3.1', async () => {
  const answer = await server.as(null).get('/v1/openapi.json');
  assert.equal(answer.statusCode, 200);
  const config = await createConfig({ extends: ['spec'] });
  const faults = await lintFromString({ source: answer.body, config });
  assert.deepEqual(
    faults.map((fault) => `${fault.location[0]?.pointer} ${fault.message}`),
    [],
  );
  const { components } = answer.json();
  assert.equal(components.schemas.Employee.properties.payRates.type, 'array');
  assert.equal(
    components.schemas.EmployeePage.properties.items.items.anyOf[0].$ref,
    '#/components/schemas/Employee',
  );
});

test('every page of the guide is there, links to pages that exist, and comes from this origin alone', async () => {
  const index = await server.as(null).get('/llms.txt');
  const pages = [...index.body.matchAll(/\]\((\/docs\/[^)]+)\.md\)/g)].map((match) => match[1] ?? '');
  assert.ok(pages.length >= 8, index.body);
  const links = new Set<string>();
  for (const page of pages) {
    const html = await server.as(null).get(page);
    assert.equal(html.statusCode, 200, page);
    assert.match(String(html.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
    assert.ok(!/<(script|img|link|iframe)[^>]+(src|href)="https?:/.test(html.body));
    for (const [, href] of html.body.matchAll(/href="(\/[^"#]*)/g)) links.add(href ?? '');
    assert.match(String((await server.as(null).get(`${page}.md`)).headers['content-type']), /markdown/);
  }
  for (const href of links) assert.ok((await server.as(null).get(href)).statusCode < 400, href);
  assert.equal((await server.as(null).get('/docs/guide/nothing')).statusCode, 404);
  assert.equal((await server.as(null).get('/docs/guide/..%2f..%2fpackage')).statusCode, 404);
  const reference = await server.as(null).get('/docs');
  assert.match(reference.body, /src="\/docs\/scalar\.js"/);
  assert.match(String((await server.as(null).get('/docs/scalar.js')).headers['content-type']), /javascript/);
});

test('no text of a page becomes markup', () => {
  const html = renderMarkdown(
    '# <b>\n\n`<i>` [x](javascript:alert(1)) <script>alert(1)</script> "quoted"\n\n| <u> |\n| --- |\n| a |',
  );
  assert.ok(!/<(b|i|script|u)>/.test(html), html);
  assert.ok(!html.includes('href="javascript'));
});
