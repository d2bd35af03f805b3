import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { changeTicket, lockTicket } from './change-ticket.ts';
import { hasCopy, moveMail } from './merge-store.ts';
import { problems } from './problems.ts';
import { mailOnTicket } from './thread-store.ts';

/**
 * Puts a mail of a ticket on another one of the same customer; the history of each says so. Answers to it follow. Fails with
 * ticket-itself, and with mail-there-already when the other ticket has a copy of it.
 */
export async function moveMailToTicket(
  work: Work,
  input: { ticketId: string; mailId: string; intoId: string },
): Promise<void> {
  if (input.ticketId === input.intoId) throw problems['ticket-itself']();
  for (const id of [input.ticketId, input.intoId].sort()) await lockTicket(work, id);
  const ticket = await lockTicket(work, input.ticketId);
  const into = await lockTicket(work, input.intoId);
  const mail = await mailOnTicket(work.sql, ticket, input.mailId);
  if (mail === undefined) throw notFound();
  if (await hasCopy(work.sql, into, mail.inboxId)) throw problems['mail-there-already']();
  const addresses = [mail.fromAddress, ...mail.recipients].map((address) => address.toLowerCase());
  await moveMail(work.sql, { id: input.mailId, messageId: mail.messageId, addresses }, ticket, into);
  const words = (other: typeof ticket) => `“${mail.subject}” of ${mail.fromAddress}, #${other.number}`;
  const data = { mailId: input.mailId };
  await changeTicket(work, ticket, 'mail-moved', words(into), { ...data, intoTicketId: into.id });
  await changeTicket(work, into, 'mail-came', words(ticket), { ...data, fromTicketId: ticket.id });
}
