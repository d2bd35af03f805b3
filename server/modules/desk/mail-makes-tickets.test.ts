import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { addContact } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { testServer } from '#testing/http.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { desk, expectTicket, requestTicket } from './index.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

describe('mail that makes tickets', () => {
  test("a contact's mail makes a ticket of its customer, and the contact is told its number once", async () => {
    const customer = await d.customerWithContact();
    await d.mail({
      from: customer.email,
      subject: 'We would like an integration',
      html: '<p>Kia ora</p><script>alert(1)</script>',
    });
    const [line, ...others] = await d.tickets(customer.code);
    assert.equal(others.length, 0);
    assert.equal(line?.subject, 'We would like an integration');
    assert.equal(line?.customer.code, customer.code);
    assert.equal(line?.verified, false);
    const view = await d.ticketOf(line);
    assert.equal(
      view.thread.some((entry) => entry.kind === 'mail' && entry.html?.includes('script')),
      false,
    );
    const sent = (await d.server.as(d.director).get(`/api/outbox?search=${customer.email}`)).json().items;
    assert.equal(sent.length, 1);
    assert.equal(sent[0].automatic, true);
    assert.equal(sent[0].status, 'kept');
    assert.match(sent[0].subject, new RegExp(`\\[#${line?.number}-[0-9a-f]{8}\\]$`));
  });

  test('the mail sent for E4 makes one ticket bound to its integration, though it is our own and comes twice', async () => {
    const customer = await makeCustomer(d.t.platform);
    const integrationId = uuidv7();
    const ask = () =>
      transact(d.t.platform, { customerId: customer.customerId }, d.director, (work) =>
        requestTicket(work, {
          integrationId,
          title: 'HR feed',
          subject: 'Estimate please',
          text: 'For the HR feed.',
        }),
      );
    await ask();
    await d.runJobs();
    const [line] = await d.tickets(customer.code);
    assert.notEqual(line?.integrationId, null);
    assert.equal(line?.verified, true);
    const events = await read(
      d.t.platform,
      { customerId: customer.customerId },
      (sql) =>
        sql<{ data: { integrationId: string } }[]>`
        select data from platform.events where stream_id = ${customer.customerId} and type = 'ticket.created'`,
    );
    assert.deepEqual(
      events.map((event) => event.data.integrationId),
      [integrationId],
    );
    await ask();
    await d.runJobs();
    assert.equal((await d.tickets(customer.code)).length, 1);
    assert.equal((await d.ticketOf((await d.tickets(customer.code))[0])).mails, 2);
  });

  test('a plain mail of the director that names the customer makes a ticket that can be linked, one to one', async () => {
    const customer = await makeCustomer(d.t.platform);
    const integrationId = uuidv7();
    await transact(d.t.platform, { customerId: customer.customerId }, d.director, (work) =>
      expectTicket(work, { integrationId, title: 'Rosters' }),
    );
    await d.mail({
      from: d.director.email,
      subject: `Estimate for ${customer.code.replace('CUST', 'Customer ')}`,
      text: 'Rosters to payroll, please.',
    });
    const [line] = await d.tickets(customer.code);
    assert.equal(line?.integrationId, null);
    const view = await d.ticketOf(line);
    assert.equal(view.candidates[0]?.title, 'Rosters');
    const url = `/api/customers/${line?.customer.id}/tickets/${line?.id}/link`;
    const body = { integrationId: view.candidates[0]?.integrationId };
    assert.equal((await d.server.as(d.director).post(url, body)).json().integrationId, body.integrationId);
    await d.mail({
      from: d.director.email,
      subject: `Another one for ${customer.code.replace('CUST', 'Customer ')}`,
    });
    const second = (await d.tickets(customer.code)).find((one) => one.id !== line?.id);
    const again = await d.server
      .as(d.director)
      .post(`/api/customers/${second?.customer.id}/tickets/${second?.id}/link`, body);
    assert.equal(again.statusCode, 409);
  });

  test('a mail without Message-ID makes a ticket, and a second one on another day makes another', async () => {
    const customer = await d.customerWithContact();
    for (const day of ['23', '24']) {
      await d.sendRaw(customer.email, helpdesk, [
        `From: ${customer.email}`,
        `To: ${helpdesk}`,
        `Date: Mon, ${day} Nov 2026 09:00:00 +1300`,
        'Subject: No id',
        '',
        'Kia ora',
        '',
      ]);
    }
    await d.runJobs();
    assert.equal((await d.tickets(customer.code)).length, 2);
  });

  test('an exact duplicate is dropped; the same id with other words is not', async () => {
    const customer = await d.customerWithContact();
    const one = {
      from: customer.email,
      subject: 'Twice',
      messageId: `<${randomBytes(8).toString('hex')}@customer.example>`,
    };
    const dated = { ...one, headers: { Date: 'Mon, 23 Nov 2026 09:00:00 +1300' } };
    await d.mail(dated);
    await d.mail(dated);
    assert.equal((await d.tickets(customer.code)).length, 1);
    assert.equal((await d.outcomes()).at(-1), 'duplicate');
    await d.mail({ ...dated, text: 'Other words' });
    assert.notEqual((await d.outcomes()).at(-1), 'duplicate');
  });

  test('automatic mail and bounces make no ticket, no held mail and no answer', async () => {
    const customer = await d.customerWithContact();
    const before = (await d.held()).length;
    await d.mail({
      from: customer.email,
      subject: 'Out of office',
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    await d.mail({ from: customer.email, subject: 'Newsletter', headers: { Precedence: 'bulk' } });
    await d.sendRaw('', helpdesk, [
      `From: ${customer.email}`,
      `To: ${helpdesk}`,
      'Subject: Undelivered',
      '',
      'It came back',
      '',
    ]);
    await d.runJobs();
    assert.deepEqual((await d.outcomes()).slice(-3), ['automatic', 'automatic', 'bounce']);
    assert.equal((await d.tickets(customer.code)).length, 0);
    assert.equal((await d.held()).length, before);
    assert.equal(
      (await d.server.as(d.director).get(`/api/outbox?search=${customer.email}`)).json().items.length,
      0,
    );
  });

  test('a mail that only asks us not to answer is a person’s mail, and is not answered by a machine', async () => {
    const customer = await d.customerWithContact();
    await d.mail({ from: customer.email, subject: 'Please', headers: { 'X-Auto-Response-Suppress': 'All' } });
    assert.equal((await d.tickets(customer.code)).length, 1);
    const sent = (await d.server.as(d.director).get(`/api/outbox?search=${customer.email}`)).json().items;
    assert.deepEqual(sent, []);
  });
});

describe('mail that answers', () => {
  test('an answer to the address with its token goes on the ticket and reopens it; a forged token does not', async () => {
    const customer = await d.customerWithContact();
    await d.mail({ from: customer.email, subject: 'Question' });
    const [line] = await d.tickets(customer.code);
    const view = await d.ticketOf(line);
    const base = `/api/customers/${view.customer.id}/tickets/${view.id}`;
    assert.equal((await d.server.as(d.manager).post(`${base}/close`, {})).json().status, 'closed');
    await d.mail({
      from: customer.email,
      to: view.replyAddress,
      subject: 'Re: Question',
      text: 'Approved, PO 4711',
    });
    const answered = await d.ticketOf(line);
    assert.equal(answered.mails, 3, 'question, acknowledgement, answer');
    assert.equal(answered.status, 'open');
    assert.equal(answered.thread.findLast((entry) => entry.kind === 'mail')?.verifiedBy, 'token');
    const forged = view.replyAddress.replace(/-[0-9a-f]{4}/, '-0000');
    await d.mail({ from: customer.email, to: forged, subject: 'Re: Question', text: 'Forged' });
    assert.equal((await d.ticketOf(line)).mails, 3);
  });

  test("a stranger with a ticket's subject token and references can't append; a person decides, once", async () => {
    const customer = await d.customerWithContact();
    await d.mail({
      from: customer.email,
      subject: 'Secret matter',
      messageId: '<thread-1@customer.example>',
    });
    const [line] = await d.tickets(customer.code);
    const [ack] = (await d.server.as(d.director).get(`/api/outbox?search=${customer.email}`)).json().items;
    await d.mail({
      from: 'stranger@elsewhere.example',
      subject: `Re: ${ack.subject}`,
      headers: { 'In-Reply-To': '<thread-1@customer.example>' },
    });
    assert.equal((await d.ticketOf(line)).mails, 2);
    const waiting = (await d.held()).find((one) => one.suggestedTicket?.id === line?.id);
    assert.equal(waiting?.reason, 'not-taking-part');
    const url = `/api/held-mails/${waiting?.id}/decide`;
    const body = { decision: 'append', ticketId: line?.id };
    assert.equal((await d.server.as(d.manager).post(url, body)).statusCode, 200);
    assert.equal((await d.ticketOf(line)).mails, 3);
    assert.equal((await d.server.as(d.manager).post(url, body)).statusCode, 409);
  });

  test("a contact's mail that only claims to be theirs is held when it refers to a ticket", async () => {
    const customer = await d.customerWithContact();
    await d.mail({ from: customer.email, subject: 'Mine', messageId: '<thread-2@customer.example>' });
    const [line] = await d.tickets(customer.code);
    await d.mail({
      from: customer.email,
      subject: 'Re: Mine',
      headers: { References: '<x@y.example> <thread-2@customer.example>' },
    });
    assert.equal((await d.ticketOf(line)).mails, 2);
    assert.equal(
      (await d.held()).find((one) => one.suggestedTicket?.id === line?.id)?.reason,
      'unproved-sender',
    );
  });

  test('a stranger’s mail is held and can be put through the rules again after a contact was added', async () => {
    const customer = await makeCustomer(d.t.platform);
    await d.mail({ from: 'new@company.example', subject: 'First contact' });
    const waiting = (await d.held()).find((one) => one.subject === 'First contact');
    assert.equal(waiting?.reason, 'unknown-sender');
    await transact(d.t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
      addContact(work, customer.customerId, {
        name: 'New',
        email: 'new@company.example',
        kind: 'other',
        hasAuthority: false,
        invite: false,
      }),
    );
    await d.server.as(d.manager).post(`/api/held-mails/${waiting?.id}/decide`, { decision: 'replay' });
    await d.runJobs();
    assert.equal((await d.tickets(customer.code)).length, 1);
  });
});

describe('who may see and do what', () => {
  test("another customer's ticket answers like one that does not exist", async () => {
    const customer = await d.customerWithContact();
    const other = await makeCustomer(d.t.platform);
    await d.mail({ from: customer.email, subject: 'Private' });
    const [line] = await d.tickets(customer.code);
    const mine = await makePerson(d.t.platform, { roles: ['project-owner'], customerId: other.customerId });
    const otherShown = (await d.server.as(d.director).get(`/api/tickets?search=${other.code}`)).json();
    assert.equal(otherShown.items.length, 0);
    const wrong = `/api/customers/${showId('cus', other.customerId)}/tickets/${line?.id}`;
    const missing = `/api/customers/${showId('cus', other.customerId)}/tickets/${showId('tkt', uuidv7())}`;
    const answers = [await d.server.as(d.director).get(wrong), await d.server.as(d.director).get(missing)];
    assert.deepEqual(
      answers.map((one) => [one.statusCode, one.json().code]),
      [
        [404, 'not-found'],
        [404, 'not-found'],
      ],
    );
    assert.equal((await d.server.as(d.director).post(`${wrong}/note`, { text: 'x' })).statusCode, 404);
    assert.equal((await d.server.as(mine).get('/api/tickets')).statusCode, 403);
    assert.equal((await d.server.as(null).get('/api/tickets')).statusCode, 401);
    assert.equal(
      (
        await d.server
          .as(d.director)
          .post(`/api/customers/${line?.customer.id}/tickets/${line?.id}/hold`, { why: 1 })
      ).statusCode,
      400,
    );
  });
});

test('nobody but staff reads the outbox, and in production nobody reads a mail there whose words are a key', async () => {
  const customer = await makeCustomer(d.t.platform);
  const portal = await makePerson(d.t.platform, { roles: ['developer'], customerId: customer.customerId });
  const id = await transact(d.t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
    work.mail({
      to: [portal.email],
      subject: 'Your sign-in link',
      text: 'a secret link',
      automatic: true,
      kind: 'sign-in',
      confidential: true,
    }),
  );
  const url = `/api/outbox/${showId('mal', id)}`;
  assert.equal((await d.server.as(portal).get(url)).statusCode, 403);
  assert.equal((await d.server.as(null).get(url)).statusCode, 401);
  assert.equal((await d.server.as(d.manager).get(`/api/outbox/${showId('mal', uuidv7())}`)).statusCode, 404);
  const shown = (await d.server.as(d.manager).get(url)).json();
  assert.deepEqual([shown.text, shown.hidden], ['a secret link', false]);
  const { config } = d.t.platform;
  const production = await testServer(
    { ...d.t.platform, config: { ...config, server: { ...config.server, mode: 'production' } } },
    [desk],
  );
  const administrator = await makePerson(d.t.platform, { roles: ['administrator'] });
  const seen = (await production.as(administrator).get(url)).json();
  assert.deepEqual([seen.text, seen.hidden], [null, true]);
  assert.equal((await production.as(d.manager).get(url)).statusCode, 403);
  await production.close();
});
