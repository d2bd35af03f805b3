import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { IntegrationView, MyWork } from '#contract/integrations.ts';
import { customers } from '#modules/customers/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { followLog } from './follow-log.ts';
import { integrations } from './index.ts';

type Person = Actor & { kind: 'person' };
const local = (text: string) => Temporal.ZonedDateTime.from(`${text}[Pacific/Auckland]`).toInstant();

describe('silence', () => {
  let t: TestDatabase;
  let server: TestServer;
  let director: Person;
  let manager: Person;
  let base: string;
  let path: string;
  let customerId: string;

  before(async () => {
    t = await openTestDatabase({
      desk: { helpdeskAddress: 'helpdesk@vendor.example' },
      vendor: { timeZone: 'Pacific/Auckland', businessStart: '09:00', businessEnd: '17:00' },
    });
    server = await testServer(t.platform, [customers, integrations]);
    director = await makePerson(t.platform, { roles: ['commercial-director'] });
    manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
    const customer = await makeCustomer(t.platform, { serviceModel: 'saas' });
    customerId = customer.customerId;
    base = `/api/customers/${showId('cus', customerId)}/integrations`;
    t.platform.clock.set(local('2026-11-24T10:00'));
    const opened = await server.as(director).post(base, { name: 'Files', tracks: ['file-transfer'] });
    path = `${base}/${opened.json<IntegrationView>().id}`;
    await server.as(director).post(`${path}/actions/record-discovery`, {
      businessNeed: 'Fewer keystrokes',
      requiredOutcomes: ['None typed'],
    });
  });
  after(async () => {
    await server?.close();
    await t?.close();
  });

  const fire = () => fireDueTimers(t.platform, integrations.timers?.(t.platform) ?? {});
  const see = async () => (await server.as(director).get(path)).json<IntegrationView>();
  const mails = async () =>
    (
      await t.platform
        .db`select recipients, subject from mail.outbox_across_customers(null, 'integration-news', null, null, 200)`
    ).map((mail) => ({ to: (mail['recipients'] as string[])[0], subject: String(mail['subject']) }));

  test('whoever was asked is asked by mail, and it stands in their work', async () => {
    const work = (await server.as(manager).get('/api/my-work')).json<MyWork>();
    assert.equal(work.items.length, 1);
    assert.equal(work.items[0]?.step, 'E3');
    assert.equal(work.items[0]?.late, false);
    assert.deepEqual((await server.as(director).get('/api/my-work')).json<MyWork>().items, []);
    assert.ok((await mails()).some((mail) => mail.to === manager.email));
  });

  test('before its time, and at night, nobody is told', async () => {
    t.platform.clock.set(local('2026-12-01T09:59'));
    assert.equal(await fire(), 0);
  });

  test('five business days without an answer are escalated to the Commercial Director, once', async () => {
    t.platform.clock.set(local('2026-12-01T10:01'));
    assert.equal(await fire(), 1);
    const view = await see();
    assert.ok(view.history.some((entry) => entry.kind === 'escalated'));
    assert.ok((await mails()).some((mail) => mail.to === director.email && /answered/.test(mail.subject)));
    t.platform.clock.set(local('2026-12-11T10:00'));
    assert.equal(await fire(), 0);
    assert.equal(view.state, 'consulting', 'silence passes no gate');
  });

  test('on hold no timer speaks but the one of the hold itself', async () => {
    await server.as(director).post(`${path}/actions/change-scope`, { reason: 'x' });
    const held = await server
      .as(director)
      .post(`${path}/actions/hold`, { reason: 'Holidays', resumeOn: '2027-01-11' });
    assert.equal(held.statusCode, 200, held.body);
    t.platform.clock.set(local('2027-01-11T09:01'));
    assert.equal(await fire(), 1);
    assert.ok((await mails()).some((mail) => /hold ends/.test(mail.subject)));
  });

  test('a state that was left takes its timers along', async () => {
    await server.as(director).post(`${path}/actions/resume`, {});
    const answered = await server.as(manager).post(`${path}/actions/answer-consultation`, { answer: 'Yes' });
    assert.equal(answered.json<IntegrationView>().state, 'customer-meeting', answered.body);
    await runConsumers(t.platform, [followLog]);
    t.platform.clock.set(local('2027-03-01T10:00'));
    assert.equal(await fire(), 0);
  });

  test('the mail to the helpdesk that makes no ticket within 15 business minutes raises the alarm', async () => {
    await server.as(director).post(`${path}/actions/record-meeting`, {
      minutes: 'Agreed.',
      heldOn: '2027-02-26',
      attendees: [
        { name: 'Mere Tāne', email: 'mere@customer.example', side: 'customer' },
        { name: director.name, email: director.email, side: 'vendor' },
      ],
    });
    await server.as(director).post(`${path}/actions/request-estimate`, { message: 'Please' });
    assert.equal((await see()).state, 'estimate-requested');
    t.platform.clock.set(local('2027-03-01T10:16'));
    assert.equal(await fire(), 1);
    assert.ok((await see()).history.some((entry) => /no ticket/.test(entry.sentence)));
  });

  test('the same opening sent twice, even at once, opens one integration', async () => {
    const open = () => server.as(director).post(base, { name: 'Opened once', tracks: ['file-transfer'] });
    const answers = await Promise.all([open(), open()]);
    assert.deepEqual(answers.map((one) => one.statusCode).sort(), [201, 409]);
  });

  test('two people who act at once are taken one after the other, and nothing is lost', async () => {
    const opened = await server.as(director).post(base, { name: 'Twice', tracks: ['file-transfer'] });
    const twice = `${base}/${opened.json<IntegrationView>().id}`;
    const body = { businessNeed: 'Once', requiredOutcomes: ['One'] };
    const answers = await Promise.all(
      [1, 2, 3].map(() => server.as(director).post(`${twice}/actions/record-discovery`, body)),
    );
    assert.deepEqual(answers.map((one) => one.statusCode).sort(), [200, 409, 409]);
  });
});
