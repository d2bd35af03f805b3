import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { access, createSignIn } from '#modules/access/index.ts';
import { openLibraryPool } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import { commonProblems } from '#platform/problem.ts';
import { buildConsole } from '../../cli/build-console.ts';
import { portsFrom } from '../../cli/ports.ts';
import { consoleFiles } from '../../doors/http/console-files.ts';
import { buildHttp } from '../../doors/http/open-http.ts';
import { modules } from '../../wiring.ts';
import { openTestDatabase, type TestDatabase } from '../database.ts';
import { makePerson } from '../factories.ts';
import { runJobs } from '../jobs.ts';
import { newestMail } from '../outbox.ts';
import { until } from '../until.ts';
import { openBrowser } from './open-browser.ts';

const email = 'ruia@vendor.example';
let t: TestDatabase;
let app: Http;
let base: string;
let browser: Browser;
const closers: (() => Promise<unknown>)[] = [];

before(async () => {
  await buildConsole();
  const { http } = await portsFrom(0);
  base = `http://localhost:${http}`;
  t = await openTestDatabase({ server: { publicUrl: base } });
  closers.push(() => t.close());
  const pool = openLibraryPool(t.ownerUrl, 2);
  closers.push(() => pool.end());
  const signIn = createSignIn(t.platform, pool);
  app = await buildHttp(t.platform, modules, {
    authenticator: {
      person: signIn.person,
      credential: async () => {
        throw commonProblems['signed-out']();
      },
    },
    extend: async (door) => {
      signIn.routes(door);
      await consoleFiles(door);
    },
  });
  await app.listen({ port: http, host: 'localhost' });
  closers.push(() => app.close());
  browser = await openBrowser();
  closers.push(() => browser.close());
  await makePerson(t.platform, { roles: ['administrator'], name: 'Ruia Rewi', email });
});
after(async () => {
  for (const close of closers.reverse()) await close();
});

/** Asks for a link on the sign-in page, or on the page that leads there, and reads it in the outbox. */
async function askForLink(context: BrowserContext, from = '/sign-in'): Promise<string> {
  const newest = () => newestMail(t, {}, 'sign-in', email);
  const before = await newest();
  const page = await context.newPage();
  await page.goto(`${base}${from}`);
  await page.getByLabel('Mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a sign-in link' }).click();
  const mail = await until(async () => {
    await runJobs(t, [access]);
    const found = await newest();
    return found?.id === before?.id ? undefined : found;
  });
  await page.close();
  return /http\S+/.exec(mail.text)?.[0] ?? '';
}

/** Gives a page a device of its own that holds passkeys and always recognises its user. */
async function plugInAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
}

test('a mailed link signs in once, by its button; whoever merely opens it uses nothing up', async () => {
  const context = await browser.newContext();
  const link = await askForLink(context);
  for (let scans = 0; scans < 3; scans++)
    assert.equal((await fetch(link, { headers: { accept: 'text/html' } })).status, 200);
  const page = await context.newPage();
  await page.goto(link);
  await page.getByText('You sign in on this device as').waitFor();
  await page.getByText(email).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('My work').first().waitFor();
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name.includes('session_token'));
  assert.ok(session?.httpOnly);
  assert.equal(session.sameSite, 'Lax');
  await context.close();

  const second = await browser.newContext();
  const again = await second.newPage();
  await again.goto(link);
  await again.getByText('That link was used already or has expired').waitFor();
  await second.close();
});

test('the page that was asked for is there after the sign-in, by mail or passkey; another site never is', async () => {
  const asked = '/customers?q=k%C5%8Dwhai%26co&sort=-name';
  const context = await browser.newContext();
  const page = await context.newPage();
  await plugInAuthenticator(page);
  await page.goto(await askForLink(context, asked));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${base}${asked}`);
  await page.goto(`${base}/settings`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Passkey added').waitFor();

  await context.clearCookies();
  await page.goto(`${base}${asked}`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(`${base}${asked}`);

  await context.clearCookies();
  await page.goto(`${base}/sign-in?to=${encodeURIComponent('//elsewhere.example/')}`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(`${base}/`);
  await context.close();
  await t.owner`delete from auth.passkey`;
  await t.owner`delete from platform.audit where action = 'passkey.insert'`;
});

test('a passkey of the device signs in without a mail; another device is sent to the mail', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await plugInAuthenticator(page);
  await page.goto(await askForLink(context));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('My work').first().waitFor();
  await page.goto(`${base}/settings`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Passkey added').waitFor();
  await page.getByText(/Chrome, /).waitFor();

  await context.clearCookies();
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('Ruia Rewi').first().waitFor();
  const trail = await t.owner`select 1 from platform.audit where action = 'passkey.insert'`;
  assert.equal(trail.length, 1);

  await page.goto(`${base}/settings`);
  await page.getByRole('button', { name: /^Take away the passkey/ }).click();
  await page.getByText(/^Passkey taken away/).waitFor();
  assert.equal((await t.owner`select 1 from auth.passkey`).length, 0);
  await context.clearCookies();
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('Use the link by mail').waitFor({ timeout: 20_000 });

  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await plugInAuthenticator(elsewhere);
  await elsewhere.goto(`${base}/sign-in`);
  await elsewhere.getByRole('button', { name: 'Use a passkey' }).click();
  await elsewhere.getByText('Use the link by mail').waitFor({ timeout: 20_000 });
  await other.close();
  await context.close();
});
