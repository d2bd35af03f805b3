import { type CorpusMail, proper } from './corpus-mail.ts';

const owner = 'owner@kowhai.example';
const eve = 'eve@attacker.example';
const unclear = { at: ['held'], reason: 'unclear-sender', proof: 'none' } as const;

/** From fields that show one sender and prove another, each with a valid signature of the attacker's own domain. */
const twoFaced: [title: string, from: string][] = [
  ['a group with the owner, then the attacker', `Team: ${owner};, ${eve}`],
  ['a group with both', `Team: ${owner}, ${eve};`],
  ['a group of the attacker alone', `${owner}: ${eve};`],
  ['an empty group, then the attacker', `${owner}:;, ${eve}`],
  ['two mailboxes, the owner first', `${owner}, ${eve}`],
  ['two mailboxes, the attacker first', `${eve}, ${owner}`],
  ['two mailboxes with names', `Owner <${owner}>, Eve <${eve}>`],
  ['two mailboxes apart by a semicolon', `${owner}; ${eve}`],
  ['two angle addresses', `<${owner}> <${eve}>`],
  ['the attacker in front of the owner in angles', `<${eve}> <${owner}>`],
  ['the owner as the name without quotes', `${owner} <${eve}>`],
  ['the owner as the quoted name', `"${owner}" <${eve}>`],
  ['the owner in the name with words', `"Owner (${owner})" <${eve}>`],
  ['the owner in an encoded name', `=?utf-8?q?owner=40kowhai.example?= <${eve}>`],
  ['the owner in a name in base64', `=?utf-8?b?b3duZXJAa293aGFpLmV4YW1wbGU=?= <${eve}>`],
  ['the owner with a wide at sign in the name', `"owner＠kowhai.example" <${eve}>`],
  ['the owner with a small at sign in the name', `"owner﹫kowhai.example" <${eve}>`],
  ['the owner in a comment behind', `${eve} (${owner})`],
  ['the owner in a comment in front', `(${owner}) ${eve}`],
  ['the owner in a comment within the angles', `Owner <(${owner}) ${eve}>`],
  ['nested comments', `Owner ((${owner})) <${eve}>`],
  ['the owner as a quoted local part', `"${owner} "@attacker.example`],
  ['the owner as a quoted local part with angles', `"Owner <${owner}>"@attacker.example`],
  ['a quoted local part of the owner', '"owner"@kowhai.example'],
  ['an escaped quote in the name', `"Owner \\" <${owner}>" <${eve}>`],
  ['a quote that does not end', `"Owner <${owner}> <${eve}>`],
  ['a comment that does not end', `Owner (<${owner}> <${eve}>`],
  ['a source route through the owner', `<@kowhai.example:${eve}>`],
  ['a source route with two hops', `<@kowhai.example,@rimu.example:${eve}>`],
  ['blanks around the at sign', 'owner @ kowhai.example'],
  ['two at signs', 'owner@kowhai.example@attacker.example'],
  ['an at sign behind a percent', `owner%kowhai.example@attacker.example, ${owner}`],
  ['an encoded word as the whole address', '=?utf-8?q?owner=40kowhai.example?='],
  ['an encoded word with angles', '=?utf-8?q?Owner_=3Cowner=40kowhai.example=3E?='],
  [
    'an encoded word with angles beside the attacker',
    `=?utf-8?q?Owner_=3Cowner=40kowhai.example=3E?= <${eve}>`,
  ],
  ['a local part in an encoded word', '=?utf-8?q?owner?=@kowhai.example'],
  ['a domain in an encoded word', 'owner@=?utf-8?q?kowhai.example?='],
  ['a trailing dot of the domain', 'owner@kowhai.example.'],
  ['two dots in the local part', 'ow..ner@kowhai.example'],
  ['a letter that only looks like it', 'ownеr@kowhai.example'],
  ['the Kelvin sign for a k', 'owner@\u212Aowhai.example'],
  ['a domain with a macron', 'owner@kōwhai.example'],
  ['an empty From', ''],
  ['no address in From', 'The Owner'],
  ['an empty address in angles', 'Owner <>'],
  ['a comma at the beginning', `, ${owner}`],
  ['a comma at the end', `${owner},`],
  ['an unquoted comma in the name', `Owner, Kowhai <${owner}>`],
  ['a colon in the name', `Kowhai: Owner <${owner}>`],
  ['the owner over two lines, the attacker on the second', `${owner}\n ,${eve}`],
  ['a name that ends in the next line with the attacker', `"Owner\n <${owner}>" <${eve}>`],
  ['a line of blanks within From', `${owner}\n \t\n <${eve}>`],
];

/** Whole headers that two programs read in two ways. */
const headers: [title: string, lines: string[]][] = [
  ['two From fields, the owner first', [`From: ${owner}`, `From: ${eve}`]],
  ['two From fields, the attacker first', [`From: ${eve}`, `From: ${owner}`]],
  ['two equal From fields', [`From: ${owner}`, `From: ${owner}`]],
  ['two From fields in other cases', [`from: ${owner}`, `FROM: ${eve}`]],
  ['a From with a blank before its colon', [`From : ${owner}`, `From: ${eve}`]],
  ['a From with a no-break space in front', [`\u00a0From: ${owner}`, `From: ${eve}`]],
  ['a From with a mark of byte order in front', [`\ufeffFrom: ${owner}`, `From: ${eve}`]],
  ['a From with a zero-width space within', [`Fr\u200bom: ${owner}`, `From: ${eve}`]],
  ['a From that continues the field above', ['X-Note: a', ` From: ${owner}`, `From: ${eve}`, `From: ${eve}`]],
  ['a From line of a mailbox file in front', [`From ${owner} Tue Dec  1 10:00:00 2026`, `From: ${eve}`]],
  ['a Sender and no From', [`Sender: ${owner}`]],
  ['no From at all', ['X-From: owner@kowhai.example']],
  ['a Resent-From and no From', [`Resent-From: ${owner}`]],
  ['two Sender fields', [`From: ${owner}`, `Sender: ${owner}`, `Sender: ${eve}`]],
  ['two subjects', [`From: ${owner}`, 'Subject: Approved', 'Subject: Not approved']],
  ['two types of content', [`From: ${owner}`, 'Content-Type: text/plain', 'Content-Type: text/html']],
  [
    'two dates',
    [`From: ${owner}`, 'Date: Tue, 01 Dec 2026 10:00:00 +1300', 'Date: Tue, 01 Dec 2025 10:00:00 +1300'],
  ],
  ['two ids', [`From: ${owner}`, 'Message-ID: <a@a.example>', 'Message-ID: <b@a.example>']],
  ['two References', [`From: ${owner}`, 'References: <a@a.example>', 'References: <k-1@kowhai.example>']],
  ['two Reply-To', [`From: ${owner}`, `Reply-To: ${owner}`, `Reply-To: ${eve}`]],
  ['a line that is no field', [`From: ${owner}`, 'This is no field']],
];

const attacker = { by: 'attacker.example' };

/** Mail that is not from whom it shows; nothing of it is proved, and a person sees it. */
export const forged: CorpusMail[] = [
  ...twoFaced.map(
    ([title, from], at): CorpusMail => ({
      title: `From: ${title}`,
      mail: proper(
        { from, to: '{K}', subject: 'Estimate approved', id: `from-${at}` },
        'We approve it. PO 4711.',
      ),
      sender: eve,
      receivers: ['{K}'],
      signed: attacker,
      expect: { ...unclear, words: 'PO 4711' },
    }),
  ),
  ...headers.map(
    ([title, lines], at): CorpusMail => ({
      title: `header: ${title}`,
      mail: `${lines.join('\n')}\nTo: {K}\nX-Id: ${at}\n\nWe approve it. PO 4712.\n`,
      sender: eve,
      receivers: ['{K}'],
      signed: attacker,
      expect: { ...unclear, words: 'PO 4712' },
    }),
  ),
  {
    title: 'header: a first line that continues nothing',
    mail: ` From: ${owner}\nFrom: ${eve}\nSubject: First\n\nWords\n`,
    sender: eve,
    expect: unclear,
  },
  {
    title: 'a bare CR within From',
    mail: Buffer.from(
      `From: ${owner}\rFrom: ${eve}\r\nTo: helpdesk@vendor.example\r\nSubject: CR\r\n\r\nWords\r\n`,
    ),
    sender: eve,
    expect: unclear,
  },
  {
    title: 'a NUL within From',
    mail: Buffer.from(`From: ${owner}\0 <${eve}>\r\nSubject: NUL\r\n\r\nWords\r\n`),
    sender: eve,
    expect: unclear,
  },
  {
    title: 'a header whose blank line has a CR too many',
    mail: Buffer.from(`From: ${owner}\r\nSubject: CRCR\r\n\r\r\nFrom: ${eve}\r\n\r\nWords\r\n`),
    sender: eve,
    expect: unclear,
  },
  {
    title: 'a vertical tab that some take for a continuation',
    mail: Buffer.from(`From: ${owner}\r\n\x0bFrom: ${eve}\r\nSubject: VT\r\n\r\nWords\r\n`),
    sender: eve,
    expect: unclear,
  },
  {
    title: 'a no-break space in Latin-1 that some take for a continuation',
    mail: Buffer.concat([
      Buffer.from(`From: ${owner}\r\n`),
      Buffer.from([0xa0]),
      Buffer.from(`From: ${eve}\r\nSubject: NBSP\r\n\r\nWords\r\n`),
    ]),
    sender: eve,
    expect: unclear,
  },
  {
    title: 'the attacker as himself, proved, on a ticket whose address he learned',
    mail: proper({ from: eve, to: '{K}', subject: 'Re: Ticket K' }, 'Just reply with the PDF.'),
    receivers: ['{K}'],
    signed: attacker,
    expect: { at: ['held'], reason: 'not-taking-part', proof: 'dmarc', from: eve },
  },
  {
    title: 'the attacker as himself, proved, with a name of his choice',
    mail: proper({ from: `"Kowhai Owner" <${eve}>`, subject: 'Hello' }, 'I am not the owner.'),
    signed: attacker,
    expect: { at: ['held'], reason: 'unknown-sender', proof: 'dmarc', from: eve },
  },
  {
    title: 'the owner spoofed against the word of his domain, to a true address',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Approved, PO 1.'),
    receivers: ['{K}'],
    sender: eve,
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none', from: owner },
  },
  {
    title: 'the owner spoofed against the word of his domain, as new mail',
    mail: proper({ from: owner, subject: 'A new matter' }, 'Please do it.'),
    sender: eve,
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'an owner whose domain only watches, spoofed to a true address',
    mail: proper({ from: 'owner@matai.example', to: '{M}', subject: 'Re: Ticket M' }, 'Approved.'),
    receivers: ['{M}'],
    sender: eve,
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'an owner without DMARC, spoofed to a ticket by its references',
    mail: proper(
      { from: 'owner@rimu.example', subject: 'Re: Ticket R', more: ['In-Reply-To: <r-1@rimu.example>'] },
      'Approved.',
    ),
    sender: eve,
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'a signature of another domain over the mail of the owner',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Signed by another.'),
    receivers: ['{K}'],
    signed: attacker,
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'a signed mail of the owner to which words were added',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Please wait.'),
    receivers: ['{K}'],
    signed: { by: 'kowhai.example', after: (mail) => `${mail}Approved, PO 2.\r\n` },
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'a signature over the beginning of the words only',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Please wait.'),
    receivers: ['{K}'],
    signed: { by: 'kowhai.example', bodyLength: 6, after: (mail) => `${mail}Approved, PO 3.\r\n` },
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'a second subject in front of what was signed',
    mail: proper({ from: owner, to: '{K}', subject: 'Re: Ticket K' }, 'Please wait.'),
    receivers: ['{K}'],
    signed: { by: 'kowhai.example', after: (mail) => `Subject: Approved, PO 4\r\n${mail}` },
    expect: unclear,
  },
  {
    title: 'a second From in front of what was signed',
    mail: proper({ from: eve, to: '{K}', subject: 'Re: Ticket K' }, 'Approved.'),
    receivers: ['{K}'],
    signed: { by: 'attacker.example', after: (mail) => `From: ${owner}\r\n${mail}` },
    expect: unclear,
  },
  {
    title: 'a second type of content in front of what was signed',
    mail: proper(
      { from: owner, to: '{K}', subject: 'Re: Ticket K', more: ['Content-Type: text/plain'] },
      'Wait.',
    ),
    receivers: ['{K}'],
    signed: { by: 'kowhai.example', after: (mail) => `Content-Type: text/html\r\n${mail}` },
    expect: unclear,
  },
  {
    title: 'a subject changed after signing, where the signature leaves it out',
    mail: proper({ from: owner, to: '{K}', subject: 'Please wait' }, 'See the subject.'),
    receivers: ['{K}'],
    signed: {
      by: 'kowhai.example',
      fields: 'From:To:Date:Message-ID',
      after: (mail) => mail.replace('Subject: Please wait', 'Subject: Approved'),
    },
    expect: { at: ['held'], reason: 'unproved-sender', proof: 'none' },
  },
  {
    title: 'more signatures than anybody sets',
    mail: proper({ from: owner, subject: 'Eleven signatures' }, 'Words.'),
    signed: {
      by: 'kowhai.example',
      after: (mail) =>
        `${'DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=a; h=from; bh=; b=\r\n'.repeat(11)}${mail}`,
    },
    expect: { at: ['new'], proof: 'none' },
  },
  {
    title: 'a forged address token',
    mail: proper(
      {
        from: 'owner@rimu.example',
        to: 'helpdesk+t1001-00000000000000000000@vendor.example',
        subject: 'Re: x',
      },
      'Forged.',
    ),
    receivers: ['helpdesk+t1001-00000000000000000000@vendor.example'],
    expect: { at: ['new'], proof: 'none' },
  },
  {
    title: 'a true address of a ticket by somebody who takes no part',
    mail: proper({ from: 'stranger@elsewhere.example', to: '{R}', subject: 'Re: Ticket R' }, 'Let me in.'),
    receivers: ['{R}'],
    expect: { at: ['held'], reason: 'not-taking-part' },
  },
  {
    title: "another customer's contact to a true address",
    mail: proper({ from: 'owner@rimu.example', to: '{K}', subject: 'Re: Ticket K' }, 'Not my ticket.'),
    receivers: ['{K}'],
    expect: { at: ['held'], reason: 'not-taking-part' },
  },
  {
    title: 'a subject that answers, by a stranger',
    mail: proper({ from: 'stranger@elsewhere.example', subject: 'Re: Ticket R' }, 'Only the subject.'),
    expect: { at: ['held'], reason: 'unknown-sender' },
  },
  {
    title: 'a subject that answers, by the contact',
    mail: proper({ from: 'owner@rimu.example', subject: 'Re: Ticket R' }, 'Only the subject.'),
    expect: { at: ['held'], reason: 'subject-only' },
  },
  {
    title: 'an id of ours with a false proof of it',
    mail: proper(
      { from: 'stranger@elsewhere.example', more: ['X-Fairlead-Signature: AAAA'], id: 'ours' },
      'Not yours.',
    ),
    expect: { at: ['held'], reason: 'unknown-sender' },
  },
];
