import { until } from '#testing/until.ts';
import type { Caller, JsonAnswer } from '../../demonstration/call.ts';
import { sendRawMail } from '../doors/raw-smtp.ts';
import type { TerminalState, World } from './terminal-states.ts';

let number = 0;

/** Sends a mail to the helpdesk and gives its subject. */
async function send(
  { doors }: World,
  { from = 'owner@kowhai.example', headers = [] as string[], body = 'Kia ora, how do we go on?', id = '' },
): Promise<string> {
  if (id === '') number += 1;
  const subject = `Mail number ${number} of the table`;
  const reply = await sendRawMail(doors.smtp, from, [
    `From: <${from}>`,
    'To: helpdesk@vendor.example',
    `Subject: ${subject}`,
    `Message-ID: <table-${id || number}@kowhai.example>`,
    ...headers,
    '',
    body,
  ]);
  if (!reply.startsWith('250')) throw new Error(`the mail was answered ${reply}`);
  return subject;
}

/** What a list has under that subject, once it is there. */
const found = (caller: Caller, path: string, subject: string): Promise<JsonAnswer> =>
  until(
    async () => (await caller.get(path)).json.items.find((item: JsonAnswer) => item.subject === subject),
    { what: `"${subject}" stands in ${path}`, deadlineMs: 30_000 },
  );

const helpdesk = (tab: string) => () => `/helpdesk?tab=${tab}`;
const mailOn = (state: string, tab: string, make: (world: World) => Promise<string>): TerminalState => ({
  state,
  door: 'mail',
  who: 'manager',
  page: helpdesk(tab),
  make: async (world) => [await make(world)],
});

export const mailStates: TerminalState[] = [
  mailOn('a mail of a stranger, held for a person', 'held', (world) =>
    send(world, { from: 'stranger@elsewhere.example' }),
  ),
  mailOn('a mail of a contact, on a ticket of its own', 'tickets', (world) => send(world, {})),
  mailOn('a mail that is none, held as it came', 'held', (world) =>
    send(world, {
      from: 'scanner@elsewhere.example',
      headers: ['Content-Type: multipart/mixed'],
      body: 'No boundary, and words all the same.',
    }),
  ),
  mailOn('a mail of a program, in the list of automatic mail', 'automatic', (world) =>
    send(world, { from: 'desk@elsewhere.example', headers: ['Auto-Submitted: auto-generated'] }),
  ),
  mailOn('a bounce that belongs to no mail of ours, in the list of automatic mail', 'automatic', (world) =>
    send(world, {
      from: 'mailer-daemon@elsewhere.example',
      headers: [
        'Auto-Submitted: auto-replied',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      ],
      body: '--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b--',
    }),
  ),
  {
    state: 'a held mail that a person discarded',
    door: 'mail',
    who: 'manager',
    page: helpdesk('received'),
    make: async (world) => {
      const { manager } = world.doors.staff;
      const subject = await send(world, { from: 'noise@elsewhere.example' });
      const held = await found(manager, '/api/held-mails', subject);
      await manager.post(`/api/held-mails/${held.id}/decide`, { decision: 'discard' });
      return ['noise@elsewhere.example', 'Discarded', 'Take back'];
    },
  },
  {
    state: 'a mail that a person made a ticket of',
    door: 'mail',
    who: 'manager',
    page: helpdesk('tickets'),
    make: async (world) => {
      const { manager } = world.doors.staff;
      const subject = await send(world, { from: 'new@kowhai.example' });
      const held = await found(manager, '/api/held-mails', subject);
      await manager.post(`/api/held-mails/${held.id}/decide`, {
        decision: 'make-ticket',
        customerId: world.doors.customer.id,
      });
      return [subject];
    },
  },
  {
    state: 'a mail of a contact, with the ticket it stands on',
    door: 'mail',
    who: 'manager',
    page: helpdesk('received'),
    make: async (world) => {
      const subject = await send(world, {});
      const { number: ticket } = await found(world.doors.staff.manager, '/api/tickets', subject);
      return ['owner@kowhai.example', 'Made a ticket', `#${ticket}`];
    },
  },
  {
    state: 'the same mail again',
    door: 'mail',
    who: 'manager',
    page: helpdesk('received'),
    make: async (world) => {
      const mail = { from: 'twice@elsewhere.example', id: 'the-same' };
      await send(world, mail);
      await send(world, mail);
      return [mail.from, 'The same mail again'];
    },
  },
  {
    state: 'desk.inbox.state=processed',
    door: 'mail',
    who: 'manager',
    page: helpdesk('received'),
    make: async (world) => {
      await send(world, { from: 'anybody@elsewhere.example' });
      return ['anybody@elsewhere.example', 'Held for a person'];
    },
  },
  sentMail('kept', 'Kept here', async () => {}),
  // What the relay's answers lead to; the demonstration has none.
  ...(['sent', 'failed'] as const).map((status) =>
    sentMail(status, status === 'sent' ? 'Sent' : 'Failed', async ({ doors }) => {
      await doors.database`
        update mail.outbox set status = ${status} where id = (select max(id::text)::uuid from mail.outbox where status = 'kept')`;
    }),
  ),
];

function sentMail(status: string, words: string, make: (world: World) => Promise<unknown>): TerminalState {
  return {
    state: `mail.outbox.status=${status}`,
    door: 'call',
    who: 'manager',
    page: () => `/helpdesk?tab=outbox&status=${status}`,
    make: async (world) => {
      await make(world);
      return ['@', words];
    },
  };
}
