import { type CorpusMail, proper } from './corpus-mail.ts';

const rimu = 'owner@rimu.example';
const mixed = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'];
const made = { at: ['new'] } as const;

/** A mail of a contact with these fields and this body. */
function mime(
  title: string,
  more: string[],
  body: string,
  expect: Partial<CorpusMail['expect']>,
): CorpusMail {
  return { title, mail: proper({ from: rimu, subject: title, more }, body), expect: { ...made, ...expect } };
}

/** The same with bytes that are no UTF-8. */
function bytes(
  title: string,
  more: string[],
  body: Buffer,
  expect: Partial<CorpusMail['expect']>,
): CorpusMail {
  const head = proper({ from: rimu, subject: title, more }, '').trimEnd();
  const mail = Buffer.concat([Buffer.from(`${head}\n\n`.replace(/\n/g, '\r\n')), body, Buffer.from('\r\n')]);
  return { title, mail, sender: rimu, expect: { ...made, ...expect } };
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const plain = (charset: string) => [
  'MIME-Version: 1.0',
  `Content-Type: text/plain${charset}`,
  'Content-Transfer-Encoding: 8bit',
];

const uuencoded = 'begin 644 fields.txt\n*25)$.VYU;6)E<@``\n`\nend';

/** Mail whose parts are broken, nested, encoded or named in every way. */
export const mimeMails: CorpusMail[] = [
  mime('plain words without MIME', [], 'Kia ora.', { words: 'Kia ora.' }),
  mime(
    'a blank plain part beside HTML',
    ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=x'],
    '--x\nContent-Type: text/plain; charset=utf-8\n\n\n--x\nContent-Type: text/html; charset=utf-8\n\n<p>Words of the HTML.</p>\n--x--',
    { words: 'Words of the HTML.' },
  ),
  mime(
    'a plain part of no-break spaces beside HTML',
    ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=x'],
    '--x\nContent-Type: text/plain; charset=utf-8\n\n\u00a0\n \n--x\nContent-Type: text/html\n\n<p>Still the HTML.</p>\n--x--',
    { words: 'Still the HTML.' },
  ),
  mime(
    'both parts with words',
    ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=x'],
    '--x\nContent-Type: text/plain\n\nThe plain words.\n--x\nContent-Type: text/html\n\n<p>The HTML words.</p>\n--x--',
    { words: 'The plain words.', noWords: 'The HTML words.' },
  ),
  mime('HTML alone', ['Content-Type: text/html'], '<h1>Title</h1><p>One</p><p>Two</p>Three<br>Four', {
    words: 'Title\nOne\nTwo\nThree\nFour',
  }),
  mime(
    'a table in HTML',
    ['Content-Type: text/html'],
    '<table><tr><td>Picker</td><td>2550</td></tr><tr><th>Packer</th><td>1200</td></tr></table>',
    { words: ['Picker 2550\n', 'Packer 1200'], noWords: 'Picker2550' },
  ),
  mime(
    'a table in HTML beside a blank plain part',
    ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=x'],
    '--x\nContent-Type: text/plain\n\n--x\nContent-Type: text/html\n\n<table><tr><td>A</td>\n<td>B</td></tr></table>\n--x--',
    { words: 'A B' },
  ),
  mime(
    'blocks that HTML 5 brought',
    ['Content-Type: text/html'],
    '<section>One</section><article>Two</article>',
    {
      words: 'One\nTwo',
    },
  ),
  mime('a list in HTML', ['Content-Type: text/html'], '<ul><li>One</li><li>Two</li></ul>', {
    words: 'One\nTwo',
  }),
  mime('entities in HTML', ['Content-Type: text/html'], '<p>A&amp;B &lt;c&gt;&nbsp;d &quot;e&quot;</p>', {
    words: 'A&B <c> d "e"',
  }),
  mime(
    'script, style and comments in HTML',
    ['Content-Type: text/html'],
    '<style>p{}</style><script>alert(1)</script><!-- hidden --><title>t</title><p>Seen</p>',
    { words: 'Seen', noWords: ['alert', 'hidden', 'p{}'] },
  ),
  mime(
    'a multipart without its boundary',
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed'],
    '--x\nContent-Type: text/plain\n\nWords of the part.\n--x--',
    {
      words: 'Words of the part.',
    },
  ),
  mime(
    'a multipart without its boundary, with a file',
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed'],
    '--y\nContent-Type: text/plain\n\nsee file\n--y\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nabc\n--y--',
    { words: 'see file', files: ['a.txt'] },
  ),
  mime('a multipart whose boundary is another', mixed, '--other\n\nWords between others.\n--other--', {
    words: 'Words between others.',
  }),
  mime(
    'a multipart with an empty boundary',
    ['Content-Type: multipart/mixed; boundary=""'],
    '--z\n\nWords, no name.\n--z--',
    {
      words: 'Words, no name.',
    },
  ),
  mime('a multipart without any part', mixed, 'Words and no part.', { words: 'Words and no part.' }),
  mime('a multipart without its end', mixed, '--x\nContent-Type: text/plain\n\nWords without end.', {
    words: 'Words without end.',
  }),
  mime('a part without a header', mixed, '--x\n\nWords without header.\n--x--', {
    words: 'Words without header.',
  }),
  mime(
    'a part whose header never ends',
    mixed,
    '--x\nContent-Type: text/plain\n--x\n\nWords of the next.\n--x--',
    {
      words: 'Words of the next.',
    },
  ),
  mime(
    'a multipart within a multipart without boundary',
    mixed,
    '--x\nContent-Type: multipart/alternative\n\nInner words.\n--x--',
    {
      words: 'Inner words.',
    },
  ),
  mime('the type "text"', ['Content-Type: text'], 'Words of type text.', { words: 'Words of type text.' }),
  mime('an empty type', ['Content-Type:'], 'Words without type.', { words: 'Words without type.' }),
  mime('a type of nonsense', ['Content-Type: ;;;='], 'Words of nonsense.', { words: 'Words of nonsense.' }),
  mime('a type in capitals', ['CONTENT-TYPE: TEXT/PLAIN; CHARSET="UTF-8"'], 'Kōwhai.', { words: 'Kōwhai.' }),
  mime('enriched text', ['Content-Type: text/enriched'], '<bold>Words</bold>', { files: ['part-1'] }),
  mime(
    'base64',
    ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    Buffer.from('Kōwhai words').toString('base64'),
    {
      words: 'Kōwhai words',
    },
  ),
  mime('base64 with lines of rubbish', ['Content-Transfer-Encoding: base64'], 'S2lh\n!!!!\nIG9yYQ==', {
    words: 'Kia',
  }),
  mime(
    'quoted-printable',
    ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'],
    'K=C5=8Dwhai =\nwords',
    {
      words: 'Kōwhai words',
    },
  ),
  mime(
    'quoted-printable with false escapes',
    ['Content-Transfer-Encoding: quoted-printable'],
    '100=ZZ is =',
    { words: '100' },
  ),
  mime('an unknown encoding', ['Content-Transfer-Encoding: x-unknown'], 'Words as they are.', {
    words: 'Words as they are.',
  }),
  mime('flowed text', ['Content-Type: text/plain; format=flowed'], 'One \ntwo.', { words: 'One two.' }),
  mime(
    'a text file inline',
    mixed,
    '--x\nContent-Type: text/plain\n\nsee the file\n--x\nContent-Type: text/plain; name=fields.txt\nContent-Disposition: inline; filename=fields.txt\n\nIRD;number\n--x--',
    {
      words: 'see the file',
      noWords: 'IRD;number',
      files: ['fields.txt'],
      content: { 'fields.txt': 'IRD;number' },
    },
  ),
  mime(
    'a text file by the name of its type alone',
    mixed,
    '--x\n\nsee the file\n--x\nContent-Type: text/plain; name="list.txt"\n\nA;B\n--x--',
    {
      files: ['list.txt'],
      noWords: 'A;B',
    },
  ),
  mime(
    'an HTML file inline',
    mixed,
    '--x\n\nsee it\n--x\nContent-Type: text/html\nContent-Disposition: inline; filename="page.html"\n\n<p>Page</p>\n--x--',
    {
      files: ['page.html'],
      noWords: 'Page',
    },
  ),
  mime(
    'a second text without a name',
    mixed,
    '--x\n\nfirst words\n--x\nContent-Type: text/plain\n\nsecond words\n--x--',
    {
      words: ['first words', 'second words'],
      files: [],
    },
  ),
  mime(
    'a CSV file',
    mixed,
    '--x\n\nsee it\n--x\nContent-Type: text/csv\nContent-Disposition: attachment; filename=p.csv\n\na,b\n--x--',
    {
      files: ['p.csv'],
      content: { 'p.csv': 'a,b' },
    },
  ),
  mime(
    'a file whose name is encoded',
    mixed,
    "--x\n\nsee it\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''k%C5%8Dwhai.pdf\n\n%PDF\n--x--",
    {
      files: ['kōwhai.pdf'],
    },
  ),
  mime(
    'a file whose name is an encoded word',
    mixed,
    '--x\n\nsee it\n--x\nContent-Type: application/pdf; name="=?utf-8?Q?k=C5=8Dwhai.pdf?="\n\n%PDF\n--x--',
    {
      files: ['kōwhai.pdf'],
    },
  ),
  mime('a file without a name', mixed, '--x\n\nsee it\n--x\nContent-Type: application/pdf\n\n%PDF\n--x--', {
    files: ['part-1'],
  }),
  mime(
    'a file alone',
    ['Content-Type: application/pdf; name=only.pdf', 'Content-Transfer-Encoding: base64'],
    'JVBERg==',
    {
      files: ['only.pdf'],
      content: { 'only.pdf': '%PDF' },
    },
  ),
  mime('a uuencoded file in the words', [], `Before.\n${uuencoded}\nAfter.`, {
    words: ['Before.', 'After.'],
    noWords: 'begin 644',
    files: ['fields.txt'],
    content: { 'fields.txt': 'IRD;number' },
  }),
  mime(
    'a uuencoded part',
    mixed,
    `--x\n\nsee it\n--x\nContent-Type: text/csv; name=fields.txt\nContent-Transfer-Encoding: x-uuencode\n\n${uuencoded}\n--x--`,
    {
      files: ['fields.txt'],
      content: { 'fields.txt': 'IRD;number' },
    },
  ),
  mime('a uuencoded block without its end', [], 'begin 644 a.txt\n#86)C\nThese are words.', {
    words: 'These are words.',
    files: [],
  }),
  mime('words that begin like a uuencoded block', [], 'begin 644 reasons why\nNot a file.', {
    words: 'Not a file.',
    files: [],
  }),
  mime(
    'a mail within the mail',
    mixed,
    '--x\n\nSee below.\n--x\nContent-Type: message/rfc822\n\nFrom: a@b.example\nSubject: Inner\n\nInner words.\n--x--',
    {
      words: ['See below.', 'Subject: Inner', 'Inner words.'],
    },
  ),
  mime(
    'a mail within the mail in Latin-1 without a charset',
    mixed,
    '--x\n\nSee.\n--x\nContent-Type: message/rfc822\n\nFrom: a@b.example\nSubject: Inner\nContent-Type: text/html\n\n<table><tr><td>A</td><td>B</td></tr></table>\n--x--',
    {
      words: 'A B',
    },
  ),
  mime(
    'a digest',
    ['Content-Type: multipart/digest; boundary=x'],
    '--x\n\nFrom: a@b.example\nSubject: In a digest\n\nDigest words.\n--x--',
    {
      words: 'Digest words.',
    },
  ),
  mime(
    'a signed mail',
    ['Content-Type: multipart/signed; boundary=x; protocol="application/pgp-signature"'],
    '--x\nContent-Type: text/plain\n\nSigned words.\n--x\nContent-Type: application/pgp-signature; name=sig.asc\n\nabc\n--x--',
    {
      words: 'Signed words.',
      files: ['sig.asc'],
    },
  ),
  mime('thirty levels of parts', ['Content-Type: multipart/mixed; boundary=b0'], nested(30), {
    words: 'Deep words.',
  }),
  {
    title: 'more levels than anybody needs',
    mail: proper({ from: rimu, more: ['Content-Type: multipart/mixed; boundary=b0'] }, nested(80)),
    expect: { at: ['held'], reason: 'unparseable', words: 'Deep words.' },
  },
  {
    title: 'no blank line between header and words',
    mail: `From: ${rimu}\nSubject: No blank line\nThese words follow at once.\nAnd these.\n`,
    expect: { at: ['held'], reason: 'unclear-sender', words: ['These words follow at once.', 'And these.'] },
  },
  {
    title: 'no header at all',
    mail: '\nOnly words, and no header.\n',
    sender: rimu,
    expect: { at: ['held'], reason: 'unparseable', words: 'Only words, and no header.' },
  },
  { title: 'nothing but a line', mail: 'x\n', sender: rimu, expect: { at: ['held'], words: 'x' } },
  { title: 'nothing', mail: '', sender: rimu, expect: { at: ['held'], reason: 'unparseable' } },
  {
    title: 'bytes of a picture',
    mail: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0xff, 0xfe]),
    sender: rimu,
    expect: { at: ['held'] },
  },
  {
    title: 'no subject',
    mail: `From: ${rimu}\n\nNo subject.\n`,
    expect: { ...made, subject: '(no subject)' },
  },
  {
    title: 'a header and no words',
    mail: `From: ${rimu}\nSubject: No words\n\n`,
    expect: { ...made, subject: 'No words' },
  },
  {
    title: 'a header and no blank line',
    mail: `From: ${rimu}\nSubject: Header only\n`,
    expect: { ...made, subject: 'Header only' },
  },
  {
    title: 'LF for CRLF throughout',
    mail: Buffer.from(`From: ${rimu}\nSubject: LF only\n\nWith LF.\n`),
    sender: rimu,
    expect: { ...made, words: 'With LF.' },
  },
  {
    title: 'an impossible date',
    mail: `From: ${rimu}\nDate: yesterday, I think\nSubject: Date\n\nWhen?\n`,
    expect: made,
  },
  {
    title: 'a subject of two thousand letters',
    mail: proper({ from: rimu, subject: 'long '.repeat(400) }, 'Long.'),
    expect: made,
  },
  {
    title: 'a NUL in the words',
    mail: Buffer.from(`From: ${rimu}\r\nSubject: NUL\r\n\r\na\0b\r\n`),
    sender: rimu,
    expect: { ...made, words: 'ab' },
  },
  {
    title: 'a line of nine thousand letters',
    mail: proper({ from: rimu, subject: 'A long line' }, 'x'.repeat(9000)),
    expect: made,
  },
  {
    title: 'lines that begin with dots',
    mail: proper({ from: rimu, subject: 'Dots' }, '.\n..\n.end'),
    expect: { ...made, words: '.\n..\n.end' },
  },
  {
    title: 'a mail of three megabytes',
    mail: proper({ from: rimu, subject: 'Big' }, 'Kia ora.\n'.repeat(340_000)),
    expect: { ...made, words: 'Kia ora.' },
  },
  {
    title: 'two thousand files',
    mail: proper(
      { from: rimu, subject: 'Many', more: mixed },
      `${'--x\nContent-Type: application/pdf\n\na\n'.repeat(2000)}--x--`,
    ),
    expect: made,
  },
  // What is sent and what it says of itself.
  mime('UTF-8 called ASCII', plain('; charset=us-ascii'), 'Kōwhai, Ōtautahi', { words: 'Kōwhai, Ōtautahi' }),
  mime('UTF-8 called Latin-1', plain('; charset=iso-8859-1'), 'Kōwhai 1', { words: 'Kōwhai 1' }),
  mime('UTF-8 called Windows-1252', plain('; charset=windows-1252'), 'Kōwhai 2', { words: 'Kōwhai 2' }),
  mime('UTF-8 without a charset', plain(''), 'Kōwhai 3', { words: 'Kōwhai 3' }),
  mime('UTF-8 under an unknown charset', plain('; charset=x-nothing'), 'Kōwhai 4', { words: 'Kōwhai 4' }),
  mime('UTF-8 under an empty charset', plain('; charset=""'), 'Kōwhai 5', { words: 'Kōwhai 5' }),
  mime('UTF-8 called UTF-16', plain('; charset=utf-7'), 'Kōwhai 6', { words: 'Kōwhai 6' }),
  bytes('Latin-1 without a charset', plain(''), latin('Caf\xe9 \xfcber'), { words: 'Café über' }),
  bytes('Latin-1 called UTF-8', plain('; charset=utf-8'), latin('Caf\xe9 at noon'), {
    words: 'Café at noon',
  }),
  bytes('Latin-1 called ASCII', plain('; charset=us-ascii'), latin('Na\xefve'), { words: 'Naïve' }),
  bytes('Latin-1 as it says', plain('; charset=iso-8859-1'), latin('Pur\xe9e'), { words: 'Purée' }),
  bytes(
    'quotes of Windows-1252 called Latin-1',
    plain('; charset=iso-8859-1'),
    latin('\x93Quoted\x94 \x80'),
    { words: '“Quoted” €' },
  ),
  bytes('Windows-1252 without MIME', [], latin('\x96 dash'), { words: '– dash' }),
  bytes('Shift JIS as it says', plain('; charset=shift_jis'), Buffer.from([0x93, 0xfa, 0x96, 0x7b]), {
    words: '日本',
  }),
  bytes('Shift JIS by its code page', plain('; charset=cp932'), Buffer.from([0x93, 0xfa, 0x96, 0x7b]), {
    words: '日本',
  }),
  bytes('ISO-2022-JP', plain('; charset=iso-2022-jp'), latin('\x1b$BF|K\\\x1b(B'), { words: '日本' }),
  bytes('Latin-2', plain('; charset=iso-8859-2'), Buffer.from([0xb3, 0xf3, 0x64, 0xbc]), { words: 'łódź' }),
  bytes('UTF-16 with its mark', plain('; charset=utf-16'), Buffer.from('\ufeffWide words', 'utf16le'), {
    words: 'Wide words',
  }),
  bytes('UTF-8 with its mark', plain('; charset=utf-8'), Buffer.from('\ufeffMarked words'), {
    words: 'Marked words',
  }),
  {
    title: 'a subject in Latin-1',
    mail: latin(`From: ${rimu}\r\nSubject: Caf\xe9\r\n\r\nWords\r\n`),
    sender: rimu,
    expect: { ...made, subject: 'Café' },
  },
  {
    title: 'a subject in UTF-8',
    mail: `From: ${rimu}\nSubject: Kōwhai\n\nWords\n`,
    expect: { ...made, subject: 'Kōwhai' },
  },
  {
    title: 'a subject of encoded words that are called ASCII',
    mail: `From: ${rimu}\nSubject: =?us-ascii?Q?K=C5=8Dwhai?=\n\nWords\n`,
    expect: { ...made, subject: 'Kōwhai' },
  },
  {
    title: 'a subject of two encoded words',
    mail: `From: ${rimu}\nSubject: =?utf-8?B?S8WN?= =?utf-8?B?d2hhaQ==?=\n\nWords\n`,
    expect: { ...made, subject: 'Kōwhai' },
  },
  {
    title: 'a subject that reverses letters',
    mail: proper({ from: rimu, subject: 'Pay \u202eevil\u202c now' }, 'Words'),
    expect: { ...made, subject: 'Pay evil now' },
  },
];

function nested(levels: number): string {
  const open = Array.from({ length: levels }, (_, at) =>
    at === levels - 1
      ? `--b${at}\nContent-Type: text/plain\n\n`
      : `--b${at}\nContent-Type: multipart/mixed; boundary=b${at + 1}\n\n`,
  ).join('');
  const close = Array.from({ length: levels }, (_, at) => `--b${levels - 1 - at}--\n`).join('');
  return `${open}Deep words.\n${close}`;
}
