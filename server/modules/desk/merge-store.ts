import type { Tx } from '#platform/database.ts';
import type { Ticket } from './ticket.ts';

/**
 * Gives a ticket's mails, people and references to another one. A mail that stands on both already stays where it is. What
 * was merged into the ticket before belongs to the other one as well.
 */
export async function moveEverything(sql: Tx, from: Ticket, into: Ticket): Promise<void> {
  const { customerId } = from;
  await sql`
    update desk.mails m set ticket_id = ${into.id}
    where m.customer_id = ${customerId} and m.ticket_id = ${from.id}
      and not exists (select from desk.mails o
                      where o.customer_id = ${customerId} and o.ticket_id = ${into.id} and o.inbox_id = m.inbox_id)`;
  await sql`
    insert into desk.participants as p (customer_id, ticket_id, address, name, first_seen_at, admitted_at, admitted_by)
    select customer_id, ${into.id}, address, name, first_seen_at, admitted_at, admitted_by
    from desk.participants where customer_id = ${customerId} and ticket_id = ${from.id}
    on conflict (customer_id, ticket_id, address) do update
    set name = coalesce(p.name, excluded.name), admitted_at = coalesce(p.admitted_at, excluded.admitted_at),
        admitted_by = coalesce(p.admitted_by, excluded.admitted_by)`;
  await sql`
    update desk.thread_references set ticket_id = ${into.id}
    where customer_id = ${customerId} and ticket_id = ${from.id}`;
  await sql`
    update desk.tickets set merged_into_id = ${into.id}
    where customer_id = ${customerId} and merged_into_id = ${from.id}`;
}

/** Puts one mail on another ticket, with the references by which answers to it come in and the people it names. */
export async function moveMail(
  sql: Tx,
  mail: { id: string; messageId: string | null; addresses: string[] },
  from: Ticket,
  into: Ticket,
): Promise<void> {
  const { customerId } = from;
  await sql`
    update desk.mails set ticket_id = ${into.id} where customer_id = ${customerId} and id = ${mail.id}`;
  await sql`
    update desk.thread_references set ticket_id = ${into.id}
    where customer_id = ${customerId} and ticket_id = ${from.id} and reference = ${mail.messageId}`;
  await sql`
    insert into desk.participants (customer_id, ticket_id, address, name, first_seen_at, admitted_at, admitted_by)
    select customer_id, ${into.id}, address, name, first_seen_at, admitted_at, admitted_by
    from desk.participants
    where customer_id = ${customerId} and ticket_id = ${from.id} and address = any (${mail.addresses})
    on conflict do nothing`;
}

/** Whether a ticket has a copy of a mail already: one that was sent to the reply addresses of two tickets. */
export async function hasCopy(sql: Tx, ticket: Ticket, inboxId: string | null): Promise<boolean> {
  const rows = await sql`
    select from desk.mails
    where customer_id = ${ticket.customerId} and ticket_id = ${ticket.id} and inbox_id = ${inboxId}`;
  return rows.length > 0;
}

/** The open tickets of a customer, newest first. With `unlinked` those that belong to no integration. */
export async function openTickets(
  sql: Tx,
  customerId: string,
  wish: { unlinked: boolean; except?: string },
): Promise<Pick<Ticket, 'id' | 'number' | 'subject' | 'integrationId'>[]> {
  return sql<Pick<Ticket, 'id' | 'number' | 'subject' | 'integrationId'>[]>`
    select id, number, subject, integration_id as "integrationId" from desk.tickets
    where customer_id = ${customerId} and status <> 'closed' and (not ${wish.unlinked} or integration_id is null)
      and id is distinct from ${wish.except ?? null}::uuid
    order by number desc limit 10`;
}
