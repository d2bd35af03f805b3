import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { type Invitation, invitationText } from './invitation.ts';

const invitation: Invitation = {
  method: 'REQUEST',
  uid: 'int_1-1@vendor.example',
  sequence: 2,
  summary: 'Employee data, with commas; and more',
  description: `Kia ora\n${'ā'.repeat(120)}`,
  place: 'Level 2',
  startsAt: Temporal.Instant.from('2026-11-25T22:00:00Z'),
  minutes: 45,
  madeAt: Temporal.Instant.from('2026-11-24T00:00:00.123Z'),
  organiser: { name: 'Dana "D" Rowe', email: 'helpdesk@vendor.example', sentBy: 'dana@vendor.example' },
  attendees: [{ name: 'Mere Tāne', email: 'mere@customer.example', side: 'customer', answer: 'accepted' }],
};

/** What another program reads. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const component = calendar.getFirstSubcomponent('vevent');
  assert.ok(component);
  return { calendar, component, event: new ICAL.Event(component) };
}

test('an invitation is folded at 75 octets without cutting a macron, and unfolds to what was meant', () => {
  const text = invitationText(invitation);
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  const unfolded = text.replaceAll('\r\n ', '');
  assert.ok(unfolded.includes(`DESCRIPTION:Kia ora\\n${'ā'.repeat(120)}`));
  assert.ok(unfolded.includes('SUMMARY:Employee data\\, with commas\\; and more'));
  assert.ok(unfolded.includes('DTSTART:20261125T220000Z\r\nDTEND:20261125T224500Z'));
  assert.ok(unfolded.includes('DTSTAMP:20261124T000000Z'));
});

test('another program reads the same meeting: method, version, time, organiser and attendees with their answers', () => {
  const { calendar, component, event } = read(invitationText(invitation));
  assert.equal(calendar.getFirstPropertyValue('method'), 'REQUEST');
  assert.deepEqual([event.uid, event.sequence], ['int_1-1@vendor.example', 2]);
  assert.equal(component.getFirstPropertyValue('status'), 'CONFIRMED');
  assert.equal(event.startDate.toJSDate().toISOString(), '2026-11-25T22:00:00.000Z');
  assert.equal(event.endDate.toJSDate().toISOString(), '2026-11-25T22:45:00.000Z');
  assert.equal(event.organizer, 'mailto:helpdesk@vendor.example');
  const organizer = component.getFirstProperty('organizer');
  assert.equal(organizer?.getFirstParameter('sent-by'), 'mailto:dana@vendor.example');
  const [attendee] = event.attendees;
  assert.equal(attendee?.getFirstValue(), 'mailto:mere@customer.example');
  assert.deepEqual(
    ['partstat', 'rsvp', 'role', 'cn'].map((name) => attendee?.getFirstParameter(name)),
    ['ACCEPTED', 'TRUE', 'REQ-PARTICIPANT', 'Mere Tāne'],
  );
  const cancelled = read(invitationText({ ...invitation, method: 'CANCEL', sequence: 3 }));
  assert.equal(cancelled.calendar.getFirstPropertyValue('method'), 'CANCEL');
  assert.equal(cancelled.component.getFirstPropertyValue('status'), 'CANCELLED');
  assert.equal(cancelled.event.sequence, 3);
});

test('whatever people write, another program reads it back, and nothing breaks out of its line', (t) => {
  const seed = Number(process.env['FAIRLEAD_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const words = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom(
        'a\\n;,:"^^n',
        'x\r\nATTENDEE:mailto:x@y.example',
        'END:VEVENT\nBEGIN:VEVENT',
        '👩🏽‍🌾'.repeat(40),
      ),
    )
    .map((text) =>
      text
        .toWellFormed()
        .replaceAll('\r\n', '\n')
        .replaceAll('\r', '\n')
        .replace(/[^\P{Cc}\n]/gu, ''),
    );
  fc.assert(
    fc.property(words, words, words, (summary, description, name) => {
      const text = invitationText({
        ...invitation,
        summary,
        description,
        organiser: { ...invitation.organiser, name },
        attendees: [{ name, email: "o'neill+a?b@customer.example", side: 'customer' }],
      });
      for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75);
      const { calendar, event } = read(text);
      assert.equal(calendar.getAllSubcomponents('vevent').length, 1);
      assert.equal(event.summary, summary);
      assert.equal(event.description, description);
      assert.deepEqual(
        event.attendees.map((one) => one.getFirstValue()),
        ["mailto:o'neill+a%3Fb@customer.example"],
      );
    }),
    { numRuns: 1000, seed },
  );
});

test('names cannot break out of their line', () => {
  const text = invitationText({
    ...invitation,
    organiser: { ...invitation.organiser, name: 'A"\r\nATTENDEE:mailto:x' },
  });
  assert.equal(text.split('\r\n').filter((line) => line.startsWith('ATTENDEE')).length, 1);
});
