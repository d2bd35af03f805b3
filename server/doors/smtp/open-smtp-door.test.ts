import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { addContact } from '#modules/customers/index.ts';
import { desk, expectTicket, requestTicket } from '#modules/desk/index.ts';
import type { Actor } from '#platform/actor.ts';
import { systemActor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { runJobs } from '#testing/jobs.ts';
import { until } from '#testing/until.ts';
import { openSmtpDoor, type SmtpDoor } from './open-smtp-door.ts';

const helpdesk = 'helpdesk@vendor.example';
let t: TestDatabase;
let door: SmtpDoor;
let server: TestServer;
let director: Actor & { kind: 'person' };
let manager: Actor & { kind: 'person' };

before(async () => {
  t = await openTestDatabase();
  door = await openSmtpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  server = await testServer(t.platform, [desk]);
  director = await makePerson(t.platform, {
    roles: ['commercial-director'],
    name: 'Aroha Director',
    email: 'cd@vendor.example',
  });
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
});
after(async () => {
  await server.close();
  await door.close();
  await t.close();
});

/** A customer with one contact, named so that no other test's mail names it. */
async function customerWithContact() {
  const customer = await makeCustomer(t.platform);
  const email = `contact-${customer.code.toLowerCase()}@customer.example`;
  await transact(t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
    addContact(work, customer.customerId, {
      name: 'Hēmi Contact',
      email,
      kind: 'project-owner',
      hasAuthority: true,
      invite: false,
    }),
  );
  return { ...customer, email };
}

function client() {
  return createTransport({
    ...door.address,
    secure: false,
    ignoreTLS: true,
    connectionTimeout: 5000,
    socketTimeout: 30_000,
  });
}

async function sendRaw(from: string, to: string, lines: string[]): Promise<void> {
  const transport = client();
  await transport.sendMail({ envelope: { from, to }, raw: Buffer.from(lines.join('\r\n')) });
  transport.close();
}

/** Sends a mail as an ordinary mail program would and lets the rules run. */
async function mail(input: {
  from: string;
  subject: string;
  text?: string;
  to?: string;
  messageId?: string;
  headers?: Record<string, string>;
  html?: string;
}): Promise<void> {
  const transport = client();
  await transport.sendMail({
    to: helpdesk,
    text: 'Kia ora',
    ...input,
    envelope: { from: input.from, to: input.to ?? helpdesk },
  });
  transport.close();
  await runJobs(t, [desk]);
}

interface Line {
  id: string;
  number: number;
  subject: string;
  status: string;
  mails: number;
  verified: boolean;
  integrationId: string | null;
  customer: { id: string; code: string };
}

async function tickets(code: string): Promise<Line[]> {
  const response = await server.as(director).get(`/api/tickets?q=${code}`);
  assert.equal(response.statusCode, 200, response.body);
  return response.json().items;
}

async function ticketOf(line: Line) {
  const response = await server.as(director).get(`/api/customers/${line.customer.id}/tickets/${line.id}`);
  assert.equal(response.statusCode, 200, response.body);
  return response.json();
}

async function held(): Promise<
  { id: string; subject: string; reason: string; suggestedTicket: { id: string } | null }[]
> {
  const response = await server.as(manager).get('/api/held-mails');
  assert.equal(response.statusCode, 200, response.body);
  return response.json().items;
}

async function outcomes(): Promise<string[]> {
  const rows = await read(
    t.platform,
    {},
    (sql) => sql<{ outcome: string }[]>`select outcome from desk.inbox order by id`,
  );
  return rows.map((row) => row.outcome);
}

describe('mail that makes tickets', () => {
  test("a contact's mail makes a ticket of its customer, and the contact is told its number once", async () => {
    const customer = await customerWithContact();
    await mail({
      from: customer.email,
      subject: 'We would like an integration',
      html: '<p>Kia ora</p><script>alert(1)</script>',
    });
    const [line, ...others] = await tickets(customer.code);
    assert.equal(others.length, 0);
    assert.equal(line?.subject, 'We would like an integration');
    assert.equal(line?.customer.code, customer.code);
    assert.equal(line?.verified, false);
    const view = await ticketOf(line as Line);
    assert.equal(
      view.thread.some((entry: { html?: string }) => entry.html?.includes('script')),
      false,
    );
    const sent = (await server.as(director).get(`/api/outbox?q=${customer.email}`)).json().items;
    assert.equal(sent.length, 1);
    assert.equal(sent[0].automatic, true);
    assert.equal(sent[0].status, 'kept');
    assert.match(sent[0].subject, new RegExp(`\\[#${line?.number}-[0-9a-f]{8}\\]$`));
  });

  test('the mail sent for E4 makes one ticket bound to its integration, though it is our own and comes twice', async () => {
    const customer = await makeCustomer(t.platform);
    const integrationId = uuidv7();
    const ask = () =>
      transact(t.platform, { customerId: customer.customerId }, director, (work) =>
        requestTicket(work, {
          integrationId,
          title: 'HR feed',
          subject: 'Estimate please',
          text: 'For the HR feed.',
        }),
      );
    await ask();
    await runJobs(t, [desk]);
    const [line] = await tickets(customer.code);
    assert.notEqual(line?.integrationId, null);
    assert.equal(line?.verified, true);
    const events = await read(
      t.platform,
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
    await runJobs(t, [desk]);
    assert.equal((await tickets(customer.code)).length, 1);
    assert.equal((await ticketOf((await tickets(customer.code))[0] as Line)).mails, 2);
  });

  test('a plain mail of the director that names the customer makes a ticket that can be linked, one to one', async () => {
    const customer = await makeCustomer(t.platform);
    const integrationId = uuidv7();
    await transact(t.platform, { customerId: customer.customerId }, director, (work) =>
      expectTicket(work, { integrationId, title: 'Rosters' }),
    );
    await mail({
      from: director.email,
      subject: `Estimate for ${customer.code}`,
      text: 'Rosters to payroll, please.',
    });
    const [line] = await tickets(customer.code);
    assert.equal(line?.integrationId, null);
    const view = await ticketOf(line as Line);
    assert.equal(view.candidates[0].title, 'Rosters');
    const url = `/api/customers/${line?.customer.id}/tickets/${line?.id}/link`;
    const body = { integrationId: view.candidates[0].integrationId };
    assert.equal((await server.as(director).post(url, body)).json().integrationId, body.integrationId);
    await mail({ from: director.email, subject: `Another one for ${customer.code}` });
    const second = (await tickets(customer.code)).find((one) => one.id !== line?.id);
    const again = await server
      .as(director)
      .post(`/api/customers/${second?.customer.id}/tickets/${second?.id}/link`, body);
    assert.equal(again.statusCode, 409);
  });

  test('a mail without Message-ID makes a ticket, and a second one on another day makes another', async () => {
    const customer = await customerWithContact();
    for (const day of ['23', '24']) {
      await sendRaw(customer.email, helpdesk, [
        `From: ${customer.email}`,
        `To: ${helpdesk}`,
        `Date: Mon, ${day} Nov 2026 09:00:00 +1300`,
        'Subject: No id',
        '',
        'Kia ora',
        '',
      ]);
    }
    await runJobs(t, [desk]);
    assert.equal((await tickets(customer.code)).length, 2);
  });

  test('an exact duplicate is dropped; the same id with other words is not', async () => {
    const customer = await customerWithContact();
    const one = {
      from: customer.email,
      subject: 'Twice',
      messageId: `<${randomBytes(8).toString('hex')}@customer.example>`,
    };
    const dated = { ...one, headers: { Date: 'Mon, 23 Nov 2026 09:00:00 +1300' } };
    await mail(dated);
    await mail(dated);
    assert.equal((await tickets(customer.code)).length, 1);
    assert.equal((await outcomes()).at(-1), 'duplicate');
    await mail({ ...dated, text: 'Other words' });
    assert.notEqual((await outcomes()).at(-1), 'duplicate');
  });

  test('automatic mail and bounces make no ticket, no held mail and no answer', async () => {
    const customer = await customerWithContact();
    const before = (await held()).length;
    await mail({
      from: customer.email,
      subject: 'Out of office',
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    await mail({ from: customer.email, subject: 'Newsletter', headers: { Precedence: 'bulk' } });
    await sendRaw('', helpdesk, [
      `From: ${customer.email}`,
      `To: ${helpdesk}`,
      'Subject: Undelivered',
      '',
      'It came back',
      '',
    ]);
    await runJobs(t, [desk]);
    assert.deepEqual((await outcomes()).slice(-3), ['automatic', 'automatic', 'bounce']);
    assert.equal((await tickets(customer.code)).length, 0);
    assert.equal((await held()).length, before);
    assert.equal((await server.as(director).get(`/api/outbox?q=${customer.email}`)).json().items.length, 0);
  });

  test('a mail that only asks us not to answer is a person’s mail', async () => {
    const customer = await customerWithContact();
    await mail({ from: customer.email, subject: 'Please', headers: { 'X-Auto-Response-Suppress': 'All' } });
    assert.equal((await tickets(customer.code)).length, 1);
  });
});

describe('mail that answers', () => {
  test('an answer to the address with its token goes on the ticket and reopens it; a forged token does not', async () => {
    const customer = await customerWithContact();
    await mail({ from: customer.email, subject: 'Question' });
    const [line] = await tickets(customer.code);
    const view = await ticketOf(line as Line);
    const base = `/api/customers/${view.customer.id}/tickets/${view.id}`;
    assert.equal((await server.as(manager).post(`${base}/close`, {})).json().status, 'closed');
    await mail({
      from: customer.email,
      to: view.replyAddress,
      subject: 'Re: Question',
      text: 'Approved, PO 4711',
    });
    const answered = await ticketOf(line as Line);
    assert.equal(answered.mails, 3, 'question, acknowledgement, answer');
    assert.equal(answered.status, 'open');
    assert.equal(
      answered.thread.findLast((entry: { kind: string }) => entry.kind === 'mail').verifiedBy,
      'token',
    );
    const forged = view.replyAddress.replace(/-[0-9a-f]{4}/, '-0000');
    await mail({ from: customer.email, to: forged, subject: 'Re: Question', text: 'Forged' });
    assert.equal((await ticketOf(line as Line)).mails, 3);
  });

  test("a stranger with a ticket's subject token and references can't append; a person decides, once", async () => {
    const customer = await customerWithContact();
    await mail({ from: customer.email, subject: 'Secret matter', messageId: '<thread-1@customer.example>' });
    const [line] = await tickets(customer.code);
    const [ack] = (await server.as(director).get(`/api/outbox?q=${customer.email}`)).json().items;
    await mail({
      from: 'stranger@elsewhere.example',
      subject: `Re: ${ack.subject}`,
      headers: { 'In-Reply-To': '<thread-1@customer.example>' },
    });
    assert.equal((await ticketOf(line as Line)).mails, 2);
    const waiting = (await held()).find((one) => one.suggestedTicket?.id === line?.id);
    assert.equal(waiting?.reason, 'not-taking-part');
    const url = `/api/held-mails/${waiting?.id}/decide`;
    const body = { decision: 'append', ticketId: line?.id };
    assert.equal((await server.as(manager).post(url, body)).statusCode, 200);
    assert.equal((await ticketOf(line as Line)).mails, 3);
    assert.equal((await server.as(manager).post(url, body)).statusCode, 409);
  });

  test("a contact's mail that only claims to be theirs is held when it refers to a ticket", async () => {
    const customer = await customerWithContact();
    await mail({ from: customer.email, subject: 'Mine', messageId: '<thread-2@customer.example>' });
    const [line] = await tickets(customer.code);
    await mail({
      from: customer.email,
      subject: 'Re: Mine',
      headers: { References: '<x@y.example> <thread-2@customer.example>' },
    });
    assert.equal((await ticketOf(line as Line)).mails, 2);
    assert.equal(
      (await held()).find((one) => one.suggestedTicket?.id === line?.id)?.reason,
      'unproved-sender',
    );
  });

  test('a stranger’s mail is held and can be put through the rules again after a contact was added', async () => {
    const customer = await makeCustomer(t.platform);
    await mail({ from: 'new@company.example', subject: 'First contact' });
    const waiting = (await held()).find((one) => one.subject === 'First contact');
    assert.equal(waiting?.reason, 'unknown-sender');
    await transact(t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
      addContact(work, customer.customerId, {
        name: 'New',
        email: 'new@company.example',
        kind: 'other',
        hasAuthority: false,
        invite: false,
      }),
    );
    await server.as(manager).post(`/api/held-mails/${waiting?.id}/decide`, { decision: 'replay' });
    await runJobs(t, [desk]);
    assert.equal((await tickets(customer.code)).length, 1);
  });
});

describe('bad input', () => {
  test('a mail of 50 MB is answered 552 and nothing of it is kept', async () => {
    const before = (await outcomes()).length;
    const size = 50 * 1024 * 1024;
    const replies: string[] = [];
    const socket = createConnection(door.address.port, door.address.host);
    socket.setEncoding('utf8').on('data', (text: string) => replies.push(text));
    const said = (code: string) =>
      until(() =>
        replies
          .join('')
          .split('\r\n')
          .some((line) => line.startsWith(`${code} `)),
      );
    await said('220');
    // No SIZE is declared, so only counting while reading can notice.
    socket.write(
      `EHLO client.example\r\nMAIL FROM:<big@customer.example>\r\nRCPT TO:<${helpdesk}>\r\nDATA\r\n`,
    );
    await said('354');
    const line = `${'x'.repeat(998)}\r\n`.repeat(64);
    for (let sent = 0; sent < size; sent += line.length)
      if (!socket.write(line)) await new Promise((resolve) => socket.once('drain', resolve));
    socket.write('\r\n.\r\n');
    await said('552');
    socket.destroy();
    assert.equal((await outcomes()).length, before);
  });

  test('nobody can relay through the door', async () => {
    await assert.rejects(sendRaw('a@b.example', 'someone@elsewhere.example', ['Subject: x', '', 'x']), /550/);
    await assert.rejects(sendRaw('a@b.example', 'director@vendor.example', ['Subject: x', '', 'x']), /550/);
  });

  test('a sender that disconnects half-way through a mail leaves nothing', async () => {
    const before = (await outcomes()).length;
    const socket = createConnection(door.address.port, door.address.host);
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    await until(() => heard.includes('220 '));
    socket.write(`EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<${helpdesk}>\r\nDATA\r\n`);
    await until(() => heard.includes('354 '));
    socket.write('Subject: half\r\n\r\nhalf of it');
    socket.destroy();
    await sendRaw('whole@b.example', helpdesk, ['Subject: whole', '', 'whole']);
    assert.equal((await outcomes()).length, before + 1);
    await runJobs(t, [desk]);
  });

  test('bytes that are no mail are kept and held for a person', async () => {
    await sendRaw('garbage@b.example', helpdesk, ['', randomBytes(200).toString('base64'), '']);
    await runJobs(t, [desk]);
    assert.equal((await outcomes()).at(-1), 'unparseable');
    assert.ok((await held()).some((one) => one.reason === 'unparseable'));
  });

  test('an invalid date, a huge subject and a NUL do no harm', async () => {
    const customer = await customerWithContact();
    await sendRaw(customer.email, helpdesk, [
      `From: ${customer.email}`,
      'Date: yesterday, I think',
      `Subject: ${'long '.repeat(500)}`,
      '',
      'a\0b',
      '',
    ]);
    await runJobs(t, [desk]);
    assert.equal((await tickets(customer.code)).length, 1);
  });

  test('a mail that was answered 250 makes its ticket once, whenever and however often it is processed', async () => {
    const customer = await customerWithContact();
    const transport = client();
    await transport.sendMail({ from: customer.email, to: helpdesk, subject: 'Survives', text: 'x' });
    transport.close();
    const [stored] = await read(
      t.platform,
      {},
      (sql) => sql<{ id: string }[]>`select id from desk.inbox order by id desc limit 1`,
    );
    assert.equal((await tickets(customer.code)).length, 0, 'stored, not processed: as after a kill');
    const process = desk.jobs?.(t.platform)['process-mail'] as (payload: {
      inboxId: string;
    }) => Promise<void>;
    await Promise.allSettled([1, 2, 3].map(() => process({ inboxId: stored?.id ?? '' })));
    await runJobs(t, [desk]);
    assert.equal((await tickets(customer.code)).length, 1);
    assert.equal((await tickets(customer.code))[0]?.mails, 2, 'the mail and one acknowledgement');
  });
});

describe('who may see and do what', () => {
  test("another customer's ticket answers like one that does not exist", async () => {
    const customer = await customerWithContact();
    const other = await makeCustomer(t.platform);
    await mail({ from: customer.email, subject: 'Private' });
    const [line] = await tickets(customer.code);
    const mine = await makePerson(t.platform, { roles: ['project-owner'], customerId: other.customerId });
    const otherShown = (await server.as(director).get(`/api/tickets?q=${other.code}`)).json();
    assert.equal(otherShown.items.length, 0);
    const wrong = `/api/customers/${showId('cus', other.customerId)}/tickets/${line?.id}`;
    const missing = `/api/customers/${showId('cus', other.customerId)}/tickets/${showId('tkt', uuidv7())}`;
    const answers = [await server.as(director).get(wrong), await server.as(director).get(missing)];
    assert.deepEqual(
      answers.map((one) => [one.statusCode, one.json().code]),
      [
        [404, 'not-found'],
        [404, 'not-found'],
      ],
    );
    assert.equal((await server.as(director).post(`${wrong}/note`, { text: 'x' })).statusCode, 404);
    assert.equal((await server.as(mine).get('/api/tickets')).statusCode, 403);
    assert.equal((await server.as(null).get('/api/tickets')).statusCode, 401);
    assert.equal(
      (
        await server
          .as(director)
          .post(`/api/customers/${line?.customer.id}/tickets/${line?.id}/hold`, { why: 1 })
      ).statusCode,
      400,
    );
  });
});

test('nobody but staff reads the outbox, and in production nobody reads a sign-in mail there', async () => {
  const customer = await makeCustomer(t.platform);
  const portal = await makePerson(t.platform, { roles: ['developer'], customerId: customer.customerId });
  const id = await transact(t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
    work.mail({
      to: [portal.email],
      subject: 'Your sign-in link',
      text: 'a secret link',
      automatic: true,
      kind: 'sign-in',
    }),
  );
  const url = `/api/outbox/${showId('mal', id)}`;
  assert.equal((await server.as(portal).get(url)).statusCode, 403);
  assert.equal((await server.as(null).get(url)).statusCode, 401);
  assert.equal((await server.as(manager).get(`/api/outbox/${showId('mal', uuidv7())}`)).statusCode, 404);
  const shown = (await server.as(manager).get(url)).json();
  assert.deepEqual([shown.text, shown.hidden], ['a secret link', false]);
  const { config } = t.platform;
  const production = await testServer(
    { ...t.platform, config: { ...config, server: { ...config.server, mode: 'production' } } },
    [desk],
  );
  const administrator = await makePerson(t.platform, { roles: ['administrator'] });
  const seen = (await production.as(administrator).get(url)).json();
  assert.deepEqual([seen.text, seen.hidden], [null, true]);
  assert.equal((await production.as(manager).get(url)).statusCode, 403);
  await production.close();
});
