import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type ConsoleContent, fillConsole } from './console-content.ts';
import { type ConsoleServer, openConsoleServer } from './console-server.ts';
import { openBrowser } from './open-browser.ts';
import { type Looker, type Screen, screensOf } from './screens.ts';
import { contextOf, overflowOf, settled, sizes, visit } from './visit.ts';

/**
 * Each screen is looked at twice: light and wide, dark and narrow. Every colour is a token with a value for both, so that
 * dark fails on a narrow screen where it would on a wide one. Of a dialog axe looks at the dialog, for the page behind is
 * a screen of its own; of a list at its first rows.
 */
const looks = {
  'axe, light and wide': { colorScheme: 'light', size: sizes.wide },
  'axe, dark and 360 px wide': { colorScheme: 'dark', size: sizes.narrow },
} as const;
type Look = keyof typeof looks;

let server: ConsoleServer;
let content: ConsoleContent;
let browser: Browser;
const found: Record<Look | 'wider than 360 px' | 'not shown' | 'went wrong', string[]> = {
  'axe, light and wide': [],
  'axe, dark and 360 px wide': [],
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
  let shown: Screen | undefined;
  for (const screen of screens) {
    now = screen.name;
    if (page === undefined || who !== screen.as) {
      shown = undefined;
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
    await show(page, 'axe, light and wide');
    try {
      await visit(page, server.base, screen, shown);
    } catch (error) {
      found['not shown'].push(`${screen.name}: ${(error as Error).message.split('\n')[0]}`);
      shown = undefined;
      continue;
    }
    shown = screen;
    await look(page, screen, 'axe, light and wide');
    await look(page, screen, 'axe, dark and 360 px wide');
    const tooWide = await overflowOf(page);
    if (tooWide > 0) found['wider than 360 px'].push(`${screen.name}: ${tooWide} px too wide`);
  }
  await context?.close();
}

const toLookAt = `{
  include: [...document.querySelectorAll('[role=dialog]')].at(-1) ?? document,
  exclude: ['tbody tr:nth-child(n + 9)', 'section > ol > li:nth-child(n + 9)'],
}`;

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

async function show(page: Page, kind: Look): Promise<void> {
  const { colorScheme, size } = looks[kind];
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
}

async function look(page: Page, screen: Screen, kind: Look): Promise<void> {
  await show(page, kind);
  await settled(page);
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const { violations }: AxeResult = await page.evaluate(
    `axe.run(${toLookAt}, ${JSON.stringify({ resultTypes: ['violations'] })})`,
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
test('axe finds no violation on any screen, light and wide', () =>
  assert.deepEqual(found['axe, light and wide'], []));
test('axe finds no violation on any screen, dark and 360 px wide', () =>
  assert.deepEqual(found['axe, dark and 360 px wide'], []));
test('no screen is wider than a window of 360 px', () => assert.deepEqual(found['wider than 360 px'], []));
