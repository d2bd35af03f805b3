import type { Work } from '#platform/transact.ts';
import { lockTicket } from './change-ticket.ts';
import { mailsOf } from './desk-store.ts';
import { mailFromTicket } from './mail-from-ticket.ts';
import { problems } from './problems.ts';

/** Answers a ticket in the acting person's name: to whoever wrote the last mail that came in. */
export async function replyTicket(work: Work, input: { ticketId: string; text: string }): Promise<string> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'closed') throw problems['ticket-closed']();
  const mails = await mailsOf(work.sql, ticket.customerId, ticket.id);
  const last = mails.filter((mail) => mail.direction === 'in').at(-1);
  return mailFromTicket(work, {
    ticketId: ticket.id,
    to: [last?.fromAddress ?? ticket.requesterAddress],
    text: input.text,
    automatic: false,
    kind: 'ticket-reply',
  });
}
