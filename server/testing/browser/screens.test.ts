import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type ConsoleContent, fillConsole } from './console-content.ts';
import { type ConsoleServer, openConsoleServer } from './console-server.ts';
import { openBrowser } from './open-browser.ts';
import { type Looker, type Screen, screensOf } from './screens.ts';
import { contextOf, overflowOf, settled, sizes, visit } from './visit.ts';

type Look = keyof typeof rules;

/** What axe looks for: everything once; what depends on colour again in the dark, what depends on room when narrow. */
const rules = {
  'axe, light': {},
  'axe, dark': { runOnly: ['color-contrast', 'link-in-text-block'] },
  'axe, 360 px wide': { rules: { 'color-contrast': { enabled: false } } },
};

let server: ConsoleServer;
let content: ConsoleContent;
let browser: Browser;
const found: Record<Look | 'wider than 360 px' | 'not shown' | 'went wrong', string[]> = {
  'axe, light': [],
  'axe, dark': [],
  'axe, 360 px wide': [],
  'wider than 360 px': [],
  'not shown': [],
  'went wrong': [],
};
before(async () => {
  // One after the other: where the browser does not start, the server is known and closed, and the file ends.
  server = await openConsoleServer();
  browser = await openBrowser();
  content = await fillConsole(server);
  const screens = screensOf(content.places).sort((a, b) => a.as.localeCompare(b.as));
  const middle = Math.ceil(screens.length / 2);
  // Two pages at once: the machines these tests are made for have two cores.
  await Promise.all([lookAt(screens.slice(0, middle)), lookAt(screens.slice(middle))]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Visits screens as those they are for, each once, and looks at it light and dark, wide and narrow. */
async function lookAt(screens: Screen[]): Promise<void> {
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  let who: Looker | undefined;
  let now = '';
  for (const screen of screens) {
    now = screen.name;
    if (page === undefined || who !== screen.as) {
      await context?.close();
      who = screen.as;
      context = await contextOf(browser, server, content.actors[who]);
      page = await context.newPage();
      page.on('pageerror', (error) => found['went wrong'].push(`${now}: ${error.message}`));
      page.on('console', (message) => {
        if (message.text().includes('does not fit its contract'))
          found['went wrong'].push(`${now}: ${message.text()}`);
      });
    }
    await page.setViewportSize(sizes.wide);
    await page.emulateMedia({ colorScheme: 'light' });
    try {
      await visit(page, server.base, screen);
    } catch (error) {
      found['not shown'].push(`${screen.name}: ${(error as Error).message.split('\n')[0]}`);
      continue;
    }
    await look(page, screen, 'axe, light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, screen, 'axe, dark');
    await page.setViewportSize(sizes.narrow);
    await look(page, screen, 'axe, 360 px wide');
    const tooWide = await overflowOf(page);
    if (tooWide > 0) found['wider than 360 px'].push(`${screen.name}: ${tooWide} px too wide`);
  }
  await context?.close();
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

async function look(page: Page, screen: Screen, kind: Look): Promise<void> {
  await settled(page);
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const { violations }: AxeResult = await page.evaluate(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...rules[kind] })})`,
  );
  for (const { id, help, nodes } of violations)
    found[kind].push(
      `${screen.name}: ${id} (${help}) at ${nodes.map((node) => node.target.join(' ')).join(', ')}: ${nodes[0]?.failureSummary ?? ''}`,
    );
}

test('every screen, dialog and panel shows what it has, and none a problem it does not mean to show', () =>
  assert.deepEqual(found['not shown'], []));
test('no screen goes wrong or is answered what its contract does not say', () =>
  assert.deepEqual(found['went wrong'], []));
test('axe finds no violation on any screen, light', () => assert.deepEqual(found['axe, light'], []));
test('axe finds no violation on any screen, dark', () => assert.deepEqual(found['axe, dark'], []));
test('axe finds no violation on any screen, 360 px wide', () =>
  assert.deepEqual(found['axe, 360 px wide'], []));
test('no screen is wider than a window of 360 px', () => assert.deepEqual(found['wider than 360 px'], []));
