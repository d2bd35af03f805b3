import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { until } from '../until.ts';
import { type ConsoleContent, employeeCount, fillConsole, pathInMail } from './console-content.ts';
import { type ConsoleServer, openConsoleServer } from './console-server.ts';
import { openBrowser } from './open-browser.ts';
import type { Looker } from './screens.ts';
import { contextOf, settled, visit } from './visit.ts';

let server: ConsoleServer;
let content: ConsoleContent;
let browser: Browser;
before(async () => {
  // One after the other: where the browser does not start, the server is known and closed, and the file ends.
  server = await openConsoleServer();
  browser = await openBrowser();
  content = await fillConsole(server);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const contextFor = (who: Looker): Promise<BrowserContext> => contextOf(browser, server, content.actors[who]);

test('a customer signs off with the keyboard alone', async () => {
  const { signOff } = content.places;
  assert.ok(signOff, 'the estimate was sent with a link');
  const context = await contextFor('nobody');
  const page = await context.newPage();
  await page.goto(`${server.base}${signOff}`);
  await settled(page);
  await tabTo(page, 'Mail me a code');
  await page.keyboard.press('Enter');
  const code = await until(
    async () => (await pathInMail(server, content.actors.administrator, /\b\d{6}\b/)) ?? null,
    {
      what: 'the code is in the outbox',
    },
  );
  await page.getByText('The code is on its way.').waitFor();
  await tabTo(page, 'Code from the mail');
  await page.keyboard.type(code);
  await tabTo(page, 'Your full name');
  await page.keyboard.type('Ōriwa Owner');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await tabTo(page, 'Sign off', 'BUTTON');
  await page.keyboard.press('Enter');
  await page.getByText('Thank you.').waitFor({ timeout: 10_000 });
  await context.close();
});

test('a list is walked and opened with j, k and Enter', async () => {
  const context = await contextFor('staff');
  const page = await context.newPage();
  await visit(page, server.base, {
    name: 'employees',
    path: `/customers/${content.places.customer}/employees?environment=sandbox`,
    as: 'staff',
  });
  await page.locator('tbody tr').first().focus();
  for (const [key, index] of [
    ['j', 1],
    ['j', 2],
    ['k', 1],
  ] as const) {
    await page.keyboard.press(key);
    await page.locator(`tbody tr[data-index="${index}"]:focus`).waitFor({ timeout: 10_000 });
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/employees\/emp_/);
  await page.locator('main h1:focus').waitFor({ timeout: 10_000 }); // a screen reader says where one is now
  await context.close();
});

test('a list of more than 200 rows draws what is in sight, and the keyboard enters it and reaches its end', async () => {
  const context = await contextFor('staff');
  const page = await context.newPage();
  await visit(page, server.base, {
    name: 'employees',
    path: `/customers/${content.places.customer}/employees?environment=sandbox`,
    as: 'staff',
  });
  const employees = page.getByRole('table', { name: 'Employees', exact: true });
  const sorts = employees.getByRole('columnheader').getByRole('button');
  await page.getByText(`${employeeCount} (200 loaded)`).waitFor();
  assert.equal(await sorts.count(), 0, 'part of a list has no order to show');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText(`${employeeCount} in Employees`).waitFor();
  assert.ok((await sorts.count()) > 0);
  assert.ok((await page.locator('tbody[data-list] tr').count()) < 100);
  await page.keyboard.press('j');
  await page.locator('tbody tr[data-index="0"]:focus').waitFor({ timeout: 10_000 });
  await page.keyboard.press('End');
  await page.locator(`tbody tr[data-index="${employeeCount - 1}"]:focus`).waitFor({ timeout: 10_000 });
  await context.close();
});

test('sort and filter of a list stand in its address, follow it, and reach rows that are not loaded', async () => {
  const director = await server.person(['commercial-director'], 'Aroha Director');
  for (let first = 1; first <= 200; first += 10)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => first + index).map((n) =>
        server.call(director, 'POST', '/api/customers', {
          code: `LIST${1000 + n}`,
          name: `Zealandia ${n}`,
          serviceModel: 'supported',
        }),
      ),
    );
  const context = await contextFor('staff');
  const page = await context.newPage();
  await visit(page, server.base, { name: 'customers', path: '/customers', as: 'staff' });
  await page.getByText('(200 loaded) in Customers').waitFor();
  assert.equal(await page.getByText('LIST1200').count(), 0);
  await page.getByRole('button', { name: 'Code', exact: true }).click();
  await page.waitForURL(/sort=code/);
  await page.getByRole('button', { name: 'Code', exact: true }).click();
  await page.waitForURL(/sort=-code/);
  await page.getByText('LIST1200').waitFor();
  await page.getByLabel('Filter Customers').fill('list1200');
  await page.waitForURL(/q=list1200/);
  await page.getByText('1 in Customers').waitFor();
  await page.goto(page.url());
  await page.getByText('1 in Customers').waitFor();
  await page.getByRole('link', { name: 'Customers' }).first().click();
  await page.waitForURL(/customers$/);
  await until(async () => (await page.getByLabel('Filter Customers').inputValue()) === '');
  await page.getByText('(200 loaded) in Customers').waitFor();
  const asked = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const csv = await readFile(await (await asked).path(), 'utf8');
  assert.ok(csv.includes('LIST1001') && csv.includes('LIST1200'), 'the CSV holds every row');
  await context.close();
});

test('words that are not saved are not lost by a link', async () => {
  const { empty } = content.places;
  assert.ok(empty);
  const context = await contextFor('staff');
  const page = await context.newPage();
  const path = `/customers/${empty.customer}/estimates/${empty.draft}`;
  await visit(page, server.base, { name: 'draft', path, as: 'staff' });
  const assumptions = page.getByLabel('Assumptions');
  await assumptions.fill('Words that are not saved');
  const leave = page.getByRole('link', { name: 'Pipeline' });
  await leave.click();
  await page.locator('button:focus', { hasText: 'Stay' }).click();
  assert.equal(await assumptions.inputValue(), 'Words that are not saved');
  assert.match(page.url(), /estimates/);
  await leave.click();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.waitForURL(/pipeline/);
  await context.close();
});

test('neither Cancel nor Escape loses what was typed into a form unasked', async () => {
  const context = await contextFor('director');
  const page = await context.newPage();
  await visit(page, server.base, { name: 'customers', path: '/customers', as: 'director' });
  const form = page.getByRole('dialog');
  const begin = () => page.getByRole('button', { name: 'Add a customer' }).click();
  await begin();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.waitFor({ state: 'detached' });
  await begin();
  await form.getByLabel('Code').fill('TYPED');
  for (const leave of [
    () => form.getByRole('button', { name: 'Cancel' }).click(),
    () => page.keyboard.press('Escape'),
  ]) {
    await leave();
    await form.getByText('What you wrote is not sent.').waitFor();
    await page.keyboard.press('Enter'); // the focus is on what keeps it
    await form.getByRole('button', { name: 'Cancel' }).waitFor();
    assert.equal(await form.getByLabel('Code').inputValue(), 'TYPED');
  }
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.getByRole('button', { name: 'Discard it' }).click();
  await form.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Add a customer' }).waitFor({ timeout: 10_000 });
  await context.close();
});

test('what the server refuses is marked at its field, and the summary is in view and has the focus', async () => {
  const context = await contextFor('director');
  const page = await context.newPage();
  await page.setViewportSize({ width: 700, height: 420 });
  await visit(page, server.base, { name: 'customers', path: '/customers', as: 'director' });
  await page.getByRole('button', { name: 'Add a customer' }).click();
  const form = page.getByRole('dialog');
  const name = form.getByLabel('Name', { exact: true });
  const summary = form.getByRole('alert');
  const send = form.locator('button[type=submit]');
  await form.getByLabel('Code').fill('ZEROWIDTH');
  await name.fill('Zero\u200bWidth');
  for (let attempt = 0; attempt < 2; attempt++) {
    await send.scrollIntoViewIfNeeded();
    await send.click();
    await until(() => summary.evaluate((shown) => shown === document.activeElement).catch(() => false), {
      what: 'the summary has the focus',
    });
    assert.equal(await isInView(summary), true);
    assert.match(String(await summary.textContent()), /Name.*U\+200B at position 5/);
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    const described = String(await name.getAttribute('aria-describedby'))
      .split(' ')
      .at(-1);
    assert.match(String(await page.locator(`[id="${described}"]`).textContent()), /^This holds .*U\+200B/);
    assert.equal(await form.getByLabel('Code').getAttribute('aria-invalid'), null);
    await summary.getByRole('button').first().click();
    assert.equal(await name.evaluate((field) => field === document.activeElement), true);
    await page.keyboard.press('End');
    await page.keyboard.type('!');
    assert.equal(await name.evaluate((field) => field === document.activeElement), true, 'typing goes on');
  }
  await name.fill('Zero Width');
  await send.click();
  await form.waitFor({ state: 'detached' });
  await context.close();
});

test('a dialog of a menu gives the focus back to its button, and one over a panel to the panel, then to the row', async () => {
  const { midway, customer } = content.places;
  assert.ok(midway);
  const context = await contextFor('staff');
  const page = await context.newPage();
  const dialogs = page.locator('[role=dialog]');
  const leave = async (left: number) => {
    await page.keyboard.press('Escape');
    await until(async () => (await dialogs.count()) === left);
  };
  const focused = (what: string, hasText: string) =>
    page.locator(`${what}:focus`, { hasText }).waitFor({ timeout: 10_000 });
  await visit(page, server.base, {
    name: 'integration',
    path: `/customers/${midway.customer}/integrations/${midway.integration}`,
    as: 'staff',
    press: ['^More$', 'hold'],
  });
  await leave(0);
  await focused('button', 'More');
  await visit(page, server.base, {
    name: 'transfer',
    path: `/customers/${customer}?tab=files&environment=sandbox`,
    as: 'staff',
    press: [{ row: 'Transfers' }, '^Approve$'],
  });
  await leave(1);
  await focused('button', 'Approve');
  await leave(0);
  await focused('tr', 'Held for approval');
  await context.close();
});

test('a page that is open shows what others do, and catches up after the connection was lost', async () => {
  const context = await contextFor('staff');
  const page = await context.newPage();
  const { midway } = content.places;
  assert.ok(midway);
  const own = `/customers/${midway.customer}`;
  const listening = Promise.withResolvers<void>();
  await context.route('**/api/live', (route) => listening.promise.then(() => route.continue()));
  await visit(page, server.base, { name: 'customer', path: own, as: 'staff' });
  const add = (name: string) =>
    server.call(content.actors.staff, 'POST', `/api${own}/contacts`, {
      name,
      email: `${name.toLowerCase()}@live.example`,
      kind: 'other',
    });
  await add('Kiri'); // between what the page has read and the moment at which it listens
  listening.resolve();
  await page.getByText('Kiri', { exact: true }).waitFor({ timeout: 10_000 });
  await context.unrouteAll();
  await add('Anahera');
  await page.getByText('Anahera', { exact: true }).waitFor({ timeout: 10_000 });
  server.cutConnections();
  const other = await fetch(`${server.base}/api/live`, { headers: server.headersOf(content.actors.staff) });
  const told = other.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(told);
  await add('Tamati'); // told to another page while this one is not connected
  for (let text = ''; !text.includes(midway.customer); ) text += (await told.read()).value ?? '';
  await page.getByText('Tamati', { exact: true }).waitFor({ timeout: 20_000 });
  await told.cancel();
  await context.close();
});

test('more tabs than a browser has connections all show what others do, whichever of them is closed', async () => {
  const { midway } = content.places;
  assert.ok(midway);
  const own = `/customers/${midway.customer}`;
  const context = await contextFor('staff');
  const pages: Page[] = [];
  for (let n = 0; n < 7; n++) {
    const page = await context.newPage();
    await visit(page, server.base, { name: 'customer', path: own, as: 'staff' });
    pages.push(page);
  }
  const add = (name: string) =>
    server.call(content.actors.staff, 'POST', `/api${own}/contacts`, {
      name,
      email: `${name.toLowerCase()}@tabs.example`,
      kind: 'other',
    });
  const allShow = (name: string) =>
    Promise.all(pages.map((page) => page.getByText(name, { exact: true }).waitFor({ timeout: 10_000 })));
  await add('Wiremu');
  await allShow('Wiremu');
  await pages.shift()?.close();
  await add('Hinemoa');
  await allShow('Hinemoa');

  const [hidden, seen] = [pages[0], pages[1]];
  assert.ok(hidden && seen);
  const look = (state: boolean) =>
    hidden.evaluate(`Object.defineProperty(document, 'hidden', { value: ${state}, configurable: true });
      Object.defineProperty(document, 'visibilityState', { value: '${state ? 'hidden' : 'visible'}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); 0`);
  await look(true);
  const reads: string[] = [];
  hidden.on('request', (request) => reads.push(request.url()));
  await add('Rangi');
  await seen.getByText('Rangi', { exact: true }).waitFor({ timeout: 10_000 });
  await add('Moana');
  await seen.getByText('Moana', { exact: true }).waitFor({ timeout: 10_000 });
  assert.deepEqual(reads, [], 'a tab that is not looked at reads nothing');
  await look(false);
  await hidden.getByText('Moana', { exact: true }).waitFor({ timeout: 10_000 });
  await context.close();
});

test('a one-time link that is opened shows no secret until its button is pressed, then shows it once', async () => {
  const { oneTimeLink } = content.places;
  assert.ok(oneTimeLink, 'the link to the key was mailed');
  const context = await contextFor('nobody');
  const page = await context.newPage();
  await visit(page, server.base, { name: 'link', path: oneTimeLink, as: 'nobody' });
  await visit(page, server.base, { name: 'link', path: oneTimeLink, as: 'nobody' });
  await page.getByRole('button', { name: 'Show the secret' }).click();
  await page.getByText('Shown this once.').waitFor();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByText('It is not shown again').waitFor();
  await context.close();
  const other = await contextFor('nobody');
  const again = await other.newPage();
  await visit(again, server.base, { name: 'link', path: oneTimeLink, as: 'nobody' });
  await again.getByText('This link was used already.').waitFor();
  await other.close();
});

test('a page whose script is gone after an update offers to reload, and one that goes wrong itself names its fault', async () => {
  const context = await contextFor('staff');
  const page = await context.newPage();
  await visit(page, server.base, { name: 'my-work', path: '/', as: 'staff' });
  await page.route('**/assets/reports-page-*.js', (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('link', { name: 'Reports' }).click();
  await page.getByText('Fairlead was updated since this page was opened').waitFor();
  await page.unrouteAll();
  await page.route('**/api/playbook', (route) =>
    route.fulfill({ json: { version: 1, states: 7, rows: [] } }),
  );
  const recorded = page.waitForResponse('**/api/page-faults');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByText(/Something on this page went wrong/).waitFor();
  assert.equal((await recorded).status(), 204);
  const { id } = (await recorded).request().postDataJSON();
  await page.getByText(`fault ${id}.`).waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByRole('heading', { name: /^Implementation process/ }).waitFor();
  await context.close();
});

test('the first screen needs at most 250 KB of compressed script', async () => {
  const context = await contextFor('staff');
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.js(\?|$)/.test(response.url()))
      scripts.push(
        response
          .request()
          .sizes()
          .then((sizes) => sizes.responseBodySize),
      );
  });
  await visit(page, server.base, { name: 'my-work', path: '/', as: 'staff' });
  const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
  assert.ok(bytes > 20_000 && bytes <= 250 * 1024, `${bytes} bytes`);
  await context.close();
});

/** Presses Tab until the element with this name has the focus; fails after a hundred. */
async function tabTo(page: Page, name: string, tag?: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    await page.keyboard.press('Tab');
    const at: string = await page.evaluate(`(() => {
      const element = document.activeElement;
      const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent ?? '';
      return element.tagName + ' ' + label.trim();
    })()`);
    const [at0 = '', ...rest] = at.split(' ');
    if (rest.join(' ').startsWith(name) && (tag === undefined || at0 === tag)) return;
  }
  assert.fail(`the keyboard does not reach “${name}”`);
}

/** Whether the whole of an element is within the window and within what scrolls around it. */
function isInView(shown: Locator): Promise<boolean> {
  return shown.evaluate(async (element) => {
    const ratio = await new Promise<number>((resolve) =>
      new IntersectionObserver(([entry]) => resolve(entry?.intersectionRatio ?? 0)).observe(element),
    );
    return ratio > 0.99;
  });
}
