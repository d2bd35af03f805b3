import { type CorpusMail, proper } from './corpus-mail.ts';

const rimu = 'owner@rimu.example';
const kowhai = 'owner@kowhai.example';
const stranger = 'stranger@elsewhere.example';
const unclear = { at: ['held'], reason: 'unclear-recipients', proof: 'none' } as const;

/** Lists of receivers that two programs read in two ways. */
const twoWays: [title: string, lines: string[]][] = [
  ['apart by semicolons', ['Cc: a@partner.example; b@partner.example']],
  ['an unquoted comma in a name', ['Cc: Partner, Ann <ann@partner.example>']],
  ['an address as an unquoted name', ['Cc: ann@partner.example <eve@attacker.example>']],
  ['an address without its end', ['Cc: <ann@partner.example']],
  ['two To fields', ['To: ann@partner.example']],
  ['two Cc fields', ['Cc: ann@partner.example', 'Cc: eve@attacker.example']],
  ['blanks within an address', ['Cc: ann @ partner.example']],
  ['a Reply-To with two readings', ['Reply-To: owner@rimu.example <eve@attacker.example>']],
  ['two Reply-To fields', ['Reply-To: ann@partner.example', 'Reply-To: eve@attacker.example']],
  ['a source route', ['Cc: <@attacker.example:ann@partner.example>']],
];

/** Lists that both read alike. */
const alike: [title: string, lines: string[], named: string[]][] = [
  ['nobody', ['Cc: undisclosed-recipients:;'], []],
  [
    'a group',
    ['Cc: Team: ann@partner.example, bob@partner.example;'],
    ['ann@partner.example', 'bob@partner.example'],
  ],
  ['names with macrons', ['Cc: Hēmi <hemi@partner.example>'], ['hemi@partner.example']],
  ['encoded names', ['Cc: =?utf-8?Q?H=C4=93mi?= <hemi2@partner.example>'], ['hemi2@partner.example']],
  ['a quoted comma', ['Cc: "Partner, Ann" <ann2@partner.example>'], ['ann2@partner.example']],
  [
    'over lines',
    ['Cc: ann3@partner.example,\n bob3@partner.example'],
    ['ann3@partner.example', 'bob3@partner.example'],
  ],
  ['the same twice', ['Cc: ann4@partner.example, Ann4 <ANN4@partner.example>'], ['ann4@partner.example']],
  ['no address', ['Cc: The Helpdesk'], []],
  ['a Reply-To', [`Reply-To: ${stranger}`], [stranger]],
];

/** Mail that names others. */
export const recipients: CorpusMail[] = [
  ...twoWays.map(
    ([title, lines], at): CorpusMail => ({
      title: `receivers: ${title}`,
      mail: proper(
        { from: rimu, subject: 'Receivers', more: lines, id: `two-ways-${at}` },
        `Receivers ${at}.`,
      ),
      expect:
        lines.some((line) => /^(To|Reply-To|Cc)/.test(line)) && repeats(lines)
          ? { at: ['held'], reason: 'unclear-sender', proof: 'none' }
          : unclear,
    }),
  ),
  ...alike.map(
    ([title, lines, named], at): CorpusMail => ({
      title: `receivers alike: ${title}`,
      mail: proper({ from: rimu, subject: 'Receivers', more: lines, id: `alike-${at}` }, `Alike ${at}.`),
      expect: { at: ['new'], onlyNames: named, words: `Alike ${at}.` },
    }),
  ),
  {
    title: 'a proved mail brings others along',
    mail: proper(
      { from: kowhai, subject: 'With a colleague', more: ['Cc: Colleague <colleague@partner.example>'] },
      'My colleague helps.',
    ),
    signed: { by: 'kowhai.example' },
    expect: { at: ['new'], proof: 'dmarc', admits: ['colleague@partner.example'] },
  },
  {
    title: 'a spoof of a contact with a stranger in copy',
    mail: proper(
      {
        from: `Nora <${rimu}>`,
        subject: 'Price of the HR feed',
        more: [`Cc: Nora <${stranger}>`],
        id: 'nora',
      },
      'What will it cost?',
    ),
    sender: 'eve@attacker.example',
    expect: { at: ['new'], proof: 'none', onlyNames: [stranger] },
  },
  {
    title: 'the stranger answers as himself',
    mail: proper(
      {
        from: `Nora <eve@attacker.example>`,
        subject: 'Re: Price',
        more: ['In-Reply-To: <nora@corpus.example>'],
      },
      'Please just reply with the PDF.',
    ),
    signed: { by: 'attacker.example' },
    expect: { at: ['held'], reason: 'not-taking-part', proof: 'dmarc' },
  },
  {
    title: 'a hundred and twenty receivers',
    mail: proper(
      {
        from: rimu,
        more: [`Cc: ${Array.from({ length: 120 }, (_, at) => `p${at}@partner.example`).join(',\n ')}`],
      },
      'To all.',
    ),
    expect: { at: ['new'] },
  },
];

function repeats(lines: string[]): boolean {
  const names = ['To', ...lines.map((line) => line.split(':')[0])];
  return new Set(names).size < names.length;
}
