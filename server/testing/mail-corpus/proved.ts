import { type CorpusMail, proper } from './corpus-mail.ts';

const owner = 'owner@kowhai.example';
const kowhai = { by: 'kowhai.example' };

/** Ways to write one honest sender; each is proved and goes on its ticket. */
const honest: [title: string, from: string][] = [
  ['the bare address', owner],
  ['the address in angles', `<${owner}>`],
  ['a name', `Owner <${owner}>`],
  ['a quoted name', `"Owner" <${owner}>`],
  ['a name with a macron', `Hēmi Kōwhai <${owner}>`],
  ['an encoded name', `=?utf-8?Q?H=C4=93mi?= <${owner}>`],
  ['a name of two encoded words', `=?utf-8?Q?H=C4=93mi?= =?utf-8?Q?_K=C5=8Dwhai?= <${owner}>`],
  ['a quoted comma', `"Kowhai, Owner" <${owner}>`],
  ['dots in the name', `O. W. Ner <${owner}>`],
  ['an apostrophe in the name', `O'Wner <${owner}>`],
  ['a name in a comment', `${owner} (The Owner)`],
  ['a comment in the name', `Owner (Kowhai) <${owner}>`],
  ['the address as its own name', `"${owner}" <${owner}>`],
  ['other cases', 'Owner <Owner@KOWHAI.Example>'],
  ['over two lines', `"Owner of Kowhai"\n <${owner}>`],
  ['a tab after the colon', `\t${owner}`],
  ['an emoji in the name', `=?utf-8?B?8J+Mvw==?= Owner <${owner}>`],
  ['a subdomain that its domain signs', 'Roster <roster@post.kowhai.example>'],
];

/** Mail that its sender's domain, or the address of a ticket, proves. */
export const proved: CorpusMail[] = [
  ...honest.map(
    ([title, from], at): CorpusMail => ({
      title: `honest: ${title}`,
      mail: proper(
        { from, subject: 'Re: Ticket K', more: ['In-Reply-To: <k-1@kowhai.example>'], id: `honest-${at}` },
        `Honest words ${at}.`,
      ),
      signed: kowhai,
      expect: from.includes('post.')
        ? { at: ['held'], reason: 'not-taking-part', proof: 'dmarc' }
        : { at: ['K'], proof: 'dmarc', from: owner, words: `Honest words ${at}.` },
    }),
  ),
  {
    title: 'SPF alone, by a server of the domain',
    mail: proper(
      { from: owner, subject: 'Re: Ticket K', more: ['References: <x@y.example> <k-1@kowhai.example>'] },
      'By SPF.',
    ),
    sender: 'bounces@post.kowhai.example',
    expect: { at: ['K'], proof: 'dmarc' },
  },
  {
    title: 'the address of a ticket alone, from a domain that says nothing of its mail',
    mail: proper({ from: 'owner@rimu.example', to: '{R}', subject: 'Re: Ticket R' }, 'By the address.'),
    receivers: ['{R}'],
    expect: { at: ['R'], proof: 'token', words: 'By the address.' },
  },
  {
    title: 'the address of a ticket in another case',
    mail: proper({ from: 'owner@rimu.example', to: '{R}', subject: 'Re: Ticket R' }, 'In capitals.').replace(
      '{R}',
      '"Helpdesk" <{R}>',
    ),
    receivers: ['{R}'],
    expect: { at: ['R'], proof: 'token' },
  },
  {
    title: 'the address of a ticket in the header only, delivered to the helpdesk',
    mail: proper({ from: 'owner@rimu.example', to: '{R}', subject: 'Re: Ticket R' }, 'By a forwarder.'),
    expect: { at: ['R'], proof: 'token' },
  },
  {
    title: 'the address of a ticket in the envelope only, as in a blind copy',
    mail: proper({ from: 'owner@rimu.example', subject: 'Re: Ticket R' }, 'A blind copy.'),
    receivers: ['{R}'],
    expect: { at: ['R'], proof: 'token' },
  },
  {
    title: 'a signature outranks the address: both are there',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Both.'),
    receivers: ['{K}'],
    signed: kowhai,
    expect: { at: ['K'], proof: 'dmarc' },
  },
  {
    title: 'one mail to the addresses of two tickets of a customer',
    mail: proper({ from: owner, to: '{K}, {L}', subject: 'To two tickets' }, 'For both.'),
    receivers: ['{K}', '{L}'],
    signed: kowhai,
    expect: { at: ['K', 'L'], proof: 'dmarc', words: 'For both.' },
  },
  {
    title: 'one mail to two tickets, one of them in Cc',
    mail: proper(
      { from: owner, to: '{L}', subject: 'To two tickets, Cc', more: ['Cc: {K}'] },
      'For both in Cc.',
    ),
    receivers: ['{L}', '{K}'],
    signed: kowhai,
    expect: { at: ['K', 'L'], proof: 'dmarc' },
  },
  {
    title: 'one mail to the tickets of two customers stands on the one and waits for the other',
    mail: proper({ from: owner, to: '{K}, {R}', subject: 'To two customers' }, 'For two customers.'),
    receivers: ['{K}', '{R}'],
    signed: kowhai,
    expect: { at: ['K', 'held'], proof: 'dmarc' },
  },
  {
    title: 'a mail to the helpdesk and a ticket',
    mail: proper(
      { from: owner, to: 'helpdesk@vendor.example, {K}', subject: 'Helpdesk and ticket' },
      'Both.',
    ),
    receivers: ['helpdesk@vendor.example', '{K}'],
    signed: kowhai,
    expect: { at: ['K'], proof: 'dmarc' },
  },
  {
    title: 'a copy of a mail that came before',
    mail: proper({ from: owner, to: '{K}', subject: 'Sent twice', id: 'twice' }, 'Twice.'),
    receivers: ['{K}'],
    signed: kowhai,
    expect: { at: ['K'] },
  },
  {
    title: 'that copy again',
    mail: proper({ from: owner, to: '{K}', subject: 'Sent twice', id: 'twice' }, 'Twice.'),
    receivers: ['{K}'],
    signed: kowhai,
    expect: { at: ['copy'] },
  },
  {
    title: 'that copy for another ticket proves nothing there',
    mail: proper({ from: owner, to: '{K}', subject: 'Sent twice', id: 'twice' }, 'Twice.'),
    receivers: ['{L}'],
    signed: kowhai,
    expect: { at: ['held'] },
  },
  {
    title: 'the same id with other words is no copy',
    mail: proper({ from: owner, to: '{K}', subject: 'Sent twice', id: 'twice' }, 'Other words.'),
    receivers: ['{K}'],
    signed: kowhai,
    expect: { at: ['K'], words: 'Other words.' },
  },
  {
    title: 'an unproved copy of a mail that comes later',
    mail: proper(
      { from: owner, subject: 'First forged', id: 'raced', more: ['References: <k-1@kowhai.example>'] },
      'Raced.',
    ),
    sender: 'eve@attacker.example',
    expect: { at: ['held'], reason: 'unproved-sender' },
  },
  {
    title: 'the proved mail after its unproved copy is no copy',
    mail: proper(
      { from: owner, subject: 'First forged', id: 'raced', more: ['References: <k-1@kowhai.example>'] },
      'Raced.',
    ),
    signed: kowhai,
    expect: { at: ['K'], proof: 'dmarc' },
  },
  {
    title: 'a contact writes for the first time',
    mail: proper({ from: '{one}', subject: 'First mail' }, 'Hello.'),
    expect: { at: ['new'], answered: true },
  },
  {
    title: 'a contact writes in capitals',
    mail: proper({ from: 'OWNER@RIMU.EXAMPLE', subject: 'Loud' }, 'Hello in capitals.'),
    expect: { at: ['new'], from: 'owner@rimu.example' },
  },
  {
    title: 'somebody nobody knows',
    mail: proper({ from: 'nobody@unknown.example', subject: 'Hello' }, 'Who are you?'),
    expect: { at: ['held'], reason: 'unknown-sender', proof: 'none' },
  },
  {
    title: 'a mail to postmaster',
    mail: proper(
      { from: 'admin@elsewhere.example', to: 'postmaster@vendor.example' },
      'Your server sends us spam.',
    ),
    receivers: ['postmaster@vendor.example'],
    expect: { at: ['held'], reason: 'to-postmaster' },
  },
  {
    title: 'a mail to abuse, by a contact',
    mail: proper({ from: 'owner@rimu.example', to: 'abuse@vendor.example' }, 'Somebody abuses you.'),
    receivers: ['abuse@vendor.example'],
    expect: { at: ['held'], reason: 'to-postmaster' },
  },
  {
    title: 'a mail to postmaster in capitals',
    mail: proper({ from: 'admin@elsewhere.example', to: 'POSTMASTER@VENDOR.EXAMPLE' }, 'Loud.'),
    receivers: ['POSTMASTER@VENDOR.EXAMPLE'],
    expect: { at: ['held'], reason: 'to-postmaster' },
  },
  {
    title: 'a mail to postmaster and the helpdesk',
    mail: proper({ from: 'owner@rimu.example', to: 'helpdesk@vendor.example' }, 'To both.'),
    receivers: ['postmaster@vendor.example', 'helpdesk@vendor.example'],
    expect: { at: ['new'] },
  },
];
