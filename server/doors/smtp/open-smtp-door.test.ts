import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { desk } from '#modules/desk/index.ts';
import { read } from '#platform/transact.ts';
import { speakSmtp } from '#testing/doors/raw-smtp.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { until } from '#testing/until.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

describe('bad input', () => {
  test('a mail of 50 MB is answered 552 and nothing of it is kept', async () => {
    const before = (await d.outcomes()).length;
    const size = 50 * 1024 * 1024;
    const replies: string[] = [];
    const socket = createConnection(d.door.address.port, d.door.address.host);
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
    assert.equal((await d.outcomes()).length, before);
  });

  test('postmaster, with or without a domain, and abuse are taken and held for a person, who can save the mail as it was sent', async () => {
    const receivers = ['postmaster', 'Postmaster@Vendor.example', 'abuse@vendor.example'];
    for (const [at, receiver] of receivers.entries()) {
      const replies = await speakSmtp(
        d.door.address,
        ['EHLO a.example', 'MAIL FROM:<admin@a.example>', `RCPT TO:<${receiver}>`, 'DATA'],
        [`From: admin@a.example\r\nSubject: Duty ${at}\r\n\r\nWords\r\n`],
      );
      assert.match(replies.at(-1) ?? '', /^250/, receiver);
    }
    await d.runJobs();
    const held = (await d.held()).filter((one) => one.reason === 'to-postmaster');
    assert.deepEqual(held.map((one) => one.subject).sort(), ['Duty 0', 'Duty 1', 'Duty 2']);
    const saved = await d.server.as(d.manager).get(`/api/held-mails/${held[0]?.id}/original.eml`);
    assert.match(String(saved.headers['content-disposition']), /^attachment; filename="mail.eml"/);
    assert.match(saved.body, /^From: admin@a\.example\r\n/);
    await assert.rejects(d.sendRaw('a@b.example', 'postmaster@elsewhere.example', ['', 'x']), /550/);
  });

  test('nobody can relay through the door', async () => {
    await assert.rejects(
      d.sendRaw('a@b.example', 'someone@elsewhere.example', ['Subject: x', '', 'x']),
      /550/,
    );
    await assert.rejects(d.sendRaw('a@b.example', 'director@vendor.example', ['Subject: x', '', 'x']), /550/);
  });

  test('a sender that disconnects half-way through a mail leaves nothing', async () => {
    const before = (await d.outcomes()).length;
    const socket = createConnection(d.door.address.port, d.door.address.host);
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    await until(() => heard.includes('220 '));
    socket.write(`EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<${helpdesk}>\r\nDATA\r\n`);
    await until(() => heard.includes('354 '));
    socket.write('Subject: half\r\n\r\nhalf of it');
    socket.destroy();
    await d.sendRaw('whole@b.example', helpdesk, ['Subject: whole', '', 'whole']);
    assert.equal((await d.outcomes()).length, before + 1);
    await d.runJobs();
  });

  test('bytes that are no mail are kept and held for a person', async () => {
    await d.sendRaw('garbage@b.example', helpdesk, ['', randomBytes(200).toString('base64'), '']);
    await d.runJobs();
    assert.equal((await d.outcomes()).at(-1), 'unparseable');
    assert.ok((await d.held()).some((one) => one.reason === 'unparseable'));
  });

  test('an invalid date, a huge subject and a NUL do no harm', async () => {
    const customer = await d.customerWithContact();
    await d.sendRaw(customer.email, helpdesk, [
      `From: ${customer.email}`,
      'Date: yesterday, I think',
      `Subject: ${'long '.repeat(500)}`,
      '',
      'a\0b',
      '',
    ]);
    await d.runJobs();
    assert.equal((await d.tickets(customer.code)).length, 1);
  });

  test('a mail that was answered 250 makes its ticket once, whenever and however often it is processed', async () => {
    const customer = await d.customerWithContact();
    await d.send({ from: customer.email, subject: 'Survives' });
    const [stored] = await read(
      d.t.platform,
      {},
      (sql) => sql<{ id: string }[]>`select id from desk.inbox order by id desc limit 1`,
    );
    assert.equal((await d.tickets(customer.code)).length, 0, 'stored, not processed: as after a kill');
    const process = desk.jobs?.(d.t.platform)['process-mail'] as (payload: {
      inboxId: string;
    }) => Promise<void>;
    await Promise.allSettled([1, 2, 3].map(() => process({ inboxId: stored?.id ?? '' })));
    await d.runJobs();
    assert.equal((await d.tickets(customer.code)).length, 1);
    assert.equal((await d.tickets(customer.code))[0]?.mails, 2, 'the mail and one acknowledgement');
  });
});
