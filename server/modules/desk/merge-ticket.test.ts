import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TicketLine, TicketView } from '#contract/desk.ts';
import { parseId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { makeCustomer } from '#testing/factories.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { expectTicket, linkTicket } from './index.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

const pathOf = (line: TicketLine | undefined) => `/api/customers/${line?.customer.id}/tickets/${line?.id}`;
const post = (line: TicketLine | undefined, what: string, body: object = {}) =>
  d.server.as(d.manager).post(`${pathOf(line)}/${what}`, body);
const words = (view: TicketView) =>
  view.thread.flatMap((one) => (one.kind === 'mail' ? [one.text.trim()] : []));

/** Two tickets of one customer; the second one has an attachment. */
async function twoTickets() {
  const customer = await d.customerWithContact();
  const second = `Second [##${customer.code.replace('CUST', '77')}##]`;
  const id = (name: string) => `<${name}-${customer.code}@customer.example>`;
  await d.mail({
    from: customer.email,
    subject: 'First',
    text: 'words of the first',
    messageId: id('first'),
  });
  await d.sendRaw(customer.email, helpdesk, [
    `From: ${customer.email}`,
    `To: ${helpdesk}`,
    'Cc: helper@elsewhere.example',
    `Subject: ${second}`,
    `Message-ID: ${id('second')}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'words of the second',
    '--b',
    'Content-Type: text/csv; name=rows.csv',
    'Content-Disposition: attachment; filename=rows.csv',
    '',
    'a,b',
    '--b--',
    '',
  ]);
  await d.runJobs();
  const lines = await d.tickets(customer.code);
  const line = (subject: string) => lines.find((one) => one.subject.startsWith(subject));
  return { customer, id, token: second, first: line('First'), second: line('Second') };
}

test('a merged ticket leads to the surviving one by its mails, files, people, number, reply address, references and notes', async () => {
  const { customer, id, token, first, second } = await twoTickets();
  const gone = await d.ticketOf(second);
  await post(second, 'note', { text: 'A note on the second' });
  assert.deepEqual(
    gone.similar.map((one) => one.number),
    [first?.number],
    'the page asks whether it is the other one',
  );
  const merged = await post(second, 'merge', { intoId: first?.id });
  assert.equal(merged.statusCode, 200, merged.body);
  assert.deepEqual(merged.json().mergedInto, { id: first?.id, number: first?.number, subject: 'First' });
  assert.equal(merged.json().status, 'closed');

  let view = await d.ticketOf(first);
  const there = ['words of the first', 'words of the second'];
  assert.ok(there.every((text) => words(view).includes(text)));
  assert.ok(view.thread.some((one) => one.kind === 'note' && one.text === 'A note on the second'));
  assert.ok(view.participants.some((one) => one.address === 'helper@elsewhere.example' && !one.admitted));
  const mail = view.thread.find((one) => one.kind === 'mail' && one.attachments.length === 1);
  const file = await d.server
    .as(d.manager)
    .get(`${pathOf(first)}/mails/${mail?.kind === 'mail' ? mail.id : ''}/attachments/0`);
  assert.equal(file.body.trim(), 'a,b');

  const answers = {
    token: { to: gone.replyAddress, subject: 'Re: Second' },
    reference: { to: view.replyAddress, subject: 'Re: x', headers: { 'In-Reply-To': id('second') } },
  };
  for (const [text, answer] of Object.entries(answers))
    await d.mail({ from: customer.email, text, ...answer });
  await d.mail({ from: customer.email, text: 'outside', subject: `Re: ${token}` });
  const held = (await d.held()).find((one) => one.from.address === customer.email);
  assert.equal(held?.suggestedTicket?.id, first?.id, 'a token of another helpdesk leads there too');
  const admitted = await post(first, 'admit', { addresses: ['helper@elsewhere.example'] });
  assert.equal(admitted.statusCode, 200, admitted.body);
  await d.mail({
    from: 'helper@elsewhere.example',
    to: gone.replyAddress,
    subject: 'Re: x',
    text: 'let in later',
  });
  view = await d.ticketOf(first);
  assert.ok(
    words(view).includes('let in later'),
    'who takes part in the surviving one may write to either address',
  );
  assert.ok(['token', 'reference'].every((text) => words(view).includes(text)));
  assert.equal(words(await d.ticketOf(second)).length, 0);

  for (const [what, body] of Object.entries({
    reopen: {},
    note: { text: 'x' },
    merge: { intoId: first?.id },
    reply: { text: 'x', to: [customer.email], seen: 'x' },
  })) {
    const refused = await post(second, what, body);
    assert.deepEqual([refused.statusCode, refused.json().code], [409, 'ticket-merged'], what);
  }
  const audit = await read(
    d.t.platform,
    { customerId: customer.customerId },
    (sql) => sql<{ action: string }[]>`
      select action from platform.audit where customer_id = ${customer.customerId} and action in ('ticket.merged', 'ticket.took-over')
      order by action`,
  );
  assert.deepEqual(
    audit.map((one) => one.action),
    ['ticket.merged', 'ticket.took-over'],
  );
});

test('what was merged before leads to the last survivor, and a ticket of an integration is never merged away', async () => {
  const { customer, first, second } = await twoTickets();
  const { replyAddress } = await d.ticketOf(second);
  await post(second, 'merge', { intoId: first?.id });
  await d.mail({ from: customer.email, subject: 'Third' });
  const third = (await d.tickets(customer.code)).find((one) => one.subject === 'Third');
  const integrationId = first?.id.replace('tkt_', 'int_') ?? '';
  const uuid = parseId('int', integrationId) ?? '';
  await transact(d.t.platform, { customerId: customer.customerId }, d.director, async (work) => {
    await expectTicket(work, { integrationId: uuid, title: 'Rosters' });
    await linkTicket(work, { ticketId: parseId('tkt', third?.id ?? '') ?? '', integrationId: uuid });
  });
  assert.equal((await post(third, 'merge', { intoId: first?.id })).json().code, 'ticket-has-integration');
  assert.equal((await post(first, 'merge', { intoId: first?.id })).json().code, 'ticket-itself');
  assert.equal((await post(first, 'merge', { intoId: third?.id })).statusCode, 200);
  await d.mail({ from: customer.email, to: replyAddress, subject: 'Re: Second', text: 'to the last one' });
  assert.ok(words(await d.ticketOf(third)).includes('to the last one'));
  assert.equal((await d.ticketOf(second)).mergedInto?.id, third?.id);

  const other = await makeCustomer(d.t.platform);
  const elsewhere = { ...third, customer: { ...third?.customer, id: `cus_${other.code}` } } as TicketLine;
  assert.notEqual((await post(elsewhere, 'merge', { intoId: first?.id })).statusCode, 200);
});

test('a mail moves to another ticket with the answers to it, and the history of each says so', async () => {
  const { customer, id, token, first, second } = await twoTickets();
  const mail = (await d.ticketOf(second)).thread.find((one) => one.kind === 'mail' && one.direction === 'in');
  const mailId = mail?.kind === 'mail' ? mail.id : '';
  const moved = await post(second, `mails/${mailId}/move`, { intoId: first?.id });
  assert.equal(moved.statusCode, 200, moved.body);
  const history = (view: TicketView) =>
    view.thread.flatMap((one) =>
      one.kind === 'change' && one.change.startsWith('mail-') ? [one.detail] : [],
    );
  const said = (number: number | undefined) => [`“${token}” of ${customer.email}, #${number}`];
  assert.deepEqual(history(moved.json()), said(first?.number));
  assert.ok(!words(moved.json()).includes('words of the second'));
  const view = await d.ticketOf(first);
  assert.deepEqual(history(view), said(second?.number));
  assert.ok(words(view).includes('words of the second'));
  await d.mail({
    from: customer.email,
    to: view.replyAddress,
    subject: 'Re: Second',
    text: 'answer to what was moved',
    headers: { 'In-Reply-To': id('second') },
  });
  assert.ok(words(await d.ticketOf(first)).includes('answer to what was moved'));
  assert.equal((await post(second, `mails/${mailId}/move`, { intoId: first?.id })).statusCode, 404);
});
