import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { systemActor } from './actor.ts';
import { isHelpdeskAddress, isOwnMailSignature, mailbox, type OutgoingMail } from './mail.ts';
import { sendOutgoing } from './send-mail.ts';
import { read, transact } from './transact.ts';

/** A relay outside: answers what `next` says, and keeps what it took. */
const relay = { next: 250, taken: [] as { to: string[]; raw: Buffer }[] };
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo: ({ address }, _session, callback) =>
    callback(
      address.startsWith('unknown') ? Object.assign(new Error('no such box'), { responseCode: 550 }) : null,
    ),
  onData: async (stream, session, callback) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (relay.next !== 250)
      return callback(Object.assign(new Error('refused by the test'), { responseCode: relay.next }));
    relay.taken.push({ to: session.envelope.rcptTo.map((one) => one.address), raw: Buffer.concat(chunks) });
    callback();
  },
});
let t: TestDatabase;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  t = await openTestDatabase({ mail: { transport: 'relay', relayUrl: `smtp://127.0.0.1:${port}` } });
});
after(async () => {
  await t.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const plain: OutgoingMail = {
  to: ['Somebody <somebody@customer.example>'],
  subject: 'Tēnā koe\r\nBcc: everybody@else.example',
  text: 'Kia ora ā',
  automatic: true,
  kind: 'invitation',
};

async function store(mail: OutgoingMail): Promise<{ mailId: string; customerId: null }> {
  return {
    mailId: await transact(t.platform, {}, systemActor('test'), (work) => work.mail(mail)),
    customerId: null,
  };
}

async function statusOf(mailId: string) {
  const [row] = await read(
    t.platform,
    {},
    (sql) =>
      sql<{ status: string; detail: string | null; attempts: number; messageId: string }[]>`
      select status, status_detail as detail, attempts, message_id as "messageId" from mail.outbox where id = ${mailId}`,
  );
  return row;
}

test('an automatic mail says so, carries our proof, and a subject can add no header', async () => {
  const stored = await store(plain);
  await sendOutgoing(t.platform, stored);
  const taken = relay.taken.at(-1);
  assert.deepEqual(taken?.to, ['somebody@customer.example']);
  const mail = await PostalMime.parse(taken?.raw ?? '');
  const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
  assert.equal(header('auto-submitted'), 'auto-generated');
  assert.equal(header('x-auto-response-suppress'), 'OOF, AutoReply');
  assert.equal(header('bcc'), undefined);
  assert.equal(mail.text?.trim(), 'Kia ora ā');
  const row = await statusOf(stored.mailId);
  assert.equal(mail.messageId, row?.messageId);
  assert.equal(
    isOwnMailSignature(t.platform.config, row?.messageId ?? '', header('x-fairlead-signature') ?? ''),
    true,
  );
  assert.equal(
    isOwnMailSignature(t.platform.config, '<other@vendor.example>', header('x-fairlead-signature') ?? ''),
    false,
  );
});

test("a person's mail is not marked as automatic", async () => {
  await sendOutgoing(
    t.platform,
    await store({ ...plain, automatic: false, from: mailbox('A "B"\r\n', 'a@vendor.example') }),
  );
  const mail = await PostalMime.parse(relay.taken.at(-1)?.raw ?? '');
  assert.equal(
    mail.headers.some((one) => ['auto-submitted', 'x-auto-response-suppress'].includes(one.key)),
    false,
  );
  assert.equal(mail.from?.address, 'a@vendor.example');
});

test('a busy relay is tried again, the mail goes out once; a refusal for good is noted and not repeated', async () => {
  const stored = await store(plain);
  relay.next = 451;
  await assert.rejects(sendOutgoing(t.platform, stored));
  assert.equal((await statusOf(stored.mailId))?.status, 'waiting');
  relay.next = 250;
  const before = relay.taken.length;
  await sendOutgoing(t.platform, stored);
  await sendOutgoing(t.platform, stored);
  assert.equal(relay.taken.length, before + 1);
  assert.equal((await statusOf(stored.mailId))?.status, 'sent');
  const hopeless = await store(plain);
  relay.next = 554;
  await sendOutgoing(t.platform, hopeless);
  relay.next = 250;
  assert.equal((await statusOf(hopeless.mailId))?.status, 'failed');
});

test('a relay that is away for days loses no mail; after five days it is given up and says so', async () => {
  const stored = await store(plain);
  const attemptIn = async (hours: number) => {
    const now = t.platform.clock.now();
    t.platform.clock.set(now.add({ hours }));
    await sendOutgoing(t.platform, stored).catch(() => {});
    t.platform.clock.set(now);
    return (await statusOf(stored.mailId))?.status;
  };
  relay.next = 451;
  try {
    for (let attempt = 0; attempt < 13; attempt++) assert.equal(await attemptIn(24 * 4), 'waiting');
    assert.equal(await attemptIn(24 * 5), 'failed');
  } finally {
    relay.next = 250;
  }
});

test('a mail that a part of its receivers did not get says so', async () => {
  const stored = await store({ ...plain, to: ['somebody@customer.example', 'unknown@customer.example'] });
  await sendOutgoing(t.platform, stored);
  const row = await statusOf(stored.mailId);
  assert.equal(row?.status, 'sent');
  assert.match(row?.detail ?? '', /refused 1 of 2 receivers/);
});

test('only the helpdesk address and its plus addresses are the helpdesk', () => {
  const { config } = t.platform;
  for (const own of ['helpdesk@vendor.example', 'HelpDesk@Vendor.Example', 'helpdesk+t1-x@vendor.example'])
    assert.equal(isHelpdeskAddress(config, own), true, own);
  for (const other of [
    'helpdesk2@vendor.example',
    'helpdesk@vendor.example.evil.example',
    'helpdesk@other.example',
    '',
  ])
    assert.equal(isHelpdeskAddress(config, other), false, other);
});

test('an invitation is an alternative to the words, with its method, and a file as well', async () => {
  const words = ['BEGIN:VCALENDAR', 'METHOD:CANCEL', 'SUMMARY:Tēnā koutou', 'END:VCALENDAR', ''].join('\r\n');
  const content = Buffer.from(words).toString('base64');
  const invitation = {
    name: 'invitation.ics',
    type: 'text/calendar',
    content,
    calendarMethod: 'CANCEL' as const,
  };
  const rows = { name: 'rows.csv', type: 'text/csv', content: Buffer.from('a,b').toString('base64') };
  await sendOutgoing(t.platform, await store({ ...plain, attachments: [rows, invitation] }));
  const raw = relay.taken.at(-1)?.raw.toString() ?? '';
  const [, alternative = ''] = /Content-Type: multipart\/alternative;\s+boundary="([^"]+)"/.exec(raw) ?? [];
  const parts = raw.split(`--${alternative}`).slice(1, -1);
  assert.equal(parts.length, 2, 'the words, and the invitation');
  assert.match(parts[1] ?? '', /^\s*Content-Type: text\/calendar; charset=utf-8; method=CANCEL\r\n/);
  assert.ok(parts[1]?.includes('\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n'));
  const mail = await PostalMime.parse(raw);
  const read = mail.attachments.map((one) => [one.mimeType, one.method ?? null, one.filename]);
  assert.deepEqual(read.sort(), [
    ['application/ics', null, 'invitation.ics'],
    ['text/calendar', 'CANCEL', null],
    ['text/csv', null, 'rows.csv'],
  ]);
  const calendar = mail.attachments.find((one) => one.mimeType === 'text/calendar');
  const unfolded = (text: string) => text.replaceAll('\r\n', '\n');
  assert.equal(unfolded(new TextDecoder().decode(calendar?.content as ArrayBuffer)), unfolded(words));
});

test('receivers of a copy stand in Cc, and everybody gets the mail', async () => {
  await sendOutgoing(
    t.platform,
    await store({ ...plain, to: ['a@customer.example'], cc: ['B <b@customer.example>'] }),
  );
  const taken = relay.taken.at(-1);
  const mail = await PostalMime.parse(taken?.raw ?? '');
  assert.deepEqual(taken?.to, ['a@customer.example', 'b@customer.example']);
  assert.deepEqual(
    [mail.to, mail.cc].map((people) => people?.map((one) => one.address)),
    [['a@customer.example'], ['b@customer.example']],
  );
});
