import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { addContact, createCustomer } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { type MailDesk, openMailDesk, type TestMail } from '#testing/mail-desk.ts';
import { findCandidates } from './find-candidates.ts';
import { noteNumber } from './index.ts';

let d: MailDesk;
const idOf = new Map<string, string>();
const integrationId = uuidv7();
before(async () => {
  d = await openMailDesk();
  const made: [string, string, string[]][] = [
    ['KOW', 'Kōwhai Orchards (South Island)', ['kowhai.example']],
    ['TUI', 'Tui Logistics', ['tui.example']],
    ['TUISOUTH', 'Tui Logistics South', []],
    ['API', 'Rimu Bakery Limited', []],
    ['SFTP', 'Mānuka & Sons', []],
    ['HR', 'Harvest', []],
  ];
  for (const [code, name, domains] of made) {
    const { customer } = await transact(d.t.platform, {}, systemActor('test'), (work) =>
      createCustomer(work, { code, name, serviceModel: 'saas', domains }),
    );
    idOf.set(code, customer.id);
    await transact(d.t.platform, { customerId: customer.id }, systemActor('test'), async (work) => {
      await addContact(work, customer.id, {
        name: 'Mere',
        email: `mere@${code.toLowerCase()}-people.example`,
        kind: 'project-owner',
        hasAuthority: true,
        invite: false,
      });
      if (code === 'KOW') await noteNumber(work, { number: 'INT-00777', integrationId });
    });
  }
});
after(() => d.close());

const ask = 'please prepare the estimate for';
/** Mails of the director in ordinary words; `ticket` where they name one customer with certainty. */
const mails: Record<string, Partial<TestMail> & { ticket: boolean; customer?: string }> = {
  'the full name': { text: `Kia ora, ${ask} Kōwhai Orchards (South Island).`, ticket: true },
  'wrapped over two lines': { text: `Kia ora, ${ask} Kōwhai\r\nOrchards, thank you.`, ticket: true },
  'wrapped in a quote': { text: `> ${ask} Kōwhai\r\n> Orchards, thank you.`, ticket: true },
  'no-break spaces': { text: `${ask} Kōwhai\u00a0Orchards\u202fplease`, ticket: true },
  'without a macron': { text: `${ask} Kowhai Orchards please`, ticket: true },
  'a combining macron': { text: `${ask} Ko\u0304whai Orchards please`, ticket: true },
  'small letters': { text: `${ask} kowhai orchards please`, ticket: false },
  capitals: { text: `${ask} KŌWHAI ORCHARDS please`, ticket: true },
  possessive: { text: `${ask} Kōwhai Orchards’ rosters`, ticket: true },
  'in the subject': { subject: 'Estimate: Kōwhai Orchards', ticket: true },
  'the number alone': { subject: 'Estimate for INT-00777', ticket: true },
  'a number with a dash of another kind': { text: `${ask} int\u2011777`, ticket: true },
  'an address of ours': {
    text: `https://vendor.example/integrations/${showId('int', integrationId)}`,
    ticket: true,
  },
  'a forward': {
    subject: 'Fwd: an integration',
    text: 'Can you look at this?\r\n\r\n> From: Mere <mere@kow-people.example>\r\n> Subject: an integration',
    ticket: true,
  },
  'a forward of a colleague': {
    text: 'Begin forwarded message:\r\nFrom: Aroha <aroha@mail.kowhai.example>\r\n\r\nWe need rosters.',
    ticket: false,
  },
  'a colleague in Cc': {
    headers: { Cc: 'Aroha <aroha@kowhai.example>' },
    text: 'An estimate, please.',
    ticket: false,
  },
  'a contact in Cc': {
    headers: { Cc: 'mere@kow-people.example' },
    text: 'An estimate, please.',
    ticket: true,
  },
  'words in the HTML only': {
    text: '\u200b',
    html: `<table><tr><td>Estimate</td><td>K&#333;whai <b>Orch</b>ards</td></tr></table>`,
    ticket: true,
  },
  'the longest name': { text: `${ask} Tui Logistics South please`, customer: 'TUISOUTH', ticket: true },
  'the shorter name': { text: `${ask} Tui Logistics, please`, customer: 'TUI', ticket: true },
  'the shorter name that goes on': { text: `${ask} Tui Logistics North`, customer: 'TUI', ticket: false },
  'without its company form': { text: `${ask} Rimu Bakery please`, customer: 'API', ticket: true },
  'an ampersand in words': { text: `${ask} Manuka and Sons`, customer: 'SFTP', ticket: true },
  'a code': { text: `${ask} TUISOUTH`, customer: 'TUISOUTH', ticket: false },
  'a name far down in a long thread': {
    text: `${'words '.repeat(20_000)}\r\n\r\nKōwhai Orchards`,
    ticket: true,
  },
};

for (const [name, { ticket, customer = 'KOW', ...mail }] of Object.entries(mails))
  test(`a mail of the director that names its customer makes a ticket or waits with it: ${name}`, async () => {
    const known = new Set((await d.tickets('')).map((one) => one.id));
    await d.mail({ from: d.director.email, subject: `Estimate ${uuidv7()}`, text: 'Please.', ...mail });
    const [line] = (await d.tickets('')).filter((one) => !known.has(one.id));
    if (ticket) return assert.equal(line?.customer.code, customer);
    assert.equal(line, undefined);
    const [held] = await d.held();
    assert.equal(held?.candidates[0]?.customer.code, customer);
    const decided = await d.server.as(d.manager).post(`/api/held-mails/${held?.id}/decide`, {
      decision: 'make-ticket',
      customerId: held?.candidates[0]?.customer.id,
    });
    assert.equal(decided.statusCode, 200, decided.body);
    assert.equal(
      (await d.tickets('')).find((one) => one.id === decided.json().ticketId)?.customer.code,
      customer,
    );
  });

test('codes that are words file no mail to their customers, and do not stand in the way of a name', async () => {
  const text = 'A Web API integration with SFTP and HR data for the orchard people at harvest time';
  await d.mail({ from: d.director.email, subject: 'Codes', text });
  const held = (await d.held()).find((one) => one.subject === 'Codes');
  assert.equal(held?.reason, 'several-customers');
  assert.deepEqual(held?.candidates.map((one) => one.customer.code).sort(), ['API', 'HR', 'SFTP']);
  await d.mail({ from: d.director.email, subject: 'Codes too', text: `${text}: Kōwhai Orchards.` });
  assert.equal(
    (await d.tickets('KOW')).some((one) => one.subject === 'Codes too'),
    true,
  );
});

test('a mail that names two customers waits with them, though one of them by its code only', async () => {
  await d.mail({
    from: d.director.email,
    subject: 'Two',
    text: 'For TUISOUTH, as we did for Kōwhai Orchards.',
  });
  const held = (await d.held()).find((one) => one.subject === 'Two');
  assert.equal(held?.reason, 'several-customers');
  assert.deepEqual(
    held?.candidates.map((one) => one.customer.code),
    ['KOW', 'TUISOUTH'],
  );
});

test('a stranger who names a customer waits with it', async () => {
  await d.mail({ from: 'new@elsewhere.example', subject: 'Stranger', text: 'We work for Rimu Bakery.' });
  const held = (await d.held()).find((one) => one.subject === 'Stranger');
  assert.equal(held?.reason, 'unknown-sender');
  assert.deepEqual(
    held?.candidates.map((one) => one.customer.code),
    ['API'],
  );
});

test('a mail of half a million letters that names customers in every word is read without delay', async () => {
  const text = 'Tui Logistics South API '.repeat(20_000);
  const mail = { from: { name: null, address: 'x@y.example' }, to: [], subject: '', text, html: null };
  const { candidates } = await read(d.t.platform, {}, (sql) => findCandidates(sql, mail));
  assert.deepEqual(candidates.length, 2);
});

interface Piece {
  words: string;
  names?: string;
  certain?: boolean;
  word?: boolean;
}
const spaces = fc.constantFrom(' ', '\n', '\u00a0', '\n> ', '  ', '\u200b ');
const spelt = (text: string) =>
  fc.constantFrom(text, text.normalize('NFD'), text.toUpperCase(), text.replace('ō', 'o').replace('ā', 'a'));
const named = (customer: string, name: string): fc.Arbitrary<Piece> =>
  fc
    .tuple(spelt(name), fc.array(spaces, { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([text, gaps, small]) => ({
      words: (small ? text.toLowerCase() : text)
        .split(' ')
        .map((word, index) => (index === 0 ? '' : gaps[index]) + word)
        .join(''),
      names: customer,
      certain: !small,
    }));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  named('KOW', 'Kōwhai Orchards'),
  named('KOW', 'Kōwhai Orchards (South Island)'),
  named('TUI', 'Tui Logistics'),
  named('TUISOUTH', 'Tui Logistics South'),
  named('SFTP', 'Mānuka & Sons'),
  fc.constantFrom<Piece>(
    { words: 'a Web API for them', names: 'API', word: true },
    { words: 'files by SFTP', names: 'SFTP', word: true },
    { words: 'HR data', names: 'HR', word: true },
    { words: 'harvest time', names: 'HR', word: true },
    { words: 'INT-00777', names: 'KOW', certain: true },
    { words: 'see TUISOUTH', names: 'TUISOUTH' },
    { words: 'From: x@kowhai.example', names: 'KOW' },
    { words: 'www.tui.example', names: 'TUI' },
    { words: 'mere@tui-people.example', names: 'TUI' },
    { words: 'From: <mere@tui-people.example>', names: 'TUI', certain: true },
    { words: 'INT-99999 and order #77' },
    { words: 'Orchards of Kōwhai' },
    { words: 'the south people' },
    { words: '<>"\\\u202e{}[](((' },
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map((words) => ({ words })),
);

test('what is not certain is filed to no customer, and waits with every customer that it names', async (t) => {
  const seed = Number(process.env['FAIRLEAD_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const code = new Map([...idOf].map(([of, id]) => [id, of]));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), fc.boolean(), async (pieces, asHtml) => {
      const words = pieces.map((one) => one.words).join('.\n\n');
      const mail = {
        from: { name: null, address: d.director.email },
        to: [],
        subject: 'Estimate',
        text: asHtml ? '' : words,
        html: asHtml ? `<p>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>` : null,
      };
      const { candidates, customerId } = await read(d.t.platform, {}, (sql) => findCandidates(sql, mail));
      const found = new Set(candidates.map((one) => code.get(one.customerId)));
      for (const { names } of pieces) if (names) assert.ok(found.has(names), `${names} is no candidate`);
      const meant = new Set(pieces.filter((one) => !one.word).flatMap((one) => one.names ?? []));
      const sure = new Set(pieces.filter((one) => one.certain).flatMap((one) => one.names ?? []));
      if (customerId === null) return;
      const filed = code.get(customerId) ?? '';
      assert.ok(sure.has(filed) && meant.size === 1, `filed to ${filed}`);
    }),
    { numRuns: 1000, seed },
  );
});
