import type { Page } from 'playwright-core';
import { until } from '../until.ts';
import type { Screen } from './screens.ts';

const fault = JSON.stringify({
  type: 'about:blank',
  code: 'internal',
  status: 500,
  title: 'Something went wrong on the server',
  detail: 'It was recorded. Try again; if it stays, name the request to whoever runs this server.',
  request_id: 'req_an_example',
});

/** Opens a screen and waits until it shows what it has: no skeleton is left and nothing is being fetched. */
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
  if (screen.press !== undefined) {
    await page.getByRole('button', { name: screen.press }).filter({ visible: true }).first().click();
    await page.getByRole('dialog').waitFor();
    await settled(page);
  }
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
