import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { readCalendarAnswer } from './calendar-answer.ts';

const reply = (...lines: string[]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'METHOD:REPLY',
    'BEGIN:VEVENT',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

test('answers as programs write them are read: folded, quoted, with a comment and in any case', () => {
  const answer = readCalendarAnswer(
    reply(
      'uid:int_1',
      'SEQUENCE:3',
      'DTSTAMP:20261201T093000Z',
      'ATTENDEE;CN="Tāne; Mere: the boss";PARTSTAT="DECLINED";X-A=1:MAILTO:Mere@Customer.Example',
      'COMMENT;LANGUAGE=en-NZ:I am away\\, sorry\\nFriday',
      '  works',
      'BEGIN:VALARM',
      'COMMENT:not this',
      'END:VALARM',
    ),
  );
  assert.deepEqual(answer, {
    uid: 'int_1',
    sequence: 3,
    stamp: '2026-12-01T09:30:00Z',
    comment: 'I am away, sorry\nFriday works',
    attendees: [{ address: 'mere@customer.example', status: 'declined' }],
  });
});

test('what is no answer is none', () => {
  const one = reply('UID:int_1', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example');
  assert.equal(readCalendarAnswer(one.replace('REPLY', 'REQUEST')), undefined);
  assert.equal(readCalendarAnswer(one.replace('UID:int_1', 'X:1')), undefined);
  assert.equal(readCalendarAnswer(''), undefined);
  assert.equal(readCalendarAnswer(one + 'x'.repeat(100_000)), undefined);
  assert.deepEqual(readCalendarAnswer(one.replace('ACCEPTED', 'DELEGATED'))?.attendees, []);
  assert.deepEqual(readCalendarAnswer(one.replace('mailto:a@b', 'mailto:%E0%A4%A'))?.attendees, []);
  assert.equal(readCalendarAnswer(one.replace('REPLY', 'COUNTER'))?.attendees[0]?.status, 'other-time');
});

test('another program’s answers are read as it wrote them, and no text makes the reader fail', (t) => {
  const seed = Number(process.env['FAIRLEAD_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const words = fc
    .string({ unit: 'grapheme', maxLength: 100 })
    .map((text) => text.replace(/\p{Cc}/gu, '').toWellFormed());
  fc.assert(
    fc.property(
      words,
      words,
      fc.constantFrom('ACCEPTED', 'DECLINED', 'TENTATIVE'),
      (comment, name, status) => {
        const calendar = new ICAL.Component('vcalendar');
        calendar.addPropertyWithValue('method', 'REPLY');
        const event = new ICAL.Component('vevent');
        event.addPropertyWithValue('uid', 'int_1');
        const attendee = event.addPropertyWithValue('attendee', 'mailto:a@b.example');
        attendee.setParameter('partstat', status);
        attendee.setParameter('cn', name.replace(/["^]/g, ''));
        event.addPropertyWithValue('comment', comment);
        calendar.addSubcomponent(event);
        const answer = readCalendarAnswer(calendar.toString());
        assert.equal(answer?.comment, comment.trim());
        assert.deepEqual(answer?.attendees, [{ address: 'a@b.example', status: status.toLowerCase() }]);
      },
    ),
    { numRuns: 1000, seed },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      readCalendarAnswer(reply(text, 'UID:int_1', `ATTENDEE;${text}:mailto:${text}`));
    }),
    { numRuns: 1000, seed },
  );
});
