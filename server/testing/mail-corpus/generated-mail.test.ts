import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { decodeWords } from 'postal-mime';
import { generatedInputs } from '#testing/generated-inputs.ts';
import type { CorpusMail } from './corpus-mail.ts';
import { type CorpusWorld, openCorpusWorld } from './corpus-world.ts';

const owner = 'owner@kowhai.example';
const eve = 'eve@attacker.example';
const mails = generatedInputs(1_000);
/** Runs for so many mails let the rules catch up. */
const batch = 250;

let world: CorpusWorld | undefined;
before(async () => {
  world = await openCorpusWorld();
});
after(() => world?.close());

const fragment = fc.constantFrom(
  owner,
  eve,
  `<${owner}>`,
  `<${eve}>`,
  `"${owner}"`,
  `(${owner})`,
  'Team:',
  ';',
  ',',
  '"',
  '\\"',
  '(',
  ')',
  '<',
  '>',
  '@',
  ' ',
  '\n ',
  '\n\t',
  'Hēmi',
  'Owner',
  '=?utf-8?q?owner=40kowhai.example?=',
  '=?utf-8?b?PG93bmVyQGtvd2hhaS5leGFtcGxlPg==?=',
  '＠',
  '\u202e',
  '%',
);
const from = fc.oneof(
  { weight: 3, arbitrary: fc.array(fragment, { minLength: 1, maxLength: 6 }).map((all) => all.join('')) },
  fc.constantFrom(owner, eve, `Owner <${owner}>`, `Eve <${eve}>`, `"Kowhai, Owner" <${owner}>`),
);
const name = fc.constantFrom('From', 'from', 'FROM', 'From ', 'Sender', ' From', '\u00a0From', 'X-From');
const extra = fc.constantFrom(
  'Auto-Submitted: auto-generated',
  'Precedence: bulk',
  'List-Id: <a.lists.example>',
  `Reply-To: ${eve}`,
  `Cc: Eve <${eve}>`,
  `Cc: ${owner}; ${eve}`,
  'To: {K}, {R}',
  'In-Reply-To: <k-1@kowhai.example>',
  'References: <x@y.example>\n <k-1@kowhai.example>',
  'Subject: Approved',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: quoted-printable',
  'MIME-Version: 1.0',
  'No field at all',
  'Message-ID: <same@corpus.example>',
);
const type = fc.constantFrom(
  '',
  'Content-Type: text',
  'Content-Type: text/plain; charset=us-ascii',
  'Content-Type: text/plain; charset=x-unknown',
  'Content-Type: text/html',
  'Content-Type: multipart/mixed; boundary=b',
  'Content-Type: multipart/mixed',
  'Content-Type: multipart/alternative; boundary="b"',
  'Content-Type: message/rfc822',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
);
const piece = fc.constantFrom(
  'Kōwhai words',
  '--b',
  '--b--',
  '--c',
  'Content-Type: text/html',
  'Content-Type: multipart/mixed; boundary=c',
  'Content-Disposition: inline; filename=a.txt',
  '',
  '',
  'begin 644 a.txt',
  '#86)C',
  'end',
  '<table><tr><td>A</td><td>B</td></tr></table>',
  '.',
  '=C5=8D=',
  'S2lh',
);
const generated = fc.record({
  fields: fc.array(fc.tuple(name, from), { minLength: 1, maxLength: 2 }),
  extras: fc.array(extra, { maxLength: 3 }),
  type,
  body: fc.array(piece, { maxLength: 12 }),
  signed: fc.constantFrom(undefined, 'attacker.example', 'kowhai.example'),
  sender: fc.constantFrom(eve, owner, ''),
  receiver: fc.constantFrom('{K}', '{R}', undefined),
  order: fc.boolean(),
});

test('a thousand mails near the cases: what is accepted is on a page, and what is proved is the one address that is shown', async (t) => {
  const seed = Number(process.env['FAIRLEAD_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const { deliver, placed, desk } = world as CorpusWorld;
  const sent: CorpusMail[] = fc.sample(generated, { numRuns: mails, seed }).map((one, at): CorpusMail => {
    const fields = one.fields.map(([field, value]) => `${field}: ${value}`);
    const others = [...one.extras, one.type].filter(Boolean);
    const lines = one.order ? [...fields, ...others] : [...others, ...fields];
    return {
      title: `${at}`,
      mail: `${lines.join('\n')}\n\n${one.body.join('\n')}\n`,
      sender: one.sender,
      ...(one.receiver === undefined ? {} : { receivers: [one.receiver] }),
      ...(one.signed === undefined ? {} : { signed: { by: one.signed } }),
      expect: { at: [] },
    };
  });
  for (const [at, mail] of sent.entries()) {
    assert.match(await deliver(mail, ''), /^250/, JSON.stringify(mail));
    if (at % batch === batch - 1) await desk.runJobs();
  }
  await desk.runJobs();
  const all = await placed();
  assert.equal(all.length, mails);
  for (const [at, { outcome, shown }] of all.entries()) {
    const mail = JSON.stringify(sent[at]);
    assert.ok(shown.length > 0 || outcome === 'duplicate', `is on no page (${outcome}): ${mail}`);
    for (const { mail: seen } of shown) {
      if (seen.verifiedBy === 'none') continue;
      assert.deepEqual(
        addressesIn(String(sent[at]?.mail)),
        [seen.from.address],
        `proves ${seen.from.address}: ${mail}`,
      );
      const signer = sent[at]?.signed?.by ?? '';
      if (seen.verifiedBy === 'dmarc') assert.equal(seen.from.address.split('@')[1], signer, mail);
    }
  }
});

/** Every address that the lines with From in their name hold, however they are read. */
function addressesIn(mail: string): string[] {
  const header = mail.slice(0, mail.indexOf('\n\n')).replace(/\n[ \t]+/g, ' ');
  const lines = header.split('\n').filter((line) => /^\P{L}*from\P{L}*:/iu.test(line));
  const words = lines.map((line) => `${line} ${decodeWords(line)}`.normalize('NFKC').toLowerCase()).join(' ');
  return [...new Set(words.match(/[\w.+-]+@[\w.-]+/g) ?? [])];
}
