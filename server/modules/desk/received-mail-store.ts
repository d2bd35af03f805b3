import type { MailOutcome } from '#contract/desk.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** A mail that the door accepted, with what became of it. */
export interface ReceivedMailRow
  extends Row<'desk.inbox', 'id' | 'envelope_from' | 'envelope_to' | 'size_bytes' | 'received_at'> {
  outcome: MailOutcome;
  /** The held mail that a person decided about, and whether it can still be taken back. */
  heldId: string | null;
  decidedBy: string | null;
  decidedAt: Temporal.Instant | null;
  isWhole: boolean;
  /** The tickets it stands on: several when it was sent to the addresses of several. */
  tickets: { id: string; number: number; customerId: string }[];
}

/**
 * Every mail that was accepted, newest first, whatever became of it; at most `limit` from before an id. `search` is a part of
 * the sender's address.
 */
export async function listReceivedMails(
  sql: Tx,
  { search, before, limit }: { search: string | undefined; before: string | null; limit: number },
): Promise<ReceivedMailRow[]> {
  return sql<ReceivedMailRow[]>`
    select i.id, i.envelope_from as "envelopeFrom", i.envelope_to as "envelopeTo", i.size_bytes as "sizeBytes",
           i.received_at as "receivedAt", h.id as "heldId", p.name as "decidedBy", h.decided_at as "decidedAt",
           i.object_key is not null as "isWhole",
           desk.tickets_of_mail(i.id) as tickets,
           case when i.state = 'stored' then 'waiting'
                when h.decision = 'discard' then 'discarded'
                when h.decision is not null then 'placed'
                else i.outcome end as outcome
    from desk.inbox i
    left join lateral (select d.* from desk.held_mails d where d.inbox_id = i.id order by d.id desc limit 1) h on true
    left join access.people p on p.id = h.decided_by
    where (${before}::uuid is null or i.id < ${before}::uuid)
      and (${search ?? ''} = '' or strpos(lower(i.envelope_from), lower(${search ?? ''})) > 0)
    order by i.id desc limit ${limit}`;
}
