import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Actor } from '#platform/actor.ts';
import { parseId, showId } from '#platform/ids.ts';
import { estimateContent } from '../estimate-content.ts';
import { until } from '../until.ts';
import { pathInMail } from './console-content.ts';
import { type ConsoleServer, openConsoleServer } from './console-server.ts';
import { openBrowser } from './open-browser.ts';
import { overflowOf, settled } from './visit.ts';

let server: ConsoleServer;
let browser: Browser;
let manager: Actor;
let colleague: Actor;
let director: Actor;
let administrator: Actor;
let own: string;
before(async () => {
  // One after the other: where the browser does not start, the server is known and closed, and the file ends.
  server = await openConsoleServer();
  browser = await openBrowser();
  manager = await server.person(['integrations-manager'], 'Mere Manager');
  colleague = await server.person(['integrations-manager'], 'Aroha Colleague');
  director = await server.person(['commercial-director'], 'Dave Director');
  administrator = await server.person(['administrator'], 'Ada Administrator');
  const customer = await server.call(director, 'POST', '/api/customers', {
    code: 'KAURI',
    name: 'Kauri',
    serviceModel: 'fms',
  });
  own = `/customers/${customer.id}`;
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page as somebody, or as nobody. */
async function open(path: string, as: Actor | null, width = 1440): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    timezoneId: 'Australia/Perth',
    ...(as === null ? {} : { extraHTTPHeaders: server.headersOf(as) }),
  });
  const page = await context.newPage();
  await page.goto(`${server.base}${path}`);
  await settled(page);
  return page;
}

async function draft(): Promise<string> {
  const made = await server.call(manager, 'POST', `/api${own}/estimates`, { content: estimateContent });
  return `${own}/estimates/${made.id}`;
}

test('who saves after somebody else is told by whom, and keeps the words of both', async () => {
  const path = await draft();
  const page = await open(path, manager);
  await page.getByLabel('Exclusions').fill('Words of Mere');
  await server.call(colleague, 'PUT', `/api${path}/draft`, {
    basedOn: { version: 1, revision: 1 },
    content: { ...estimateContent, title: 'Title of Aroha' },
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Aroha Colleague saved version 1 while you were writing').waitFor({ timeout: 10_000 });
  assert.equal(await page.getByLabel('Exclusions').inputValue(), 'Words of Mere');
  await page.getByRole('button', { name: 'Put both together' }).click();
  assert.equal(await page.getByLabel('Title').inputValue(), 'Title of Aroha');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  const saved = await server.call(manager, 'GET', `/api${path}`);
  const [version] = saved['versions'] as unknown as { revision: number; content: { exclusions: string[] } }[];
  assert.deepEqual([version?.revision, version?.content.exclusions], [3, ['Words of Mere']]);

  const clash = async (revision: number) => {
    await page.getByLabel('Exclusions').fill(`Mine ${revision}`);
    await server.call(colleague, 'PUT', `/api${path}/draft`, {
      basedOn: { version: 1, revision },
      content: { ...estimateContent, exclusions: [`Hers ${revision}`], assumptions: [`Hers ${revision}`] },
    });
    // By now the page listens: it learns of it without saving.
    await page.getByText('You both changed the exclusions.').waitFor({ timeout: 10_000 });
  };
  await clash(3);
  await page.getByRole('button', { name: 'Go on with my words' }).click();
  assert.equal(await page.getByLabel('Assumptions').inputValue(), 'Hers 3');
  assert.equal(await page.getByLabel('Exclusions').inputValue(), 'Mine 3');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  await clash(5);
  await page.getByRole('button', { name: 'Take theirs, discard mine' }).click();
  assert.equal(await page.getByLabel('Exclusions').inputValue(), 'Hers 5');
  await page.context().close();
});

test('on a narrow screen every field of a line is there without scrolling sideways', async () => {
  const page = await open(await draft(), manager, 360);
  for (const field of ['Deliverable', 'Role', 'Pessimistic hours', 'Rate']) {
    const box = await page.getByLabel(`${field} of line 1`).boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 360, `${field} ends at ${box && box.x + box.width}`);
  }
  assert.equal(await overflowOf(page), 0);
  await page.context().close();
});

test('a wrong code is shown at its field, times in the zone of the reader; the signature can be verified', async () => {
  const path = await draft();
  const contact = await server.call(director, 'POST', `/api${own}/contacts`, {
    name: 'Ōriwa Owner',
    email: 'oriwa@kauri.example',
    kind: 'signatory',
    hasAuthority: true,
  });
  await server.call(manager, 'POST', `/api${path}/submit`);
  await server.call(director, 'POST', `/api${path}/finalise`);
  await server.call(director, 'POST', `/api${path}/send`, { contacts: [contact.id] });
  const signOff = await pathInMail(server, administrator, /\/sign-off\/[\w-]+/);
  const page = await open(String(signOff), null, 360);
  assert.equal(await overflowOf(page), 0);
  await page.getByText('(Australia/Perth)').waitFor();
  await page.getByText('(Pacific/Auckland)').waitFor();
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await page.getByText('The code is on its way.').waitFor();
  const code = await until(async () => (await pathInMail(server, administrator, /\b\d{6}\b/)) ?? null, {
    what: 'the code is in the outbox',
  });
  const field = page.getByLabel('Code from the mail');
  await field.fill(code === '000000' ? '000001' : '000000');
  await page.getByLabel('Your full name').fill('Ōriwa Owner');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Sign off' }).click();
  await until(async () => (await field.getAttribute('aria-invalid')) === 'true', {
    what: 'the field is marked',
  });
  const described = String(await field.getAttribute('aria-describedby'));
  assert.match(
    await page.locator(`[id="${described}"]`).textContent().then(String),
    /not the code in the newest mail/,
  );
  await field.fill(code);
  await page.getByRole('button', { name: 'Sign off' }).click();
  await page.getByText('Thank you.').waitFor({ timeout: 10_000 });
  await page.getByRole('link', { name: 'Verify this signature' }).click();
  await page.getByText('Everything is as it was signed.').waitFor();
  assert.equal(await overflowOf(page), 0);
  await page.getByLabel('Is your file the one that was signed?').setInputFiles({
    name: 'other.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('another file'),
  });
  await page.getByText('No, this is another file.').waitFor();
  await page.context().close();
});

test('the helpdesk finds what is not loaded: an old ticket, and mail that waits', async () => {
  const { owner } = server.database;
  const customerId = parseId('cus', own.replace('/customers/', '')) ?? '';
  await owner`select set_config('app.customer', ${customerId}, false)`;
  await owner`
    insert into desk.tickets (customer_id, subject, requester_address, verified, created_at, updated_at)
    select ${customerId}, case n when 1 then 'Rōpū of old' else 'Ticket ' || n end, 'a@kauri.example', true, now(), now()
    from generate_series(1, 260) n`;
  for (const subject of ['Held about leave', 'Held about pay']) {
    const content = { from: { name: null, address: 'b@far.example' }, to: [], subject, text: '', html: null };
    const kept = { ...content, messageId: null, references: [], attachments: [] };
    const [inbox] = await owner<{ id: string }[]>`
      insert into desk.inbox (object_key, sha256, size_bytes, envelope_from, envelope_to, remote_address, received_at)
      values ('none', '', 1, 'b@far.example', '{}', '127.0.0.1', now()) returning id`;
    await owner`insert into desk.held_mails (inbox_id, reason, content, received_at)
      values (${inbox?.id ?? ''}, 'unknown-sender', ${owner.json(kept)}, now())`;
  }
  const page = await open('/helpdesk', manager);
  assert.equal(await page.getByText('Rōpū of old').count(), 0, 'it is not loaded');
  await page.getByLabel('Filter Tickets').fill('ropu');
  await page.getByText('Rōpū of old').waitFor();
  await page.getByLabel('Status').selectOption('closed');
  await page.getByText('Nothing fits').waitFor();
  await page.getByRole('tab', { name: 'Held mail' }).click();
  await page.getByText('Held about pay').waitFor();
  await page.getByLabel('Search held mail').fill('leave');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await until(async () => (await page.getByText('Held about pay').count()) === 0, {
    what: 'the other is gone',
  });
  await page.getByRole('button', { name: 'Add to a ticket' }).click();
  await page.getByLabel('Search', { exact: true }).fill('ropu');
  await page.getByLabel(/Rōpū of old/).check();
  await page.getByRole('button', { name: 'Add the mail' }).click();
  await page.getByText('Mail added to the ticket').waitFor();
  await page.getByLabel('Search held mail').fill('');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByRole('button', { name: 'Discard' }).first().press('Enter');
  await page.getByText('Mail discarded').waitFor();
  await until(async () => (await page.getByText('Held about pay').count()) === 0, { what: 'it is gone' });
  const focused = await page.evaluate('document.activeElement.tagName');
  assert.notEqual(focused, 'BODY', 'the keyboard goes on from the list, not from the top of the page');
  await page.context().close();
});

test('a reply shows who gets it with every address, leaves an outsider out until it is chosen, and goes to what was shown', async () => {
  const { owner } = server.database;
  const customerId = parseId('cus', own.replace('/customers/', '')) ?? '';
  await owner`select set_config('app.customer', ${customerId}, false)`;
  await owner`insert into customers.contacts (customer_id, name, email, kind, created_at)
    values (${customerId}, 'Hēmi', 'hemi@kauri.example', 'project-owner', now())`;
  const [ticket] = await owner<{ id: string }[]>`
    insert into desk.tickets (customer_id, subject, requester_name, requester_address, verified, created_at, updated_at)
    values (${customerId}, 'Who gets it', 'Hēmi', 'hemi@kauri.example', true, now(), now()) returning id`;
  for (const address of ['hemi@kauri.example', 'eve@far.example'])
    await owner`
      insert into desk.participants (customer_id, ticket_id, address, name, first_seen_at, admitted_at, admitted_by)
      values (${customerId}, ${ticket?.id ?? ''}, ${address}, 'Hēmi', now(), now(), 'Fairlead')`;
  const page = await open(`${own}/tickets/${showId('tkt', ticket?.id ?? '')}`, manager, 360);
  const how = (address: string) => page.getByLabel(`How ${address} gets it`);
  assert.equal(await how('hemi@kauri.example').inputValue(), 'to');
  assert.equal(await how('eve@far.example').inputValue(), 'none');
  await page.getByText('Outsider, first time').first().waitFor();
  assert.equal(await overflowOf(page), 0);
  await page.getByRole('textbox', { name: 'Reply' }).fill('Kia ora');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByText('Reply sent to hemi@kauri.example', { exact: true }).waitFor();
  await how('eve@far.example').selectOption('cc');
  await page.getByRole('textbox', { name: 'Reply' }).fill('To both');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByText('Reply sent to hemi@kauri.example, eve@far.example').waitFor();
  await page.context().close();
});
