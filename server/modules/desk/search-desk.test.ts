import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { showId } from '#platform/ids.ts';
import { type MailDesk, openMailDesk } from '#testing/mail-desk.ts';

let d: MailDesk;
before(async () => {
  d = await openMailDesk();
});
after(() => d.close());

const read = async (path: string) => {
  const answer = await d.server.as(d.manager).get(path);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json() as { items: { subject: string }[]; next: string | null };
};
const subjects = async (path: string) => (await read(path)).items.map((one) => one.subject);

test('a ticket is found by the beginnings of its words, with or without macrons, on every page', async () => {
  const customer = await d.customerWithContact();
  for (const subject of ['Rōpū leave', 'Roster leave', 'Rōpū payday', 'Nothing of it'])
    await d.mail({ from: customer.email, subject });
  assert.deepEqual(await subjects('/api/tickets?search=ropu%20lea'), ['Rōpū leave']);
  assert.deepEqual(await subjects('/api/tickets?search=leave'), ['Roster leave', 'Rōpū leave']);
  const first = await read('/api/tickets?search=leave&limit=1');
  assert.deepEqual(await subjects(`/api/tickets?search=leave&limit=1&cursor=${first.next}`), ['Rōpū leave']);
  assert.equal((await read(`/api/tickets?search=${customer.code.toLowerCase()}`)).items.length, 4);
  assert.equal((await read(`/api/tickets?search=${customer.email}&status=closed`)).items.length, 0);
  assert.equal((await read('/api/tickets?search=%25')).items.length, 0, 'no word finds nothing');
  const other = await d.customerWithContact();
  await d.mail({ from: other.email, subject: 'Theirs' });
  assert.deepEqual(await subjects(`/api/tickets?customer=${showId('cus', other.customerId)}`), ['Theirs']);
});

test('the outbox is found by receiver, subject and kind, held mail by its sender and words', async () => {
  const customer = await d.customerWithContact();
  await d.mail({ from: customer.email, subject: 'Kōwhai question' });
  assert.equal((await read(`/api/outbox?search=kowhai%20${customer.email}`)).items.length, 1);
  assert.equal((await read('/api/outbox?search=ticket-received%20kowhai')).items.length, 1);
  await d.mail({ from: 'stranger@faraway.example', subject: 'Hello', text: 'About the kōwhai trees' });
  assert.deepEqual(await subjects('/api/held-mails?search=faraway%20trees'), ['Hello']);
  assert.deepEqual(await subjects('/api/held-mails?search=faraway%20cars'), []);
});
