import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { desk } from '#modules/desk/index.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read } from '#platform/transact.ts';
import { type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { processMail } from './process-mail.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

/** A closed ticket and a stranger's mail to it that waits for a person. */
async function heldForClosed() {
  const customer = await d.customerWithContact();
  await d.mail({
    from: customer.email,
    subject: 'Question',
    messageId: `<${customer.code}@customer.example>`,
  });
  const [line] = await d.tickets(customer.code);
  await d.server.as(d.manager).post(`/api/customers/${line?.customer.id}/tickets/${line?.id}/close`, {});
  const answer = () =>
    d.mail({
      from: 'stranger@elsewhere.example',
      subject: 'Re: Question',
      text: `Words of ${customer.code}`,
      headers: { 'In-Reply-To': `<${customer.code}@customer.example>` },
    });
  const append = async () => {
    const waiting = (await d.held()).find((one) => one.suggestedTicket?.id === line?.id);
    const body = { decision: 'append', ticketId: line?.id };
    return (await d.server.as(d.manager).post(`/api/held-mails/${waiting?.id}/decide`, body)).json();
  };
  return { code: customer.code, line, answer, append };
}

test('a held mail that is added to a closed ticket reopens it, as an answer would', async () => {
  const { line, answer, append } = await heldForClosed();
  await answer();
  assert.equal((await append()).ticketId, line?.id);
  assert.equal((await d.ticketOf(line)).status, 'open');
});

test('a held mail for a ticket that was closed long ago makes a new one that names it', async () => {
  const { code, line, answer, append } = await heldForClosed();
  const { clock } = d.t.platform;
  const now = clock.now();
  clock.set(now.add({ hours: 24 * 15 }));
  try {
    await answer();
    const made = await append();
    assert.notEqual(made.ticketId, line?.id);
    const fresh = (await d.tickets(code)).find((one) => one.id === made.ticketId);
    assert.equal((await d.ticketOf(fresh)).linkedTicketId, line?.id);
    assert.equal((await d.ticketOf(line)).status, 'closed');
  } finally {
    clock.set(now);
  }
});

test('once a held mail is decided its words are kept in one place less', async () => {
  const { code, answer, append } = await heldForClosed();
  const kept = () =>
    read(
      d.t.platform,
      {},
      (sql) => sql`select 1 from desk.held_mails where content::text like ${`%Words of ${code}%`}`,
    );
  await answer();
  assert.equal((await kept()).length, 1);
  await append();
  assert.equal((await kept()).length, 0);
});

test('a mail on which the rules fail waits for a person, who can have it read again; it is never given up in silence', async () => {
  const customer = await d.customerWithContact();
  const failWith = async (state: string) => {
    await d.t.owner.unsafe(`
      create or replace function failing() returns trigger language plpgsql as
      'begin raise exception using errcode = $$${state}$$, message = $$no$$; end';
      create or replace trigger failing before insert on desk.tickets execute function failing()`);
  };
  const heldOf = async () => (await d.held()).find((one) => one.reason === 'unparseable');
  await failWith('53100');
  try {
    await d.mail({ from: customer.email, subject: 'Question' });
    assert.equal((await d.outcomes()).at(-1), null, 'a full disk is waited for');
    assert.equal(await heldOf(), undefined);
    await failWith('23514');
    await d.mail({ from: customer.email, subject: 'Another question' });
    assert.equal((await d.outcomes()).at(-1), 'unparseable');
  } finally {
    await d.t.owner`drop function failing() cascade`;
  }
  const held = await heldOf();
  const decide = `/api/held-mails/${held?.id}/decide`;
  assert.equal((await d.server.as(d.manager).post(decide, { decision: 'replay' })).statusCode, 200);
  await d.runJobs();
  assert.ok((await d.tickets(customer.code)).some((line) => line.subject === 'Another question'));
});

test('a discarded mail can be taken back for thirty days; then its bytes are gone, and that it came is known', async () => {
  const { platform } = d.t;
  const now = platform.clock.now();
  const [taken, forgotten] = ['Taken back', 'Forgotten'] as const;
  const discarded = async (subject: string) => {
    await d.mail({ from: 'stranger@elsewhere.example', subject });
    const held = (await d.held()).find((one) => one.subject === subject);
    const decide = (decision: string) =>
      d.server.as(d.manager).post(`/api/held-mails/${held?.id}/decide`, { decision });
    assert.equal((await decide('discard')).statusCode, 200);
    return decide;
  };
  const keys = () =>
    read(platform, {}, async (sql) =>
      (await sql<{ key: string | null }[]>`select object_key as key from desk.inbox order by id desc limit 2`)
        .map((row) => row.key)
        .reverse(),
    );
  const first = await discarded(taken);
  const second = await discarded(forgotten);
  assert.equal((await first('replay')).statusCode, 200);
  await d.runJobs();
  assert.ok(
    (await d.held()).some((one) => one.subject === taken),
    'it waits again',
  );
  const [kept = null, removed = null] = await keys();
  platform.clock.set(now.add({ hours: 24 * 30, minutes: 1 }));
  try {
    assert.equal(await fireDueTimers(platform, desk.timers?.(platform) ?? {}), 1);
    assert.deepEqual(await keys(), [kept, null]);
    await d.runJobs();
    await platform.objects.readBuffer(kept ?? '', 10_000);
    await assert.rejects(platform.objects.readBuffer(removed ?? '', 10_000), { code: 'OBJECT_EXPIRED' });
    assert.equal((await second('replay')).json().code, 'held-mail-decided');
  } finally {
    platform.clock.set(now);
  }
});

test('a mail whose bytes the store does not give waits, is tried again and makes its ticket once they are there', async () => {
  const customer = await d.customerWithContact();
  const { store, platform } = d.t;
  await d.send({ from: customer.email, subject: 'Away for a while' });
  const [stored] = await platform.db<{ id: string; objectKey: string }[]>`
    select id, object_key as "objectKey" from desk.inbox where state = 'stored'`;
  const file = join(platform.config.server.dataDir, 'objects', stored?.objectKey ?? '');
  const bytes = await readFile(file);
  const processed = () => processMail(platform, { inboxId: stored?.id ?? '' });
  const stateOf = async () => {
    const [row] = await platform.db<{ state: string; outcome: string | null }[]>`
      select state, outcome from desk.inbox where id = ${stored?.id ?? ''}`;
    return [row?.state, row?.outcome];
  };
  await store.blobs.remove(stored?.objectKey ?? '');
  await assert.rejects(processed(), { code: 'OBJECT_MISSING' });
  assert.deepEqual(await stateOf(), ['stored', null], 'nothing is concluded about the mail');
  await writeFile(file, bytes.subarray(0, bytes.length - 1));
  await assert.rejects(processed(), { code: 'OBJECT_DAMAGED' });
  assert.deepEqual(await stateOf(), ['stored', null]);
  assert.ok((await d.held()).every((mail) => mail.reason !== 'unparseable'));
  await writeFile(file, bytes);
  await processed();
  assert.deepEqual(await stateOf(), ['processed', 'ticket-created']);
});
