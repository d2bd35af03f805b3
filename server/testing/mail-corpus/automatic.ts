import { type CorpusMail, proper } from './corpus-mail.ts';

const rimu = 'owner@rimu.example';
const listed = { at: ['automatic'], reason: 'automatic', answered: false } as const;

/** Fields by which programs say that they wrote a mail. */
const machines: [title: string, lines: string[]][] = [
  ['auto-generated', ['Auto-Submitted: auto-generated']],
  ['auto-replied', ['Auto-Submitted: auto-replied']],
  ['auto-notified with a parameter', ['Auto-Submitted: auto-notified; owner-email="x@y.example"']],
  ['in other cases', ['AUTO-SUBMITTED: Auto-Generated']],
  ['with a comment in front', ['Auto-Submitted: (rejected) auto-replied']],
  ['an empty Auto-Submitted', ['Auto-Submitted:']],
  ['an unknown Auto-Submitted', ['Auto-Submitted: perhaps']],
  ['Auto-Submitted twice, the second no', ['Auto-Submitted: auto-replied', 'Auto-Submitted: no']],
  ['Auto-Submitted twice, the first no', ['Auto-Submitted: no', 'Auto-Submitted: auto-replied']],
  ['Precedence bulk', ['Precedence: bulk']],
  ['Precedence list', ['Precedence: list']],
  ['Precedence junk', ['Precedence: Junk']],
  ['Precedence auto_reply', ['Precedence: auto_reply']],
  ['X-Autoreply', ['X-Autoreply: yes']],
  ['X-Autorespond', ['X-Autorespond: Out of office']],
];

/** Fields of a person's mail that a machine must not answer. */
const quiet: [title: string, lines: string[]][] = [
  ['List-Id', ['List-Id: <team.lists.example>']],
  ['List-Unsubscribe', ['List-Unsubscribe: <mailto:off@lists.example>']],
  ['X-Loop', ['X-Loop: helpdesk@vendor.example']],
  ['X-Auto-Response-Suppress All', ['X-Auto-Response-Suppress: All']],
  ['X-Auto-Response-Suppress AutoReply', ['X-Auto-Response-Suppress: DR, AutoReply']],
];

/** Fields of a person's mail that a machine may answer. */
const answered: [title: string, lines: string[]][] = [
  ['Auto-Submitted no', ['Auto-Submitted: no']],
  ['Auto-Submitted no, in other cases', ['Auto-Submitted: NO']],
  ['Auto-Submitted no, with a comment', ['Auto-Submitted: no (a person)']],
  ['Precedence normal', ['Precedence: normal']],
  ['Precedence first-class', ['Precedence: first-class']],
  ['X-Auto-Response-Suppress OOF only', ['X-Auto-Response-Suppress: OOF']],
];

const report = (type: string, part: string, words: string) => `--r
Content-Type: text/plain

${words}
--r
Content-Type: ${type}

${part}
--r--`;

/** Mail of machines: it is never answered, and always in sight. */
export const automatic: CorpusMail[] = [
  ...machines.map(
    ([title, more], at): CorpusMail => ({
      title: `machine: ${title}`,
      mail: proper(
        { from: rimu, subject: `REQ00${at} please send the estimate`, more },
        `A person asks, ${at}.`,
      ),
      expect: { ...listed, words: `A person asks, ${at}.`, from: rimu },
    }),
  ),
  ...quiet.map(
    ([title, more]): CorpusMail => ({
      title: `not to be answered: ${title}`,
      mail: proper({ from: '{one}', subject: 'Not to be answered', more }, 'A person writes.'),
      expect: { at: ['new'], answered: false },
    }),
  ),
  ...answered.map(
    ([title, more]): CorpusMail => ({
      title: `to be answered: ${title}`,
      mail: proper({ from: '{one}', subject: 'To be answered', more }, 'A person writes.'),
      expect: { at: ['new'], answered: true },
    }),
  ),
  {
    title: 'an empty return path, words by a person',
    mail: proper({ from: rimu, subject: 'By a rule of Exchange' }, 'A person writes through a rule.'),
    sender: '',
    expect: { at: ['automatic'], reason: 'bounce', answered: false, words: 'through a rule' },
  },
  {
    title: 'a service desk, to the address of a ticket',
    mail: proper({ from: rimu, to: '{R}', more: ['Auto-Submitted: auto-generated'] }, 'REQ1 was updated.'),
    receivers: ['{R}'],
    expect: { at: ['R'], proof: 'token', words: 'REQ1' },
  },
  {
    title: 'an absence note to the address of a ticket, by somebody who takes no part',
    mail: proper(
      { from: 'away@elsewhere.example', to: '{R}', more: ['Auto-Submitted: auto-replied'] },
      'I am away.',
    ),
    receivers: ['{R}'],
    expect: { ...listed },
  },
  {
    title: 'a service desk with references, proved',
    mail: proper(
      {
        from: 'owner@kowhai.example',
        more: ['Auto-Submitted: auto-generated', 'References: <k-1@kowhai.example>'],
      },
      'REQ2 was updated.',
    ),
    signed: { by: 'kowhai.example' },
    expect: { at: ['K'], proof: 'dmarc' },
  },
  {
    title: 'a service desk with references, not proved',
    mail: proper({ from: rimu, more: ['Precedence: bulk', 'References: <r-1@rimu.example>'] }, 'REQ3.'),
    expect: { ...listed, proof: 'none' },
  },
  {
    title: 'an absence note with copies lets nobody in',
    mail: proper(
      { from: rimu, to: '{R}', more: ['Auto-Submitted: auto-replied', 'Cc: copied@elsewhere.example'] },
      'I am away, ask my colleague.',
    ),
    receivers: ['{R}'],
    expect: { at: ['R'], onlyNames: ['copied@elsewhere.example'] },
  },
  {
    title: 'a bounce with its report',
    mail: proper(
      {
        from: 'mailer-daemon@relay.example',
        subject: 'Undelivered',
        more: [
          'MIME-Version: 1.0',
          'Content-Type: multipart/report; report-type=delivery-status; boundary=r',
        ],
      },
      report('message/delivery-status', 'Status: 5.1.1', 'It could not be delivered.'),
    ),
    sender: '',
    expect: { at: ['automatic'], reason: 'bounce', words: 'could not be delivered' },
  },
  {
    title: 'a bounce that does not say so but has an empty return path',
    mail: proper({ from: 'postmaster@relay.example', subject: 'failure notice' }, 'Hi. This is the program.'),
    sender: '',
    expect: { at: ['automatic'], reason: 'bounce' },
  },
  {
    title: 'a bounce with an address in its return path',
    mail: proper(
      {
        from: 'mailer-daemon@relay.example',
        more: [
          'MIME-Version: 1.0',
          'Content-Type: multipart/report; report-type="delivery-status"; boundary=r',
        ],
      },
      report('message/delivery-status', 'Status: 5.1.1', 'Delivery failed.'),
    ),
    expect: { at: ['automatic'], reason: 'bounce' },
  },
  {
    title: 'a read receipt',
    mail: proper(
      {
        from: rimu,
        subject: 'Read: Ticket',
        more: [
          'MIME-Version: 1.0',
          'Content-Type: multipart/report; report-type=disposition-notification; boundary=r',
        ],
      },
      report(
        'message/disposition-notification',
        'Disposition: manual-action/MDN-sent-manually; displayed',
        'Read.',
      ),
    ),
    expect: { ...listed, words: 'Read.' },
  },
  {
    title: 'a feedback report',
    mail: proper(
      {
        from: 'feedback@relay.example',
        more: [
          'MIME-Version: 1.0',
          'Content-Type: multipart/report; report-type=feedback-report; boundary=r',
        ],
      },
      report('message/feedback-report', 'Feedback-Type: abuse', 'An abuse report.'),
    ),
    expect: { ...listed },
  },
  {
    title: 'an answer to an invitation',
    mail: proper(
      {
        from: rimu,
        subject: 'Accepted: Meeting',
        more: ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=r'],
      },
      report(
        'text/calendar; method=REPLY; charset=utf-8',
        'BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR',
        'I accept the meeting.',
      ),
    ),
    expect: { ...listed, words: 'I accept' },
  },
  {
    title: 'an answer to an invitation that is nothing but the calendar',
    mail: proper(
      {
        from: rimu,
        subject: 'Declined: Meeting',
        more: ['MIME-Version: 1.0', 'Content-Type: text/calendar; method=REPLY; charset=utf-8'],
      },
      'BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR',
    ),
    expect: { ...listed },
  },
  {
    title: 'an invitation by a person',
    mail: proper(
      {
        from: rimu,
        subject: 'Meeting',
        more: ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=r'],
      },
      report(
        'text/calendar; method=REQUEST',
        'BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR',
        'Let us meet.',
      ),
    ),
    expect: { at: ['new'], words: 'Let us meet.' },
  },
  {
    title: 'automatic, with a sender of two readings',
    mail: proper(
      { from: `${rimu}, eve@attacker.example`, to: '{R}', more: ['Auto-Submitted: auto-generated'] },
      'Two senders.',
    ),
    receivers: ['{R}'],
    expect: { ...listed, proof: 'none' },
  },
  {
    title: 'a machine of a stranger',
    mail: proper({ from: 'noreply@shop.example', more: ['Auto-Submitted: auto-generated'] }, 'Your order.'),
    expect: { ...listed },
  },
  {
    title: 'a machine that writes to postmaster',
    mail: proper({ from: 'dmarc@relay.example', more: ['Auto-Submitted: auto-generated'] }, 'A report.'),
    receivers: ['postmaster@vendor.example'],
    expect: { ...listed },
  },
];
