import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addContact, customers } from '#modules/customers/index.ts';
import { desk, requestTicket } from '#modules/desk/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { runConsumers } from '#testing/database.ts';
import { estimateContent } from '#testing/estimate-content.ts';
import { makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { followLog } from './follow-log.ts';
import { integrations } from './index.ts';

let d: MailDesk;
let server: TestServer;
before(async () => {
  d = await openMailDesk();
  server = await testServer(d.t.platform, [customers, documents, estimates, desk, integrations]);
});
after(async () => {
  await server.close();
  await d.close();
});

/** An estimate that was sent to a customer's contact, with the ticket of its integration. */
async function sentEstimate() {
  const customer = await d.customerWithContact();
  const integrationId = uuidv7();
  await transact(d.t.platform, { customerId: customer.customerId }, d.director, (work) =>
    requestTicket(work, {
      integrationId,
      title: 'Rosters',
      subject: 'Estimate please',
      text: 'For the rosters.',
    }),
  );
  await d.runJobs();
  const [ticket] = await d.tickets(customer.code);
  const base = `/api/customers/${showId('cus', customer.customerId)}`;
  const must = async (person: typeof d.director, path: string, body?: object) => {
    const reply = await server.as(person).post(`${base}${path}`, body);
    assert.ok(reply.statusCode < 300, `${path}: ${reply.body}`);
    return reply.json();
  };
  const { contacts } = (await server.as(d.director).get(base)).json();
  const made = await must(d.manager, '/estimates', {
    content: estimateContent,
    integration: showId('int', integrationId),
  });
  const early = { contact: contacts[0].id, mail: await answer(ticket, customer.email, 'Too early') };
  await must(d.manager, `/estimates/${made.id}/submit`);
  await must(d.director, `/estimates/${made.id}/finalise`);
  await must(d.director, `/estimates/${made.id}/send`, { contacts: [contacts[0].id] });
  const confirm = (body: object) =>
    server.as(d.director).post(`${base}/estimates/${made.id}/confirm`, { contact: contacts[0].id, ...body });
  return { ...customer, ticket, contact: contacts[0].id as string, early, confirm };
}

/** Answers a ticket by mail to its own address; gives the id of that mail. */
async function answer(line: Parameters<typeof d.ticketOf>[0], from: string, text: string): Promise<string> {
  const { replyAddress } = await d.ticketOf(line);
  await d.mail({ from, to: replyAddress, subject: 'Re: Estimate', text });
  const { thread } = await d.ticketOf(line);
  const mails = thread.flatMap((entry) =>
    entry.kind === 'mail' && entry.text?.includes(text) ? [entry.id] : [],
  );
  assert.equal(mails.length, 1, `the mail "${text}" is on the ticket`);
  return mails[0] as string;
}

/** The director's own mail that made the ticket. */
async function ourRequest(line: Parameters<typeof d.ticketOf>[0]): Promise<string> {
  const { thread } = await d.ticketOf(line);
  const mails = thread.flatMap((entry) => (entry.kind === 'mail' ? [entry] : []));
  const own = mails.find((mail) => mail.from.address === d.director.email);
  assert.ok(own);
  return own.id;
}

test("a mail signs the estimate off only when it is the contact's own, proved, and not older than the version", async () => {
  const one = await sentEstimate();
  const colleague = `colleague-${one.email}`;
  await transact(d.t.platform, { customerId: one.customerId }, d.director, (work) =>
    addContact(work, one.customerId, {
      name: 'A Colleague',
      email: colleague,
      kind: 'developer',
      hasAuthority: false,
      invite: false,
    }),
  );
  const theirs = await answer(one.ticket, colleague, 'Fine with me');
  const approved = await answer(one.ticket, one.email, 'Approved, PO 4711');

  const refusals: [what: string, body: object, pointer: string][] = [
    ['a mail that is not there', { mail: showId('mal', uuidv7()) }, '/mail'],
    ['our own request', { mail: await ourRequest(one.ticket) }, '/mail'],
    ['a mail of somebody else', { mail: theirs }, '/mail'],
    ['a mail from before the version', { mail: one.early.mail }, '/mail'],
    ['a contact of nobody', { mail: approved, contact: showId('con', uuidv7()) }, '/contact'],
  ];
  for (const [what, body, pointer] of refusals) {
    const reply = await one.confirm(body);
    assert.equal(reply.statusCode, 422, `${what}: ${reply.body}`);
    assert.equal(reply.json().code, 'mail-is-no-acceptance', what);
    assert.equal(reply.json().errors[0].pointer, pointer, what);
  }
  const stranger = await sentEstimate();
  const foreign = await stranger.confirm({ mail: approved });
  assert.equal(foreign.json().code, 'mail-is-no-acceptance', "another customer's mail");

  const shared = await one.confirm({ mail: approved });
  assert.equal(
    shared.json().code,
    'mail-is-no-acceptance',
    'the colleague has the address of the ticket too',
  );
  assert.match(shared.json().errors[0].detail, /which others have too/);

  const alone = await sentEstimate();
  const accepted = await answer(alone.ticket, alone.email, 'Approved, PO 4711');
  const signed = await alone.confirm({ mail: accepted, reference: 'PO 4711' });
  assert.equal(signed.statusCode, 200, signed.body);
  assert.equal(signed.json().status, 'signed-off');
  assert.match(signed.json().acceptances[0].statement, /PO 4711/);
});

test('an answer to the mailed estimate goes on the ticket of its integration, proved by its address', async () => {
  const one = await sentEstimate();
  await d.runJobs();
  const outbox = (await d.server.as(d.director).get(`/api/outbox?kind=estimate&search=${one.email}`)).json()
    .items;
  const mail = (await d.server.as(d.director).get(`/api/outbox/${outbox[0].id}`)).json();
  assert.equal(mail.replyTo, (await d.ticketOf(one.ticket)).replyAddress);
  await d.mail({
    from: one.email,
    subject: 'AW: something else',
    text: 'Approved',
    headers: { 'In-Reply-To': mail.messageId },
  });
  const held = (await d.held()).find((each) => each.from.address === one.email);
  assert.equal(held?.reason, 'unproved-sender');
  assert.equal(held?.suggestedTicket?.id, one.ticket?.id);
  await d.mail({ from: one.email, to: mail.replyTo, subject: 'AW: Estimate', text: 'Approved, PO 12' });
  const last = (await d.ticketOf(one.ticket)).thread.findLast((entry) => entry.kind === 'mail');
  assert.deepEqual([last?.text.trim(), last?.verifiedBy], ['Approved, PO 12', 'token']);
});

test('a ticket is offered to a new customer’s integration, and linked to it', async () => {
  const customer = await d.customerWithContact();
  const consultant = await makePerson(d.t.platform, { roles: ['lead-consultant'] });
  const base = `/api/customers/${showId('cus', customer.customerId)}`;
  const opened = await server.as(consultant).post(`${base}/integrations`, {
    name: 'Rosters',
    origin: 'new',
    tracks: ['file-transfer'],
    projectReference: 'ONB-9',
    contractClause: '4.2',
  });
  assert.equal(opened.statusCode, 201, opened.body);
  await d.mail({ from: customer.email, subject: 'About our rosters' });
  const [ticket] = await d.tickets(customer.code);
  const { candidates } = await d.ticketOf(ticket);
  assert.deepEqual(
    candidates.map((each) => [each.integrationId, each.title]),
    [[opened.json().id, 'Rosters']],
  );
  const linked = await server
    .as(consultant)
    .post(`${base}/tickets/${ticket?.id}/link`, { integrationId: opened.json().id });
  assert.equal(linked.json().integrationId, opened.json().id, linked.body);
  await runConsumers(d.t.platform, [followLog]);
  const view = (await server.as(consultant).get(`${base}/integrations/${opened.json().id}`)).json();
  assert.equal(view.links.ticket, ticket?.id);
});
