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
 * moves. Fails when it shows a problem or nothing at all without being meant to, or the other way round. With `from`,
 * the screen this page shows now, it goes on from there by a change of address where nothing of it would stay behind.
 */
export async function visit(page: Page, base: string, screen: Screen, from?: Screen): Promise<void> {
  const { fails } = screen;
  await page.unrouteAll();
  if (fails !== undefined)
    await page.route(
      (url) => `${url.pathname}${url.search}`.endsWith(fails),
      (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: fault }),
    );
  if (from !== undefined && leavesNothing(from) && fails === undefined) await goOn(page, screen);
  else await page.goto(`${base}${screen.path}`, { waitUntil: 'load' });
  await settled(page);
  await expectShown(page, screen.shows);
  for (const press of screen.press ?? []) {
    await perform(page, press);
    await settled(page);
  }
  if (screen.press === undefined || screen.stays) return;
  await page.getByRole('dialog').last().waitFor({ timeout: 5_000 });
  await settled(page);
  // What is behind a dialog is there for nobody; a problem it was to show has been seen above.
  if (screen.shows !== 'problem') await expectShown(page, undefined);
}

/** Words that were typed are guarded, and a fault is asked about again. */
const leavesNothing = ({ fails, press = [] }: Screen) =>
  fails === undefined && !press.some((one) => typeof one === 'object' && 'type' in one);

/** Closes what is open and changes the address, as a link would. */
async function goOn(page: Page, screen: Screen): Promise<void> {
  const dialog = page.locator('[role=dialog]'); // also one that lies under another
  for (let open = await dialog.count(); open > 0; open--) {
    await page.keyboard.press('Escape');
    await until(async () => (await dialog.count()) < open, { what: 'a dialog closes', deadlineMs: 5_000 });
  }
  await goTo(page, screen.path);
}

/** As a link would, without loading the page anew. */
const goTo = (page: Page, path: string) =>
  page.evaluate(`__TSR_ROUTER__.history.push(${JSON.stringify(path)}); 0`);

async function perform(page: Page, press: Press): Promise<void> {
  const brief = { timeout: 5_000 };
  if (typeof press === 'string') await named(page, press).click(brief);
  else if ('row' in press)
    await page.getByRole('table', { name: press.row, exact: true }).locator('tbody tr').first().click(brief);
  else if ('goTo' in press) await goTo(page, press.goTo);
  else if ('check' in press) await page.getByLabel(press.check).first().check(brief);
  else await page.getByLabel(press.type).first().fill('Words that nobody has saved', brief);
}

function named(page: Page, text: string): Locator {
  const name = new RegExp(text);
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

/** The router of the console puts itself there; other pages have none. */
const isThere = `(self.__TSR_ROUTER__ === undefined
  || self.__TSR_ROUTER__.state.resolvedLocation?.href === self.__TSR_ROUTER__.latestLocation.href)`;
const isSettled = `${isThere}
  && document.querySelector('h1,[role=alert]') !== null
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
