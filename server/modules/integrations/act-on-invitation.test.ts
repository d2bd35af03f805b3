import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { read } from '#platform/transact.ts';
import { walkIntegrations } from '#testing/integration-walk.ts';
import { helpdesk, type MailDesk, openMailDesk } from '#testing/mail-desk.ts';
import { type NameServer, openNameServer } from '#testing/name-server.ts';

let d: MailDesk;
let names: NameServer;
let walk: Awaited<ReturnType<typeof walkIntegrations>>;
before(async () => {
  names = await openNameServer();
  d = await openMailDesk({ smtp: { nameServers: [names.address] } });
  walk = await walkIntegrations(d.t);
});
after(async () => {
  await walk?.close();
  await d?.close();
  await names?.close();
});

type Begun = Awaited<ReturnType<typeof walk.begin>>;

async function atMeeting(): Promise<Begun> {
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(walk.director, { action: 'skip-step', step: 'discovery', reason: 'Small' });
  await one.must(walk.manager, { action: 'answer-consultation', answer: 'Fits' });
  return one;
}

/** The calendar mails of an integration in order, as another program reads them. */
async function calendarMails(one: Begun) {
  const rows = await read(
    d.t.platform,
    { customerId: one.customerId },
    (sql) => sql<
      {
        kind: string;
        recipients: string[];
        sender: string;
        attachments: { content: string; calendarMethod: string }[];
      }[]
    >`
      select kind, recipients, sender, attachments from mail.outbox
      where integration_id = ${one.uuid} and kind like 'meeting-%' order by id`,
  );
  return rows.map(({ attachments, ...mail }) => {
    const [file] = attachments;
    const calendar = new ICAL.Component(ICAL.parse(Buffer.from(file?.content ?? '', 'base64').toString()));
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') ?? undefined);
    return {
      ...mail,
      method: calendar.getFirstPropertyValue('method'),
      uid: event.uid,
      sequence: event.sequence,
      startsAt: event.startDate.toJSDate().toISOString(),
      organizer: event.organizer,
      attendees: event.attendees.map((attendee) => String(attendee.getFirstValue()).replace('mailto:', '')),
      states: event.attendees.map((attendee) => attendee.getFirstParameter('partstat')),
    };
  });
}

const attendeesOf = (...emails: string[]) =>
  emails.map((email) => ({ name: email.split('@')[0] ?? '', email, side: 'customer' as const }));
const startsAt = '2027-01-20T10:00:00+13:00';

test('an invitation keeps its id while its version rises; who is left out, and everybody at the end, gets a cancellation', async () => {
  const one = await atMeeting();
  const { director } = walk;
  const [mere, hemi] = [`mere@${one.code}.example`, `hemi@${one.code}.example`];
  const invite = (at: string, ...emails: string[]) =>
    one.must(director, { action: 'invite-to-meeting', startsAt: at, attendees: attendeesOf(...emails) });
  assert.equal(
    (await one.act(director, { action: 'cancel-invitation' })).json<{ code: string }>().code,
    'no-invitation',
  );
  await invite(startsAt, mere, hemi);
  await invite('2027-01-21T10:00:00+13:00', mere);
  await one.must(director, { action: 'cancel-invitation', reason: 'We met by chance.' });
  await invite(startsAt, mere);
  const mails = await calendarMails(one);
  const [uid, other] = [mails[0]?.uid ?? '', mails.at(-1)?.uid];
  assert.match(uid, /^int_[0-9a-z]{26}-[0-9a-f-]{36}@vendor\.example$/);
  assert.notEqual(other, uid, 'after a cancellation it is another meeting');
  assert.deepEqual(
    mails.map((mail) => [mail.method, mail.uid === uid, mail.sequence, mail.attendees, mail.startsAt]),
    [
      ['REQUEST', true, 0, [mere, hemi], '2027-01-19T21:00:00.000Z'],
      ['CANCEL', true, 1, [hemi], '2027-01-20T21:00:00.000Z'],
      ['REQUEST', true, 1, [mere], '2027-01-20T21:00:00.000Z'],
      ['CANCEL', true, 2, [mere], '2027-01-20T21:00:00.000Z'],
      ['REQUEST', false, 0, [mere], '2027-01-19T21:00:00.000Z'],
    ],
  );
  for (const mail of mails) {
    assert.equal(mail.organizer, `mailto:${helpdesk}`, 'answers come to where they are read');
    assert.ok(mail.sender.endsWith(`<${helpdesk}>`));
  }
  await one.must(director, { action: 'cancel', reason: 'Not this year' });
  assert.equal(
    (await calendarMails(one)).at(-1)?.method,
    'CANCEL',
    'a meeting about nothing is in no calendar',
  );
  const { records } = await one.see();
  assert.ok(records.invitation?.cancelledAt);
});

test('an answer of an attendee shows on the invitation, that of others and to another time does not', async () => {
  const one = await atMeeting();
  const { director } = walk;
  const [mere, hemi] = [`mere@${one.code}.example`, `Hemi@${one.code}.example`];
  const invite = (at: string, place = '') =>
    one.must(director, {
      action: 'invite-to-meeting',
      startsAt: at,
      place,
      attendees: attendeesOf(mere, hemi),
    });
  await invite(startsAt);
  const uid = (await calendarMails(one))[0]?.uid ?? '';
  const answer = (attendee: string, status: string, sequence: number, stamp: string, more = {}) =>
    one.fact('invitation.answered', { uid, attendee, status, sequence, stamp, ...more });
  const shown = async () =>
    Object.fromEntries(
      ((await one.see()).records.invitation?.attendees ?? []).map((each) => [each.email, each.answer]),
    );
  await answer(mere.toLowerCase(), 'accepted', 0, '2026-12-01T10:00:00Z');
  await answer(hemi.toLowerCase(), 'other-time', 0, '2026-12-01T10:00:00Z', { comment: 'Friday?' });
  await answer('eve@elsewhere.example', 'accepted', 0, '2026-12-01T10:00:00Z');
  await answer(mere.toLowerCase(), 'declined', 0, '2026-12-01T09:00:00Z');
  assert.deepEqual(await shown(), { [mere]: 'accepted', [hemi]: 'other-time' });
  assert.equal((await one.see()).records.invitation?.attendees[1]?.comment, 'Friday?');
  await invite(startsAt, 'Level 2');
  assert.deepEqual(
    await shown(),
    { [mere]: 'accepted', [hemi]: 'other-time' },
    'another room asks nobody again',
  );
  assert.deepEqual((await calendarMails(one)).at(-1)?.states, ['ACCEPTED', 'TENTATIVE']);
  await invite('2027-01-22T10:00:00+13:00', 'Level 2');
  await answer(mere.toLowerCase(), 'accepted', 1, '2026-12-01T11:00:00Z');
  assert.deepEqual(await shown(), { [mere]: undefined, [hemi]: undefined }, 'they accepted another time');
  await answer(mere.toLowerCase(), 'declined', 2, '2026-12-01T12:00:00Z');
  assert.deepEqual(await shown(), { [mere]: 'declined', [hemi]: undefined });
  assert.equal(
    (await one.see(one.owner)).records.invitation,
    undefined,
    'the portal does not show who comes',
  );
});

test('an answer that comes by mail counts when its sender is proved, makes no ticket, is not answered, and stays in sight', async () => {
  const one = await atMeeting();
  const domain = `${one.code.toLowerCase()}-meets.example`;
  names.records.set(domain, 'v=spf1 ip4:127.0.0.1 -all');
  names.records.set(`_dmarc.${domain}`, 'v=DMARC1; p=reject');
  const [mere, hemi, eve] = [`mere@${domain}`, `hemi@${domain}`, 'eve@elsewhere.example'];
  await one.must(walk.director, {
    action: 'invite-to-meeting',
    startsAt,
    attendees: attendeesOf(mere, hemi, eve),
  });
  const uid = (await calendarMails(one))[0]?.uid ?? '';
  const answer = (from: string, attendee: string, status: string) =>
    d.sendRaw(from, helpdesk, [
      `From: ${from}`,
      `To: ${helpdesk}`,
      `Subject: ${status}: Employee data`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'I am away on Tuesday.',
      '--b',
      'Content-Type: text/calendar; charset=utf-8; method=REPLY',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(
        [
          'BEGIN:VCALENDAR',
          'METHOD:REPLY',
          'BEGIN:VEVENT',
          `UID:${uid}`,
          'SEQUENCE:0',
          'DTSTAMP:20261201T093000Z',
          `ATTENDEE;CN=Somebody;PARTSTAT=${status}:mailto:${attendee}`,
          'COMMENT:I am away on Tuesday.',
          'END:VEVENT',
          'END:VCALENDAR',
          '',
        ].join('\r\n'),
      ).toString('base64'),
      '--b--',
      '',
    ]);
  const before = (await d.listTickets()).length;
  await answer(mere, mere, 'DECLINED');
  await answer(mere, hemi, 'ACCEPTED');
  await answer(eve, eve, 'ACCEPTED');
  await d.runJobs();
  const shown = (await one.see()).records.invitation?.attendees.map((each) => [
    each.email,
    each.answer,
    each.comment,
  ]);
  assert.deepEqual(shown, [
    [mere, 'declined', 'I am away on Tuesday.'],
    [hemi, undefined, undefined],
    [eve, undefined, undefined],
  ]);
  assert.equal((await d.listTickets()).length, before);
  const kept = await read(
    d.t.platform,
    {},
    (sql) => sql<{ address: string }[]>`
      select content->'from'->>'address' as address from desk.held_mails where reason = 'automatic' order by id`,
  );
  assert.deepEqual(
    kept.map((row) => row.address),
    [mere, mere, eve],
  );
  const sent = await read(
    d.t.platform,
    {},
    (sql) => sql`select from mail.outbox where kind = 'ticket-received' and ${mere} = any (recipients)`,
  );
  assert.equal(sent.length, 0);
});
