import { getCustomer } from '#modules/customers/index.ts';
import {
  expectTicket,
  linkTicket,
  openTickets,
  requestTicket,
  ticketOfIntegration,
} from '#modules/desk/index.ts';
import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import type { Acts } from './act.ts';
import { type Dossier, record } from './dossier.ts';
import { expectGatesPassed } from './expect-gates.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';
import { takeRow } from './settle.ts';

/** E4: the meeting with the customer, and the mail to the helpdesk that makes the ticket. */
export const meetingActs: Acts<'record-meeting' | 'request-estimate' | 'link-ticket'> = {
  'record-meeting': async (work, dossier, { minutes, heldOn, attendees }) => {
    const absent = (['customer', 'vendor'] as const).filter(
      (side) => !attendees.some((attendee) => attendee.side === side),
    );
    if (absent.length > 0)
      throw problems['side-not-at-meeting']({
        errors: absent.map((side) => ({
          pointer: '/attendees',
          detail: `needs at least one attendee with side "${side}"`,
        })),
      });
    const today = work.platform.clock.today(work.platform.config.vendor.timeZone);
    if (Temporal.PlainDate.compare(heldOn, today) > 0)
      throw problems['meeting-not-held-yet']({
        errors: [{ pointer: '/heldOn', detail: `is after today, ${today}` }],
      });
    record(work, dossier, { kind: 'meeting_recorded', minutes, heldOn, attendees });
    record(work, dossier, { kind: 'gate_confirmed', gate: 'E4.minutes', statement: minutes });
    const namesOf = (side: 'customer' | 'vendor') =>
      attendees.flatMap((attendee) => (attendee.side === side ? [attendee.name] : [])).join(', ');
    record(work, dossier, {
      kind: 'gate_confirmed',
      gate: 'E4.customer-attended',
      statement: `Attended by ${namesOf('customer')} of the customer and ${namesOf('vendor')} of the vendor.`,
    });
  },

  'request-estimate': async (work, dossier, { message, ticket }, person) => {
    if (ticket !== undefined && ticket !== 'new')
      return meetingActs['link-ticket'](work, dossier, { action: 'link-ticket', ticket }, person);
    expectGatesPassed(dossier, 'E4');
    if (ticket === undefined) await expectNoTicket(work, dossier);
    const { integration } = dossier;
    const customer = await getCustomer(work.sql, dossier.customerId);
    const title = `${customer?.name ?? ''}: ${integration.name}`;
    const lines = [
      `Please prepare the work estimate for ${title} (${integration.number}).`,
      message,
      integration.discovery && `Business need: ${integration.discovery.businessNeed}`,
      integration.discovery &&
        `Required outcomes:\n${integration.discovery.requiredOutcomes.map((one) => `- ${one}`).join('\n')}`,
      integration.meeting && `Minutes of ${integration.meeting.heldOn}: ${integration.meeting.minutes}`,
      `${person.name}`,
    ];
    const mailId = await requestTicket(work, {
      integrationId: dossier.id,
      title,
      subject: `Work estimate for ${title} (${integration.number})`,
      text: lines.filter((line): line is string => Boolean(line)).join('\n\n'),
    });
    record(work, dossier, { kind: 'estimate_requested', mailId });
    await takeRow(work, dossier, rowOf(playbookOf(integration.playbook), 'E4'));
  },

  // A plain mail from the director's own mail program has made the ticket: linking it stands for having sent ours.
  'link-ticket': async (work, dossier, { ticket }, person) => {
    const { integration } = dossier;
    if (integration.state === 'customer-meeting') expectGatesPassed(dossier, 'E4');
    if ((await ticketOfIntegration(work.sql, dossier.customerId, dossier.id)) === undefined)
      await expectTicket(work, { integrationId: dossier.id, title: integration.name });
    await linkTicket(work, { ticketId: ticket, integrationId: dossier.id });
    if (integration.state === 'customer-meeting')
      await takeRow(
        work,
        dossier,
        rowOf(playbookOf(integration.playbook), 'E4'),
        person,
        'A ticket was there already.',
      );
  },
};

/** The director's plain mail may have made the ticket already: a second one is made only when somebody says so. */
async function expectNoTicket(work: Work, dossier: Dossier): Promise<void> {
  const tickets = await openTickets(work.sql, dossier.customerId, { unlinked: true });
  if (tickets.length === 0) return;
  const errors = tickets.map(({ id, number, subject }) => ({
    pointer: '/ticket',
    detail: `${showId('tkt', id)} is #${number} ${subject}`,
  }));
  throw problems['ticket-may-exist']({ errors });
}
