import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invitationText } from './invitation.ts';

const invitation = {
  uid: 'int_1-1',
  summary: 'Employee data, with commas; and more',
  description: `Kia ora\n${'ā'.repeat(120)}`,
  place: 'Level 2',
  startsAt: Temporal.Instant.from('2026-11-25T22:00:00Z'),
  minutes: 45,
  madeAt: Temporal.Instant.from('2026-11-24T00:00:00.123Z'),
  organiser: { name: 'Dana "D" Rowe', email: 'dana@vendor.example' },
  attendees: [{ name: 'Mere Tāne', email: 'mere@customer.example', side: 'customer' as const }],
};

test('an invitation is folded at 75 octets without cutting a macron, and unfolds to what was meant', () => {
  const text = invitationText(invitation);
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  const unfolded = text.replaceAll('\r\n ', '');
  assert.ok(unfolded.includes(`DESCRIPTION:Kia ora\\n${'ā'.repeat(120)}`));
  assert.ok(unfolded.includes('SUMMARY:Employee data\\, with commas\\; and more'));
  assert.ok(unfolded.includes('DTSTART:20261125T220000Z\r\nDTEND:20261125T224500Z'));
  assert.ok(unfolded.includes('DTSTAMP:20261124T000000Z'));
});

test('names cannot break out of their line', () => {
  const text = invitationText({
    ...invitation,
    organiser: { name: 'A"\r\nATTENDEE:mailto:x', email: 'a@vendor.example' },
  });
  assert.equal(text.split('\r\n').filter((line) => line.startsWith('ATTENDEE')).length, 1);
});
