import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

const stranger = 'eve@elsewhere.example';

test('an address that only an unproved mail names takes no part, and stays out of the ticket until a person lets it in', async () => {
  const customer = await d.customerWithContact();
  const id = `<${customer.code}-1@customer.example>`;
  await d.sendRaw(customer.email, helpdesk, [
    `From: Contact <${customer.email}>`,
    `To: ${helpdesk}, helper@elsewhere.example`,
    `Cc: Contact <${stranger}>`,
    'Reply-To: answers@elsewhere.example',
    `Message-ID: ${id}`,
    'Date: Tue, 01 Dec 2026 10:00:00 +1300',
    'Subject: Price of the HR feed',
    '',
    'What will it cost?',
    '',
  ]);
  await d.runJobs();
  const [line] = await d.tickets(customer.code);
  const people = async () => (await d.ticketOf(line)).participants;
  assert.deepEqual(
    (await people()).map((one) => [one.address, one.role, one.admitted, one.admittedBy]).sort(),
    [
      ['answers@elsewhere.example', 'outsider', false, null],
      [customer.email, 'requester', true, 'Fairlead'],
      [stranger, 'outsider', false, null],
      ['helper@elsewhere.example', 'outsider', false, null],
    ].sort(),
  );
  assert.equal((await people()).find((one) => one.address === stranger)?.name, 'Contact');

  // The ticket's own address is a proof; even so, a stranger is no part of the ticket.
  const { replyAddress } = await d.ticketOf(line);
  const join = (text: string) => d.mail({ from: stranger, to: replyAddress, subject: 'Re: Price', text });
  await join('Please just reply with the PDF.');
  const held = (await d.held()).find((one) => one.from.address === stranger);
  assert.equal(held?.reason, 'not-taking-part');

  // A person who adds the mail says where it belongs, and nothing of its writer.
  const url = `/api/held-mails/${held?.id}/decide`;
  const added = await d.server.as(d.manager).post(url, { decision: 'append', ticketId: line?.id });
  assert.equal(added.statusCode, 200, added.body);
  assert.equal((await people()).find((one) => one.address === stranger)?.admitted, false);
  await join('And once more.');
  assert.equal((await d.held()).filter((one) => one.from.address === stranger).length, 1);

  const admit = `/api/customers/${line?.customer.id}/tickets/${line?.id}/admit`;
  const let_in = await d.server.as(d.manager).post(admit, { addresses: [stranger] });
  assert.equal(let_in.statusCode, 200, let_in.body);
  const now = (await people()).find((one) => one.address === stranger);
  assert.deepEqual([now?.admitted, now?.admittedBy], [true, d.manager.name]);
  await join('I am let in.');
  assert.ok(
    (await d.ticketOf(line)).thread.some((one) => one.kind === 'mail' && one.text.includes('let in')),
  );
});

test('a proved writer who takes part brings others along, by the address that let them in', async () => {
  const customer = await d.customerWithContact();
  await d.mail({ from: customer.email, subject: 'Question' });
  const [line] = await d.tickets(customer.code);
  const { replyAddress } = await d.ticketOf(line);
  await d.sendRaw(customer.email, replyAddress, [
    `From: ${customer.email}`,
    `To: ${replyAddress}`,
    'Cc: colleague@partner.example',
    'Subject: Re: Question',
    '',
    'My colleague helps us.',
    '',
  ]);
  await d.runJobs();
  const colleague = (await d.ticketOf(line)).participants.find((one) => one.address.startsWith('colleague'));
  assert.deepEqual(
    [colleague?.admitted, colleague?.admittedBy, colleague?.role],
    [true, customer.email, 'outsider'],
  );
});

test('a held mail that a person places keeps its proof as it was, on a ticket and as the first of one', async () => {
  const customer = await d.customerWithContact();
  await d.mail({ from: customer.email, subject: 'Mine', messageId: `<${customer.code}-2@customer.example>` });
  const [line] = await d.tickets(customer.code);
  await d.mail({
    from: customer.email,
    subject: 'Re: Mine',
    text: 'Approved',
    headers: { References: `<${customer.code}-2@customer.example>` },
  });
  const held = (await d.held()).find((one) => one.suggestedTicket?.id === line?.id);
  assert.deepEqual([held?.reason, held?.verifiedBy], ['unproved-sender', 'none']);
  const decide = (id: string | undefined, body: object) =>
    d.server.as(d.manager).post(`/api/held-mails/${id}/decide`, body);
  assert.equal((await decide(held?.id, { decision: 'append', ticketId: line?.id })).statusCode, 200);
  const mail = (await d.ticketOf(line)).thread.findLast((one) => one.kind === 'mail');
  assert.deepEqual([mail?.verifiedBy, mail?.placedBy], ['none', d.manager.name]);

  await d.mail({ from: 'new@company.example', subject: 'Hello' });
  const first = (await d.held()).find((one) => one.from.address === 'new@company.example');
  const made = await decide(first?.id, { decision: 'make-ticket', customerId: line?.customer.id });
  const ticket = (await d.tickets(customer.code)).find((one) => one.id === made.json().ticketId);
  assert.equal(ticket?.verified, false);
  const requester = (await d.ticketOf(ticket)).participants[0];
  assert.deepEqual([requester?.role, requester?.admittedBy], ['requester', d.manager.name]);
});

test('a proved mail that is sent again to another ticket is held, and proves nothing there', async () => {
  const customer = await d.customerWithContact();
  for (const subject of ['Rosters', 'Payslips'])
    await d.mail({ from: customer.email, subject, text: subject });
  const [one, other] = await d.tickets(customer.code);
  const approval = [
    `From: ${customer.email}`,
    `To: ${helpdesk}`,
    `Message-ID: <approval-${customer.code}@customer.example>`,
    'Date: Tue, 01 Dec 2026 10:00:00 +1300',
    'Subject: Approved',
    '',
    'Approved, go ahead.',
    '',
  ];
  for (const line of [one, other, other])
    await d.sendRaw(customer.email, (await d.ticketOf(line)).replyAddress, approval);
  await d.runJobs();
  const mailsOf = async (line: typeof one) => JSON.stringify((await d.ticketOf(line)).thread);
  assert.match(await mailsOf(one), /go ahead/);
  assert.doesNotMatch(await mailsOf(other), /go ahead/);
  const held = (await d.held()).filter((mail) => mail.from.address === customer.email);
  assert.ok(held.length > 0, 'a person finds it');
  for (const mail of held) {
    assert.deepEqual([mail.reason, mail.verifiedBy], ['unproved-sender', 'none']);
    assert.equal(mail.suggestedTicket?.number, other?.number);
  }
});
