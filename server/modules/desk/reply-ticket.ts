import { isHelpdeskAddress } from '#platform/mail.ts';
import type { ProblemError } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { lockTicket } from './change-ticket.ts';
import { mailFromTicket } from './mail-from-ticket.ts';
import { listParticipants } from './participant-store.ts';
import { problems } from './problems.ts';
import { markOf, outsidersAmong } from './recipients.ts';

/**
 * Answers a ticket in the acting person's name, to exactly the given addresses. Fails with participants-changed when somebody
 * joined since `seen`, and with outsider-not-confirmed when an address that belongs to neither side is not in `outsiders`.
 */
export async function replyTicket(
  work: Work,
  input: { ticketId: string; text: string; to: string[]; cc: string[]; outsiders: string[]; seen: string },
): Promise<string> {
  const ticket = await lockTicket(work, input.ticketId);
  if (ticket.status === 'closed') throw problems['ticket-closed']();
  const to = distinct(input.to);
  const cc = distinct(input.cc).filter((address) => !to.includes(address));
  const own = [...to, ...cc].filter((address) => isHelpdeskAddress(work.platform.config, address));
  if (own.length > 0)
    throw problems['recipient-is-helpdesk']({ detail: `${own.join(', ')} is the helpdesk itself.` });
  if (markOf(await listParticipants(work.sql, ticket)) !== input.seen)
    throw problems['participants-changed']();
  const confirmed = new Set(distinct(input.outsiders));
  const outsiders = await outsidersAmong(work.sql, ticket, [...to, ...cc]);
  const errors = outsiders
    .filter((address) => !confirmed.has(address))
    .map((address): ProblemError => {
      const field = to.includes(address) ? 'to' : 'cc';
      return {
        pointer: `/${field}/${input[field].findIndex((one) => one.toLowerCase() === address)}`,
        detail: address,
      };
    });
  if (errors.length > 0) throw problems['outsider-not-confirmed']({ errors });
  return mailFromTicket(work, {
    ticketId: ticket.id,
    to,
    cc,
    text: input.text,
    automatic: false,
    kind: 'ticket-reply',
  });
}

function distinct(addresses: string[]): string[] {
  return [...new Set(addresses.map((address) => address.toLowerCase()))];
}
