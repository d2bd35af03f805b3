import type { Work } from '#platform/transact.ts';
import { findTicket } from './desk-store.ts';
import { mailFromTicket } from './mail-from-ticket.ts';
import { answersSince } from './mail-store.ts';
import { customerOf } from './ticket.ts';

/** Acknowledgements an address gets in 24 hours at most, so that no two machines answer each other for ever. */
const budgetPerDay = 5;

/** Tells a customer's contact that their mail became a ticket; silent when the address had its share today. */
export async function acknowledge(work: Work, ticketId: string, address: string): Promise<void> {
  if ((await answersSince(work.sql, address, work.now.subtract({ hours: 24 }))) >= budgetPerDay) return;
  const ticket = await findTicket(work.sql, customerOf(work), ticketId);
  if (ticket === undefined) return;
  await mailFromTicket(work, {
    ticketId,
    to: [address],
    text: `Kia ora,\n\nYour mail has arrived as ticket ${ticket.number}: ${ticket.subject}\n\nAnswer this mail to add to it.\n\n${work.platform.config.vendor.name}\n`,
    automatic: true,
    kind: 'ticket-received',
  });
}
