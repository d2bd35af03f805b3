import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TicketEntry, TicketLine, TicketView } from '#contract/desk.ts';
import { systemActor } from '#platform/actor.ts';
import { parseId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

const pathOf = (line: TicketLine | undefined) => `/api/customers/${line?.customer.id}/tickets/${line?.id}`;
const send = (line: TicketLine | undefined, body: object) =>
  d.server.as(d.manager).post(`${pathOf(line)}/reply`, body);

async function ticketWithPeople() {
  const customer = await d.customerWithContact();
  await d.mail({ from: customer.email, subject: `Question of ${customer.code}` });
  const [line] = await d.tickets(customer.code);
  return { customer, line, view: await d.ticketOf(line) };
}

async function repliesOf(view: TicketView) {
  const id = parseId('tkt', view.id) ?? '';
  const scope = { customerId: parseId('cus', view.customer.id) ?? '' };
  const rows = await read(
    d.t.platform,
    scope,
    (sql) => sql<{ recipients: string[]; copies: string[] }[]>`
      select o.recipients, o.copies from mail.outbox o join desk.mails m on m.outbox_id = o.id
      where m.ticket_id = ${id} and o.kind = 'ticket-reply' order by o.id`,
  );
  return [...rows];
}

test('a reply goes to who asked and the customer’s people, and to no outsider who wrote last without being confirmed', async () => {
  const { customer, line, view: first } = await ticketWithPeople();
  // The customer's mail, proved by the address, brings a colleague and an outsider along; the outsider writes last.
  const domain = `${customer.code.toLowerCase()}.example`;
  await transact(
    d.t.platform,
    { customerId: customer.customerId },
    systemActor('test'),
    ({ sql }) => sql`update customers.customers set domains = ${[domain]} where id = ${customer.customerId}`,
  );
  await d.sendRaw(customer.email, first.replyAddress, [
    `From: ${customer.email}`,
    `To: ${first.replyAddress}`,
    `Cc: Mere <mere@${domain}>, Eve <eve@elsewhere.example>`,
    'Subject: Re: Question',
    '',
    'My colleagues help.',
  ]);
  await d.runJobs();
  await d.mail({
    from: 'eve@elsewhere.example',
    to: first.replyAddress,
    subject: 'Re: Question',
    text: 'Me too',
  });
  const view = await d.ticketOf(line);
  assert.deepEqual(view.recipients.to, [customer.email]);
  assert.deepEqual(view.recipients.cc, [`mere@${domain}`]);
  const eve = view.participants.find((one) => one.address === 'eve@elsewhere.example');
  assert.deepEqual([eve?.admitted, eve?.belongs, eve?.written], [true, false, false]);

  const { to, cc, seen } = view.recipients;
  const body = { text: 'Kia ora', to, cc: [...cc, 'Eve@Elsewhere.example'], seen };
  const refused = await send(line, body);
  assert.deepEqual([refused.statusCode, refused.json().code], [422, 'outsider-not-confirmed']);
  assert.deepEqual(refused.json().errors, [{ pointer: '/cc/1', detail: 'eve@elsewhere.example' }]);
  assert.deepEqual(await repliesOf(view), []);

  assert.equal((await send(line, { text: 'Kia ora', to, cc, seen })).statusCode, 200);
  assert.deepEqual(await repliesOf(view), [{ recipients: [...to, ...cc], copies: cc }]);
  const sent = (await d.ticketOf(line)).thread.findLast((one) => one.kind === 'mail');
  assert.deepEqual([sent?.to, sent?.cc], [to, cc]);

  const confirmed = await send(line, { ...body, outsiders: ['eve@elsewhere.example'] });
  assert.equal(confirmed.statusCode, 200, confirmed.body);
  const now = (await d.ticketOf(line)).participants.find((one) => one.address === 'eve@elsewhere.example');
  assert.equal(now?.written, true);
});

test('who joined after the writer looked gets nothing, and the writer is asked to look again', async () => {
  const { line, view } = await ticketWithPeople();
  await transact(
    d.t.platform,
    { customerId: parseId('cus', view.customer.id) ?? '' },
    systemActor('test'),
    ({ sql }) => sql`
      insert into desk.participants (customer_id, ticket_id, address, first_seen_at)
      values (${parseId('cus', view.customer.id) ?? ''}, ${parseId('tkt', view.id) ?? ''}, 'late@elsewhere.example', now())`,
  );
  const { to, cc, seen } = view.recipients;
  const refused = await send(line, { text: 'Kia ora', to, cc, seen });
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'participants-changed']);
  assert.deepEqual(await repliesOf(view), []);
  const { recipients } = await d.ticketOf(line);
  assert.equal((await send(line, { text: 'Kia ora', ...recipients })).statusCode, 200);
  assert.deepEqual(await repliesOf(view), [{ recipients: to, copies: [] }]);
});

test('a reply names its receivers, each one an address, and none of them the helpdesk', async () => {
  const { line, view } = await ticketWithPeople();
  const { to, seen } = view.recipients;
  const codes: string[] = [];
  for (const body of [
    { text: 'x', seen },
    { text: 'x', to: [], seen },
    { text: 'x', to: ['Somebody <a@b.example>'], seen },
    { text: 'x', to: ['a@b.example\r\nBcc: c@d.example'], seen },
    { text: 'x', to },
    { text: 'x', to, cc: [helpdesk], seen },
    { text: 'x', to: [view.replyAddress], seen },
  ])
    codes.push((await send(line, body)).json().code);
  assert.deepEqual(codes, [
    ...Array(5).fill('invalid-request'),
    'recipient-is-helpdesk',
    'recipient-is-helpdesk',
  ]);
  assert.deepEqual(await repliesOf(view), []);
});

test('a proved mail’s wish for answers elsewhere is followed, that of an unproved one is not', async () => {
  const { customer, line, view } = await ticketWithPeople();
  const write = async (to: string) => {
    await d.sendRaw(customer.email, to, [
      `From: ${customer.email}`,
      `To: ${to}`,
      'Reply-To: Rosters <rosters@elsewhere.example>',
      `Subject: Re: ${view.subject}`,
      `Message-ID: <${uuidv7()}@customer.example>`,
      '',
      'Please answer there.',
    ]);
    await d.runJobs();
  };
  await write(helpdesk);
  const [held] = await d.held();
  await d.server
    .as(d.manager)
    .post(`/api/held-mails/${held?.id}/decide`, { decision: 'append', ticketId: line?.id });
  assert.deepEqual((await d.ticketOf(line)).recipients.to, [customer.email]);
  await write(view.replyAddress);
  const { recipients } = await d.ticketOf(line);
  assert.deepEqual(recipients.to, ['rosters@elsewhere.example']);
  assert.equal((await send(line, { text: 'x', ...recipients })).json().code, 'outsider-not-confirmed');
});

test('a ticket with 580 mails shows the newest first, all of them in pages, and a reply follows no page', async () => {
  const { line, view, customer } = await ticketWithPeople();
  const scope = { customerId: customer.customerId };
  const ticketId = parseId('tkt', view.id) ?? '';
  await transact(
    d.t.platform,
    scope,
    systemActor('test'),
    ({ sql }) => sql`
    with inbox as (
      insert into desk.inbox (object_key, sha256, size_bytes, envelope_from, envelope_to, remote_address, received_at)
      select 'none', '\\x00', 1, 'x', '{}', '127.0.0.1', now() from generate_series(1, 580) returning id)
    insert into desk.mails (customer_id, ticket_id, direction, inbox_id, from_address, recipients, subject, body_text,
      verified_by, message_id, at)
    select ${customer.customerId}, ${ticketId}, 'in', id, 'eve@elsewhere.example', '{}', 'Many', 'mail ' || n, 'none',
           '<many-' || n || '@elsewhere.example>', now() + (n / 3) * interval '1 second'
    from (select id, row_number() over () as n from inbox) numbered`,
  );
  const now = await d.ticketOf(line);
  assert.equal(now.mails, 582);
  const words = (items: TicketEntry[]) =>
    items.flatMap((one) =>
      one.kind === 'mail' && one.subject === 'Many' ? [Number(one.text.slice(5))] : [],
    );
  const newest = words(now.thread);
  assert.equal(newest.length, 100);
  assert.ok(newest.includes(580), 'the newest is there');
  const seen = [...newest];
  for (let cursor = now.earlier; cursor !== null; ) {
    const page = (
      await d.server.as(d.manager).get(`${pathOf(line)}/thread?limit=90&cursor=${cursor}`)
    ).json();
    seen.push(...words(page.items));
    cursor = page.next;
  }
  assert.deepEqual(
    seen.sort((a, b) => a - b),
    Array.from({ length: 580 }, (_, index) => index + 1),
  );
  assert.deepEqual(now.recipients.to, [customer.email]);
  assert.equal((await send(line, { text: 'Kia ora', ...now.recipients })).statusCode, 200);
  const [sent] = await read(
    d.t.platform,
    scope,
    (sql) => sql<{ headers: Record<string, string> }[]>`
    select headers from mail.outbox where kind = 'ticket-reply' order by id desc limit 1`,
  );
  assert.match(sent?.headers['References'] ?? '', /many-580@/);
  assert.equal((await d.server.as(d.manager).get(`${pathOf(line)}/thread?cursor=x`)).statusCode, 400);
});
