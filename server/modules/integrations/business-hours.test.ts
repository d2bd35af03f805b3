import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addBusinessTime, businessSecondsBetween } from './business-hours.ts';

const calendar = {
  zone: 'Pacific/Auckland',
  opensAt: '09:00',
  closesAt: '17:00',
  holidays: new Set(['2026-12-25', '2026-12-28']),
};
const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Pacific/Auckland]`).toInstant();

test('a business day from Friday afternoon ends on Monday afternoon', () => {
  const due = addBusinessTime(at('2026-11-20T15:00'), { days: 1 }, calendar);
  assert.equal(due.toString(), at('2026-11-23T15:00').toString());
});

test('time outside hours counts from the next opening', () => {
  const due = addBusinessTime(at('2026-11-21T11:00'), { minutes: 15 }, calendar);
  assert.equal(due.toString(), at('2026-11-23T09:15').toString());
});

test('no business time passes on a day off', () => {
  const due = addBusinessTime(at('2026-12-24T16:00'), { hours: 2 }, calendar);
  assert.equal(due.toString(), at('2026-12-29T10:00').toString());
});

test('a change to daylight saving time does not move the closing hour', () => {
  const due = addBusinessTime(at('2026-09-25T16:00'), { hours: 2 }, calendar);
  assert.equal(due.toString(), at('2026-09-28T10:00').toString());
});

test('the hours between an instant and its due time are the span', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 * 86_400 }),
      fc.integer({ min: 1, max: 400 }),
      (seconds, hours) => {
        const from = at('2026-01-05T09:00').add({ seconds });
        const due = addBusinessTime(from, { hours }, calendar);
        assert.ok(businessSecondsBetween(from, due, calendar) === hours * 3600);
      },
    ),
    { numRuns: 200 },
  );
});

test('an earlier end gives no hours', () => {
  assert.equal(businessSecondsBetween(at('2026-11-20T15:00'), at('2026-11-20T10:00'), calendar), 0);
});
