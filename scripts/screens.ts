import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext } from 'playwright-core';
import { addEmptyCustomer } from '../server/testing/browser/console-states.ts';
import { openBrowser } from '../server/testing/browser/open-browser.ts';
import { type Places, type Screen, screensOf } from '../server/testing/browser/screens.ts';
import { visit } from '../server/testing/browser/visit.ts';
import { root } from './checks/project-files.ts';
import { type Call, takeMidway } from './screens/midway.ts';

// Pictures of every screen, light and dark, 1440 and 360 px wide, in screens/, from a demonstration that it plays itself.
const { values } = parseArgs({ options: { only: { type: 'string', default: '.' } } });
const only = new RegExp(values.only);
const folder = join(root, 'screens');

interface Json {
  [name: string]: unknown;
}

const server = await startDemonstration();
const browser = await openBrowser();
try {
  await mkdir(folder, { recursive: true });
  console.log(`${await takePictures(browser)} pictures in ${folder}`);
} finally {
  await browser.close();
  await server.stop();
}

async function takePictures(from: Browser): Promise<number> {
  const staff = await signedIn(from, server.linkOf('integrations-manager'));
  const administrator = await signedIn(from, server.linkOf('administrator'));
  const hands = {
    director: caller(await signedIn(from, server.linkOf('commercial-director'))),
    manager: caller(staff),
  };
  const places = {
    ...(await findPlaces(staff, administrator)),
    midway: await takeMidway(hands),
    empty: await addEmptyCustomer(hands),
  };
  const portal = await signedIn(from, await portalLink(administrator, places.customer));
  const states = {
    nobody: undefined,
    staff: await staff.storageState(),
    portal: await portal.storageState(),
  };
  let taken = 0;
  for (const width of [1440, 360])
    for (const colorScheme of ['light', 'dark'] as const)
      for (const who of ['nobody', 'staff', 'portal'] as const) {
        const state = states[who];
        const context = await from.newContext({
          viewport: { width, height: width === 360 ? 740 : 900 },
          colorScheme,
          ...(state === undefined ? {} : { storageState: state }),
        });
        const page = await context.newPage();
        for (const screen of screensOf(places).filter(
          (one: Screen) => one.as === who && only.test(one.name),
        )) {
          await visit(page, server.base, screen).catch((error: Error) =>
            console.log(`${screen.name}: ${error.message.split('\n')[0]}`),
          );
          await page.screenshot({ path: join(folder, `${screen.name}-${width}-${colorScheme}.png`) });
          taken += 1;
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

/** Asks the API as whoever is signed in. */
function caller(as: BrowserContext): Call {
  return async (method, path, data) => {
    const reply = await as.request.fetch(`${server.base}${path}`, {
      method,
      headers: { origin: server.base },
      ...(method === 'GET' ? {} : { data: data ?? {} }),
    });
    if (!reply.ok())
      throw new Error(`${method} ${path} was answered ${reply.status()}: ${await reply.text()}`);
    return reply.json();
  };
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
    signOff: await inMail(administrator, /\/sign-off\/[\w-]+/),
    oneTimeLink: await inMail(administrator, /\/links\/[\w-]+/),
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
  const port = await freePort();
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
