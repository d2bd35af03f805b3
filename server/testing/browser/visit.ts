import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Actor } from '#platform/actor.ts';
import { until } from '../until.ts';
import type { ConsoleServer } from './console-server.ts';
import type { Press, Screen } from './screens.ts';

const fault = JSON.stringify({
  type: 'about:blank',
  code: 'internal',
  status: 500,
  title: 'Something went wrong on the server',
  detail: 'It was recorded. Try again; if it stays, name the request to whoever runs this server.',
  request_id: 'req_an_example',
});

/**
 * Opens a screen, presses what is to be pressed, and waits until it shows what it has: no skeleton is left and nothing
 * moves. Fails when it shows a problem or nothing at all without being meant to, or the other way round.
 */
export async function visit(page: Page, base: string, screen: Screen): Promise<void> {
  const { fails } = screen;
  await page.unrouteAll();
  if (fails !== undefined)
    await page.route(
      (url) => `${url.pathname}${url.search}`.endsWith(fails),
      (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: fault }),
    );
  await page.goto(`${base}${screen.path}`, { waitUntil: 'load' });
  await settled(page);
  await expectShown(page, screen.shows);
  for (const press of screen.press ?? []) {
    await pressed(page, press).click({ timeout: 5_000 });
    await settled(page);
  }
  if (screen.press === undefined) return;
  await page.getByRole('dialog').waitFor({ timeout: 5_000 });
  await settled(page);
  // What is behind a dialog is there for nobody; a problem it was to show has been seen above.
  if (screen.shows !== 'problem') await expectShown(page, undefined);
}

function pressed(page: Page, press: Press): Locator {
  if (typeof press === 'object')
    return page.getByRole('table', { name: press.row, exact: true }).locator('tbody tr').first();
  const name = new RegExp(press);
  return page
    .getByRole('button', { name })
    .or(page.getByRole('menuitem', { name }))
    .filter({ visible: true })
    .first();
}

async function expectShown(page: Page, shows: Screen['shows']): Promise<void> {
  const problems = await page.getByRole('alert').filter({ visible: true }).allInnerTexts();
  if (problems.length > 0 !== (shows === 'problem'))
    throw new Error(problems.length > 0 ? `shows a problem: ${problems[0]}` : 'shows no problem');
  const nothing = (await page.getByRole('heading', { name: 'Nothing here' }).count()) > 0;
  if (nothing !== (shows === 'nothing')) throw new Error(nothing ? 'is not there' : 'shows something');
}

const isSettled = `document.querySelector('h1,[role=alert]') !== null
  && document.querySelector('[role=status][aria-label^="Loading"]') === null
  && document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity)`;

/**
 * Waits until the page has a heading, shows no skeleton and nothing moves. Asked from outside: the pages themselves
 * allow no code made from text. Live updates keep a connection open, so silence on the wire would never come.
 */
export async function settled(page: Page): Promise<void> {
  await page.locator('main').first().waitFor({ timeout: 15_000 });
  await until(async () => (await page.evaluate(isSettled)) === true, {
    what: 'the page to settle',
    deadlineMs: 15_000,
  });
}

/** How many pixels the page is wider than its window; 0 is right. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

export const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };

/** A browser window of somebody who is signed in, or of nobody. */
export function contextOf(
  browser: Browser,
  server: ConsoleServer,
  actor: Actor | undefined,
): Promise<BrowserContext> {
  return browser.newContext({
    viewport: sizes.wide,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-NZ',
    ...(actor === undefined ? {} : { extraHTTPHeaders: server.headersOf(actor) }),
  });
}
