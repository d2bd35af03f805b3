import { until } from '#testing/until.ts';
import type { Caller, JsonAnswer } from '../../demonstration/call.ts';
import { sendRawMail } from '../doors/raw-smtp.ts';
import type { TerminalState, World } from './terminal-states.ts';

let number = 0;

/** Sends a mail to the helpdesk and gives its subject. */
async function send(
  { doors }: World,
  { from = 'owner@kowhai.example', headers = [] as string[], body = 'Kia ora, how do we go on?' },
): Promise<string> {
  number += 1;
  const subject = `Mail number ${number} of the table`;
  const reply = await sendRawMail(doors.smtp, from, [
    `From: <${from}>`,
    'To: helpdesk@vendor.example',
    `Subject: ${subject}`,
    `Message-ID: <table-${number}@kowhai.example>`,
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
const heldMail = (state: string, tab: string, make: (world: World) => Promise<string>): TerminalState => ({
  state,
  door: 'mail',
  who: 'manager',
  page: helpdesk(tab),
  make: async (world) => [await make(world)],
});

export const mailStates: TerminalState[] = [
  heldMail('a mail of a stranger, held for a person', 'held', (world) =>
    send(world, { from: 'stranger@elsewhere.example' }),
  ),
  heldMail('a mail that names a contact without proof, held', 'held', (world) => send(world, {})),
  heldMail('a mail that is none, held as it came', 'held', (world) =>
    send(world, { headers: ['Content-Type: multipart/mixed'], body: 'No boundary, and words all the same.' }),
  ),
  heldMail('a mail of a program, in the list of automatic mail', 'automatic', (world) =>
    send(world, { from: 'desk@elsewhere.example', headers: ['Auto-Submitted: auto-generated'] }),
  ),
  heldMail('a bounce that belongs to no mail of ours, in the list of automatic mail', 'automatic', (world) =>
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
    page: helpdesk('held'),
    make: async (world) => {
      const { manager } = world.doors.staff;
      const subject = await send(world, { from: 'noise@elsewhere.example' });
      const held = await found(manager, '/api/held-mails', subject);
      await manager.post(`/api/held-mails/${held.id}/decide`, { decision: 'discard' });
      return [subject];
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
  ...(['sent', 'kept'] as const).map(
    (status): TerminalState => ({
      state: `mail.outbox.status=${status}`,
      door: 'call',
      who: 'manager',
      page: helpdesk('outbox'),
      make: async () => ['API key'],
    }),
  ),
];
