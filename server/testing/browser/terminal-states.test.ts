import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startCustomerEndpoint } from '#testing/customer-endpoint.ts';
import { until } from '#testing/until.ts';
import type { Caller } from '../../demonstration/call.ts';
import { pressButton, secretAmong } from '../../demonstration/robot/portal-tasks.ts';
import { openSftp } from '../doors/bad-files.ts';
import { ask } from '../doors/bad-http.ts';
import { openDoors } from '../doors/open-doors.ts';
import { openBrowser } from './open-browser.ts';
import { type Looker, passingStates, terminalStates, type World } from './terminal-states.ts';

/** Tables whose state no door brings about: they are configuration or people's own work, which their pages list whole. */
const notFromADoor =
  /^(webhooks\.(endpoints|receivers)|estimates\.estimates|desk\.tickets|certification\.\w+|data_audits\.differences)\./;

describe('what a door accepted ends where a named person sees it', () => {
  let world: World;
  let browser: Browser;
  let close: () => Promise<void>;
  const pages = new Map<Looker, Page>();

  before(async () => {
    const doors = await openDoors();
    const sftp = await openSftp(doors.sftp);
    let status = 200;
    const endpoint = await startCustomerEndpoint(() => status);
    const made = (await doors.portal.post(`${doors.customer.sandbox}/receivers`, { label: 'HR' })).json;
    const secret = secretAmong(await pressButton(made.secretLink.url));
    const listens = { label: 'Listens', url: endpoint.url, includeValues: false };
    await pressButton(
      (await doors.portal.post(`${doors.customer.sandbox}/endpoints`, listens)).json.secretLink.url,
    );
    browser = await openBrowser();
    world = {
      doors,
      sftp,
      answerWith: (now) => {
        status = now;
      },
      message: async (name, data, timestamp = new Date().toISOString()) => {
        const body = JSON.stringify({ type: 'employee.upsert', timestamp, data });
        const at = Math.floor(Date.now() / 1000);
        const id = `msg_${name}`;
        const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
        const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
        const answer = await ask(doors.http, 'POST', new URL(made.receiver.url).pathname, {
          body,
          headers: {
            'content-type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(at),
            'webhook-signature': `v1,${signature}`,
          },
        });
        assert.equal(answer.status, 202, answer.text);
      },
    };
    close = async () => {
      sftp.end();
      await browser.close();
      await endpoint.close();
      await doors.close();
    };
  });
  after(() => close?.());

  test('the table names every state that the database knows', async () => {
    const rows = await world.doors.database<{ name: string; definition: string }[]>`
      select n.nspname || '.' || c.relname || '.' || a.attname as name, pg_get_constraintdef(k.oid) as definition
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
      where k.contype = 'c' and cardinality(k.conkey) = 1 and a.attname in ('state', 'status')
        and n.nspname not like 'pg_%' and n.nspname <> 'graphile_worker'`;
    const known = rows
      .filter(({ name }) => !notFromADoor.test(`${name}.`))
      .flatMap(({ name, definition }) =>
        [...definition.matchAll(/'([a-z-]+)'::text/g)].map(([, value]) => `${name}=${value}`),
      );
    assert.ok(known.length > 20, 'the states are read from the constraints');
    const named = new Set([...terminalStates.map((row) => row.state), ...passingStates]);
    assert.deepEqual(
      known.filter((state) => !named.has(state)),
      [],
    );
  });

  for (const row of terminalStates)
    test(`${row.door}: ${row.state}`, async () => {
      const words = await row.make(world);
      const page = await pageOf(row.who);
      const address = `${world.doors.http}${row.page(world.doors)}`;
      await until(async () => (await opens(page, address, words)) || undefined, {
        what: `${row.page(world.doors)} shows ${words.join(', ')} to ${row.who}`,
        deadlineMs: 15_000,
      });
    });

  /** Opens the page and gives it a moment to show the words. */
  async function opens(page: Page, address: string, words: string[]): Promise<boolean> {
    await page.goto(address, { waitUntil: 'load' });
    return until(() => shows(page, words), { what: 'the words', deadlineMs: 2_500 }).catch(() => false);
  }

  /** Whether one row of a list shows all the words; the page's address says nothing of them. */
  async function shows(page: Page, words: string[]): Promise<boolean> {
    let rows = page.locator('tr, li, article, section');
    for (const text of words) rows = rows.filter({ hasText: text });
    return (await rows.filter({ visible: true }).count()) > 0;
  }

  async function pageOf(who: Looker): Promise<Page> {
    const known = pages.get(who);
    if (known !== undefined) return known;
    const { doors } = world;
    const caller: Caller = who === 'portal' ? doors.portal : doors.staff[who];
    const context = await browser.newContext({ locale: 'en-NZ', reducedMotion: 'reduce' });
    await context.addCookies(
      caller
        .cookie()
        .split('; ')
        .map((cookie) => {
          const at = cookie.indexOf('=');
          return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: doors.http };
        }),
    );
    const page = await context.newPage();
    pages.set(who, page);
    return page;
  }
});
