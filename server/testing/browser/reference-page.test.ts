import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { webApi } from '#modules/web-api/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { openBrowser } from './open-browser.ts';

let t: TestDatabase;
let server: TestServer;
let browser: Browser;
let origin: string;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [webApi]);
  origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await t?.close();
});

test('the reference shows every operation and asks nothing of any other origin', async () => {
  const page = await browser.newPage();
  const asked: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => {
    // Scalar's ready-made script says this of its own mark-up; nothing is missing from the page.
    const ownRemark = message.text().startsWith('Hydration completed but contains mismatches');
    if (message.type() === 'error' && !ownRemark) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${origin}/docs`);
  await page.getByRole('heading', { name: 'Fairlead Web API' }).waitFor({ timeout: 30_000 });
  await page.getByText('Read the environment').first().waitFor({ timeout: 30_000 });
  await page.waitForLoadState('networkidle');
  const outside = asked.filter((url) => !url.startsWith(origin) && !/^(data|blob):/.test(url));
  assert.deepEqual(outside, []);
  assert.deepEqual(faults, []);
  await page.close();
});

test('the reference can be read by everybody: axe finds too little contrast nowhere, light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    await page.goto(`${origin}/docs`);
    await page.getByText('Read the environment').first().waitFor({ timeout: 30_000 });
    await page.evaluate(axe.source);
    const { violations }: { violations: { id: string; nodes: { target: string[] }[] }[] } =
      await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
    assert.deepEqual(
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target }) => `${colorScheme} ${id}: ${target.join(' ')}`),
      ),
      [],
    );
    await page.close();
  }
});
