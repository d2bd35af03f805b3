import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { portsFrom } from '../server/cli/ports.ts';
import { fillConsole } from '../server/testing/browser/console-content.ts';
import { openConsoleServer } from '../server/testing/browser/console-server.ts';
import { openBrowser } from '../server/testing/browser/open-browser.ts';
import {
  type Looker,
  lookers,
  type Places,
  type Screen,
  screensOf,
} from '../server/testing/browser/screens.ts';
import { contextOf, settled, sizes, visit } from '../server/testing/browser/visit.ts';
import { root } from './checks/project-files.ts';
import { readOptions } from './read-options.ts';
import { openTestPostgres } from './test-postgres.ts';

// Pictures of every screen, light and dark, 1440 and 360 px wide, in screens/, from a demonstration that it plays itself
// and, for what no demonstration has, from the content of the browser tests.
const values = readOptions({ only: { type: 'string', default: '.' } });
const only = new RegExp(values.only);
const folder = join(root, 'screens');

interface Json {
  [name: string]: unknown;
}

const server = await startDemonstration();
const postgres = await openTestPostgres();
const filled = await openConsoleServer();
const browser = await openBrowser();
try {
  // Pictures of screens that are no more would be taken for those of today.
  if (values.only === '.') await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  console.log(`${await takePictures(browser)} pictures in ${folder}`);
} finally {
  await browser.close();
  await filled.close();
  await postgres.stop();
  await server.stop();
}

async function takePictures(from: Browser): Promise<number> {
  const roles = {
    staff: 'integrations-manager',
    director: 'commercial-director',
    administrator: 'administrator',
  };
  const staff = await signedIn(from, server.linkOf(roles.staff));
  const director = await signedIn(from, server.linkOf(roles.director));
  const administrator = await signedIn(from, server.linkOf(roles.administrator));
  const places = await findPlaces(staff, administrator);
  const portal = await signedIn(from, await portalLink(administrator, places.customer));
  const states = {
    nobody: undefined,
    staff: await staff.storageState(),
    director: await director.storageState(),
    administrator: await administrator.storageState(),
    portal: await portal.storageState(),
  };
  const screens: Screen[] = [...screensOf(places), { name: 'docs', path: '/docs', as: 'nobody' }];
  const taken = await pictures(screens, server.base, (as) => {
    const state = states[as];
    return from.newContext({
      locale: 'en-NZ',
      reducedMotion: 'reduce',
      ...(state === undefined ? {} : { storageState: state }),
    });
  });
  // What no demonstration has: an empty customer, gates that went stale, what waits to be decided, hundreds of employees.
  const content = await fillConsole(filled);
  const others = screensOf(content.places).filter(({ name }) => !screens.some((one) => one.name === name));
  return taken + (await pictures(others, filled.base, (as) => contextOf(from, filled, content.actors[as])));
}

async function pictures(
  screens: Screen[],
  base: string,
  contextFor: (as: Looker) => Promise<BrowserContext>,
): Promise<number> {
  let taken = 0;
  for (const who of lookers) {
    const theirs = screens.filter((one) => one.as === who && only.test(one.name));
    if (theirs.length === 0) continue;
    const context = await contextFor(who);
    const page = await context.newPage();
    for (const screen of theirs)
      for (const [width, size] of [
        [1440, sizes.wide],
        [360, sizes.narrow],
      ] as const) {
        await page.setViewportSize(size);
        await visit(page, base, screen).catch((error: Error) =>
          console.log(`${screen.name}: ${error.message.split('\n')[0]}`),
        );
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await settled(page).catch(() => {});
          await page.screenshot({
            fullPage: screen.name === 'components',
            path: join(folder, `${screen.name}-${width}-${colorScheme}.png`),
          });
          taken += 1;
        }
      }
    await context.close();
  }
  return taken;
}

/** Opens a sign-in link and presses its button. */
async function signedIn(from: Browser, link: string): Promise<BrowserContext> {
  const context = await from.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${server.base}/`);
  await page.close();
  return context;
}

async function get(as: BrowserContext, path: string): Promise<Json & { items: Json[] }> {
  return (await as.request.get(`${server.base}${path}`)).json();
}

/** The customer, integration and so on that the demonstration has made. */
async function findPlaces(staff: BrowserContext, administrator: BrowserContext): Promise<Places> {
  const first = async (path: string) => (await get(staff, path)).items?.[0];
  const integration = await first('/api/integrations');
  const customer = String((integration?.['customer'] as Json | undefined)?.['id']);
  const own = `/api/customers/${customer}`;
  const estimate = (await first(`${own}/estimates`))?.['id'] as string | undefined;
  const view = estimate ? await get(staff, `${own}/estimates/${estimate}`) : undefined;
  const acceptances = (view?.['acceptances'] ?? []) as Json[];
  const employee = await first(`${own}/environments/sandbox/employees`);
  const ticket = await first('/api/tickets');
  return {
    customer,
    integration: String(integration?.['id']),
    estimate,
    employee: employee?.['employeeId'] as string | undefined,
    ticket: ticket?.['id'] as string | undefined,
    acceptance: acceptances[0]?.['id'] as string | undefined,
    signedOff: await inMail(administrator, /\/sign-off\/[\w-]+/),
    usedLink: await inMail(administrator, /\/links\/[\w-]+/),
    isLive: true,
  };
}

/** The newest text of a kind that a mail in the outbox holds. */
async function inMail(
  administrator: BrowserContext,
  pattern: RegExp,
  query = '',
): Promise<string | undefined> {
  for (const { id } of (await get(administrator, `/api/outbox?limit=200${query}`)).items) {
    const found = pattern.exec(String((await get(administrator, `/api/outbox/${id}`))['text'] ?? ''))?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Asks for a sign-in link for one of the customer's people and reads it in the outbox. */
async function portalLink(administrator: BrowserContext, customer: string): Promise<string> {
  const view = await get(administrator, `/api/customers/${customer}`);
  const person = (view['contacts'] as Json[]).find((contact) => contact['person'] !== null);
  const email = String(person?.['email']);
  await administrator.request.post(`${server.base}/api/auth/sign-in/magic-link`, {
    data: { email, callbackURL: '/' },
    headers: { origin: server.base },
  });
  const link = await inMail(
    administrator,
    /https?:\S+\/sign-in\/link\S+/,
    `&kind=sign-in&q=${encodeURIComponent(email)}`,
  );
  if (link === undefined) throw new Error(`no sign-in link came to ${email}`);
  return link;
}

interface Demonstration {
  base: string;
  linkOf(role: string): string;
  stop(): Promise<void>;
}

/** Starts a server on a free port and a folder of its own, and waits until its demonstration has been played. */
async function startDemonstration(): Promise<Demonstration> {
  const { http: port } = await portsFrom(0);
  const dataDir = await mkdtemp(join(tmpdir(), 'fairlead-screens-'));
  await chmod(dataDir, 0o755); // the database runs as a user of its own when this one is root
  const child = spawn(
    process.execPath,
    [join(root, 'server/main.ts'), 'start', '--port', String(port), '--data-dir', dataDir],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  const greeted = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
      if (/administrator\s[^\n]*\n\s*http\S+\s/.test(output)) resolve();
    });
    child.once('exit', () => reject(new Error('the server ended before it was ready')));
  });
  await greeted;
  return {
    base: `http://localhost:${port}`,
    linkOf: (role) => new RegExp(`${role}[^\\n]*\\n\\s*(http\\S+)`).exec(output)?.[1] ?? '',
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
