import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLibraryPool } from '#platform/database.ts';
import { read } from '#platform/transact.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { type NameServer, openNameServer } from '#testing/name-server.ts';
import { until } from '#testing/until.ts';
import { keepQueue } from '../../doors/worker/keep-queue.ts';
import { desk } from './index.ts';

let d: MailDesk;
let names: NameServer;
before(async () => {
  names = await openNameServer();
  d = await openMailDesk({ smtp: { nameServers: [names.address] } });
});
after(async () => {
  await d.close();
  await names.close();
});

test('eighty mails of domains whose name servers do not answer let an honest mail that came last pass', async () => {
  const customer = await d.customerWithContact();
  for (let at = 0; at < 80; at++) {
    names.silent.add(`silent-${at}.test`);
    await d.sendRaw(`a@silent-${at}.test`, helpdesk, [
      `From: a@silent-${at}.test`,
      `Subject: Silent ${at}`,
      `DKIM-Signature: v=1; a=rsa-sha256; d=silent-${at}.test; s=s1; h=from; bh=x; b=x`,
      '',
      'Words',
      '',
    ]);
  }
  await d.send({ from: customer.email, subject: 'Honest' });
  const pool = openLibraryPool(d.t.ownerUrl, 6);
  const queue = await keepQueue(d.t.platform, pool, desk.jobs?.(d.t.platform) ?? {});
  const done = async () =>
    read(
      d.t.platform,
      {},
      (sql) => sql<{ sender: string; outcome: string | null }[]>`
        select envelope_from as sender, outcome from desk.inbox order by id`,
    );
  try {
    // What counts is the order; the deadlines leave room for a busy machine.
    const patient = { deadlineMs: 90_000 };
    await until(
      async () => (await done()).find((one) => one.sender === customer.email)?.outcome != null,
      patient,
    );
    const silent = (await done()).filter((one) => one.sender.endsWith('.test') && one.outcome !== null);
    assert.ok(
      silent.length < 40,
      `the honest mail came last, and only ${silent.length} of 80 were done before it`,
    );
    await until(async () => (await done()).every((one) => one.outcome !== null), patient);
    assert.ok((await done()).every((one) => one.sender === customer.email || one.outcome === 'held'));
  } finally {
    await queue.stop();
    await pool.end();
  }
});
