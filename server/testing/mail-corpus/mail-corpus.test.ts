import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { automatic } from './automatic.ts';
import type { CorpusMail, Expected } from './corpus-mail.ts';
import { type CorpusWorld, openCorpusWorld, type Placed, type ShownMail } from './corpus-world.ts';
import { forged } from './forged.ts';
import { mimeMails } from './mime.ts';
import { proved } from './proved.ts';
import { recipients } from './recipients.ts';

/** In the order in which they are sent: an answer comes behind what it answers. */
const corpus: CorpusMail[] = [...proved, ...forged, ...recipients, ...automatic, ...mimeMails];

let world: CorpusWorld | undefined;
let placed: Placed[];
before(async () => {
  const opened = await openCorpusWorld();
  world = opened;
  for (const [at, mail] of corpus.entries()) {
    if (typeof mail.mail === 'string' && mail.mail.includes('{one}')) await opened.contact(contactOf(at));
    const reply = await opened.deliver(mail, contactOf(at));
    assert.match(reply, /^250/, `${mail.title}: ${reply}`);
    if (at % 50 === 49) await opened.desk.runJobs();
  }
  await opened.desk.runJobs();
  placed = await opened.placed();
});
after(() => world?.close());

const contactOf = (at: number) => `contact-${at}@rimu.example`;

test('the corpus has at least two hundred mails, each an example of something else', () => {
  assert.ok(corpus.length >= 200, `${corpus.length}`);
  assert.equal(new Set(corpus.map(({ title }) => title)).size, corpus.length);
});

test('every mail that was accepted is on a page that a person can open, or is a copy of one that is', () => {
  assert.equal(placed.length, corpus.length);
  const lost = corpus.filter(
    (_, at) => placed[at]?.shown.length === 0 && placed[at]?.outcome !== 'duplicate',
  );
  assert.deepEqual(
    lost.map(({ title }) => title),
    [],
  );
});

describe('each mail of the corpus stands where it belongs, and reads as it was meant', () => {
  for (const [at, mail] of corpus.entries())
    test(mail.title, async () => {
      const one = placed[at];
      assert.ok(one);
      assert.deepEqual(
        one.shown.map(placeOf).sort(),
        [...mail.expect.at].sort().filter((place) => place !== 'copy'),
      );
      for (const shown of one.shown) await check(shown, mail.expect, contactOf(at));
    });
});

function placeOf(shown: ShownMail): string {
  if (shown.list !== 'ticket') return shown.list;
  return world?.letters.get(shown.ticket.id) ?? 'new';
}

async function check(shown: ShownMail, expected: Expected, contact: string): Promise<void> {
  const { mail } = shown;
  if (expected.reason !== undefined && shown.list !== 'ticket')
    assert.equal(shown.mail.reason, expected.reason);
  if (expected.proof !== undefined) assert.equal(mail.verifiedBy, expected.proof);
  if (expected.from !== undefined) assert.equal(mail.from.address, expected.from);
  if (expected.subject !== undefined) assert.equal(mail.subject, expected.subject);
  for (const words of [expected.words ?? []].flat())
    assert.ok(
      mail.text.includes(words),
      `${JSON.stringify(words)} in ${JSON.stringify(mail.text.slice(0, 500))}`,
    );
  for (const words of [expected.noWords ?? []].flat())
    assert.ok(
      !mail.text.includes(words),
      `${JSON.stringify(words)} not in ${JSON.stringify(mail.text.slice(0, 500))}`,
    );
  if (expected.files !== undefined)
    assert.deepEqual(
      mail.attachments.map(({ name }) => name),
      expected.files,
    );
  for (const [name, content] of Object.entries(expected.content ?? {}))
    assert.ok((await fileOf(shown, name)).includes(content), name);
  assert.ok(
    (await originalOf(shown)).length > 0 || mail.text.startsWith('0 bytes'),
    'the original can be opened',
  );
  if (shown.list === 'ticket') await checkPeople(shown, expected);
  if (expected.answered !== undefined) await checkAnswer(expected.answered, contact, mail.from.address);
}

async function checkPeople(shown: ShownMail & { list: 'ticket' }, expected: Expected): Promise<void> {
  const admitted = new Map(shown.ticket.participants.map((one) => [one.address, one.admitted]));
  for (const address of expected.admits ?? []) assert.equal(admitted.get(address), true, address);
  for (const address of expected.onlyNames ?? []) assert.equal(admitted.get(address), false, address);
}

/** Only the answer to a contact of this mail alone can be told apart; of other mails, none makes a ticket. */
async function checkAnswer(answered: boolean, contact: string, from: string): Promise<void> {
  if (from !== contact) return assert.equal(answered, false);
  const { server, director } = (world as CorpusWorld).desk;
  const { items } = (await server.as(director).get(`/api/outbox?kind=ticket-received&limit=200`)).json();
  const sent = items.filter((item: object) => JSON.stringify(item).includes(`"${contact}"`));
  assert.equal(sent.length, answered ? 1 : 0);
}

const pathOf = (shown: ShownMail) =>
  shown.list === 'ticket'
    ? `/api/customers/${shown.ticket.customer.id}/tickets/${shown.ticket.id}/mails/${shown.mail.id}`
    : `/api/held-mails/${shown.mail.id}`;

async function fileOf(shown: ShownMail, name: string): Promise<string> {
  const index = shown.mail.attachments.find((file) => file.name === name)?.index;
  const { server, manager } = (world as CorpusWorld).desk;
  const reply = await server.as(manager).get(`${pathOf(shown)}/attachments/${index}`);
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.body;
}

async function originalOf(shown: ShownMail): Promise<string> {
  const { server, manager } = (world as CorpusWorld).desk;
  const text = await server.as(manager).get(`${pathOf(shown)}/original`);
  assert.equal(text.statusCode, 200, text.body);
  assert.match(String(text.headers['content-type']), /^text\/plain/);
  return text.body;
}
