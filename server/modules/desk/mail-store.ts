import type { HeldReason } from '#contract/desk.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { MailForTicket } from './append-mail.ts';
import type { Candidate } from './find-candidates.ts';
import type { MailPart } from './incoming-mail.ts';
import type { CustomerNames } from './names-in-words.ts';
import type { VerifiedBy } from './ticket.ts';

/** What became of a mail that came in. */
export type MailOutcome =
  | 'ticket-created'
  | 'appended'
  | 'held'
  | 'automatic'
  | 'bounce'
  | 'duplicate'
  | 'own'
  | 'unparseable';

/** A mail as it came: its envelope, and where its bytes are. */
export interface StoredMail
  extends Row<
    'desk.inbox',
    | 'id'
    | 'object_key'
    | 'sha256'
    | 'size_bytes'
    | 'envelope_from'
    | 'envelope_to'
    | 'remote_address'
    | 'helo'
    | 'authenticated_as'
    | 'received_at'
    | 'state'
  > {
  state: 'stored' | 'processed';
}

/** What is kept of a held mail for the person who decides. */
export type HeldContent = MailForTicket;

/** What a person decides about a held mail. */
export type HeldDecision =
  | { decision: 'append'; ticketId: string }
  | { decision: 'make-ticket'; customerId: string }
  | { decision: 'discard' }
  | { decision: 'replay' };

export interface HeldMailRow
  extends Row<
    'desk.held_mails',
    | 'id'
    | 'inbox_id'
    | 'reason'
    | 'content'
    | 'suggested_ticket_id'
    | 'candidates'
    | 'verified_by'
    | 'received_at'
  > {
  reason: HeldReason;
  verifiedBy: VerifiedBy;
  content: HeldContent;
  candidates: Candidate[];
}

export async function insertInbox(sql: Tx, mail: Omit<StoredMail, 'state'>): Promise<void> {
  await sql`
    insert into desk.inbox (id, object_key, sha256, size_bytes, envelope_from, envelope_to, remote_address, helo,
      authenticated_as, received_at)
    values (${mail.id}, ${mail.objectKey}, ${mail.sha256}, ${mail.sizeBytes}, ${mail.envelopeFrom}, ${mail.envelopeTo},
      ${mail.remoteAddress}, ${mail.helo}, ${mail.authenticatedAs}, ${mail.receivedAt.toString()})`;
}

/** Reads a mail that came in; with `lock` it stays locked until commit. */
export async function findInbox(
  sql: Tx,
  id: string,
  options: { lock?: boolean } = {},
): Promise<StoredMail | undefined> {
  const [row] = await sql<StoredMail[]>`
    select id, object_key as "objectKey", sha256, size_bytes as "sizeBytes", envelope_from as "envelopeFrom",
           envelope_to as "envelopeTo", remote_address as "remoteAddress", helo,
           authenticated_as as "authenticatedAs", received_at as "receivedAt", state
    from desk.inbox where id = ${id} ${options.lock ? sql`for update` : sql``}`;
  return row;
}

export async function markProcessed(
  sql: Tx,
  id: string,
  outcome: MailOutcome,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update desk.inbox set state = 'processed', outcome = ${outcome}, processed_at = ${now.toString()}
    where id = ${id}`;
}

/** Forgets where the bytes of a mail are. */
export async function forgetBytes(sql: Tx, id: string): Promise<void> {
  await sql`update desk.inbox set object_key = null where id = ${id}`;
}

/** Puts a mail back before the rules. */
export async function markStored(sql: Tx, id: string): Promise<void> {
  await sql`update desk.inbox set state = 'stored', outcome = null, processed_at = null where id = ${id}`;
}

export async function insertHeld(sql: Tx, held: HeldMailRow): Promise<void> {
  await sql`
    insert into desk.held_mails (id, inbox_id, reason, content, suggested_ticket_id, candidates, verified_by, received_at)
    values (${held.id}, ${held.inboxId}, ${held.reason}, ${sql.json(held.content as never)},
            ${held.suggestedTicketId}, ${sql.json(held.candidates as never)}, ${held.verifiedBy}, ${held.receivedAt.toString()})`;
}

const heldColumns = (sql: Tx) => sql`
  id, inbox_id as "inboxId", reason, content, suggested_ticket_id as "suggestedTicketId",
  candidates, verified_by as "verifiedBy", received_at as "receivedAt"`;

/** Mail that waits for a person, or automatic mail that belongs to no ticket, newest first. */
export async function listHeld(
  sql: Tx,
  automatic: boolean,
  search: string | undefined,
  before: string | null,
  limit: number,
): Promise<HeldMailRow[]> {
  return sql<HeldMailRow[]>`
    select ${heldColumns(sql)} from desk.held_mails
    where decision is null and automatic = ${automatic} and (${before}::uuid is null or id < ${before}::uuid)
      and (${search || null}::text is null
           or platform.words_of(concat_ws(' ', content->>'subject', content->'from'->>'name',
                content->'from'->>'address', content->>'text')) @@ platform.search_of(${search || null}))
    order by id desc limit ${limit}`;
}

/** A held mail as the one who decides takes it: its content is null once it was decided. */
export interface LockedHeldMail extends Pick<HeldMailRow, 'inboxId' | 'verifiedBy'> {
  content: HeldContent | null;
  decision: HeldDecision['decision'] | null;
}

/** Reads one held mail and keeps it locked until commit. */
export async function lockHeld(sql: Tx, id: string): Promise<LockedHeldMail | undefined> {
  const [row] = await sql<LockedHeldMail[]>`
    select inbox_id as "inboxId", content, decision, verified_by as "verifiedBy"
    from desk.held_mails where id = ${id} for update`;
  return row;
}

/** The mail that came in of a held mail and what was read of its files; undefined when it was decided or never there. */
export async function findHeldFiles(
  sql: Tx,
  id: string,
): Promise<{ inboxId: string; attachments: MailPart[] } | undefined> {
  const [row] = await sql<{ inboxId: string; attachments: MailPart[] }[]>`
    select inbox_id as "inboxId", coalesce(content->'attachments', '[]'::jsonb) as attachments
    from desk.held_mails where id = ${id}`;
  return row;
}

/** Notes what was decided and forgets the words: they are on the ticket now, or of no more use. */
export async function decideHeld(
  sql: Tx,
  id: string,
  decision: HeldDecision['decision'],
  personId: string | null,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update desk.held_mails set decision = ${decision}, decided_by = ${personId}, decided_at = ${now.toString()}, content = null
    where id = ${id}`;
}

/** Which mail of our outbox a Message-ID names. */
export async function findOwnMail(sql: Tx, messageId: string) {
  const [row] = await sql<
    { id: string; customerId: string | null; integrationId: string | null; kind: string }[]
  >`
    select id, customer_id as "customerId", integration_id as "integrationId", kind
    from mail.outgoing_by_message_id(${messageId})`;
  return row;
}

interface Found {
  id: string;
  customerId: string;
}

/** The ticket that a number names; a token is made from its own id, and its mail goes to `survivorId`. */
export async function findTicketByNumber(
  sql: Tx,
  number: number,
): Promise<(Found & { survivorId: string }) | undefined> {
  const [row] = await sql<(Found & { survivorId: string })[]>`
    select id, customer_id as "customerId", survivor_id as "survivorId" from desk.find_ticket_by_number(${number})`;
  return row;
}

export async function findTicketByReferences(sql: Tx, references: string[]): Promise<Found | undefined> {
  const [row] = await sql<Found[]>`
    select id, customer_id as "customerId" from desk.find_tickets_by_references(${references})`;
  return row;
}

export async function findTicketBySubject(
  sql: Tx,
  subject: string,
  address: string,
): Promise<Found | undefined> {
  const [row] = await sql<Found[]>`
    select id, customer_id as "customerId" from desk.find_tickets_by_subject(${subject}, ${address})`;
  return row;
}

/** Whether an address has written or been written to on a ticket. */
export async function takesPartIn(sql: Tx, ticketId: string, address: string): Promise<boolean> {
  const [row] = await sql<{ there: boolean }[]>`select desk.takes_part(${ticketId}, ${address}) as there`;
  return row?.there ?? false;
}

/** A ticket of any customer with whose it is, for staff. */
export async function findTicketAnywhere(sql: Tx | Database, id: string) {
  const [row] = await sql<
    {
      id: string;
      customerId: string;
      number: number;
      subject: string;
      customerCode: string;
      customerName: string;
    }[]
  >`
    select id, customer_id as "customerId", number, subject, customer_code as "customerCode",
           customer_name as "customerName"
    from desk.find_ticket(${id})`;
  return row;
}

/** How every customer is called. */
export async function customerNames(sql: Tx): Promise<(CustomerNames & { domains: string[] })[]> {
  return sql<(CustomerNames & { domains: string[] })[]>`
    select id, code, name, domains from desk.customer_names() order by id`;
}

/** Notes whose integration a printed number names. */
export async function insertNumber(
  sql: Tx,
  customerId: string,
  named: { number: string; integrationId: string },
): Promise<void> {
  await sql`
    insert into desk.numbers (customer_id, number, integration_id)
    values (${customerId}, ${named.number}, ${named.integrationId})`;
}

/** Whose these addresses and numbers are, with the one that was found and the ticket that a number names. */
export async function customersByKeys(
  sql: Tx,
  keys: { addresses: string[]; printed: string[]; tickets: number[]; ids: string[] },
) {
  return sql<
    { customerId: string; by: 'contact' | 'number' | 'ticket'; key: string; ticketId: string | null }[]
  >`
    select customer_id as "customerId", by, key, ticket_id as "ticketId"
    from desk.customers_by_keys(${keys.addresses}, ${keys.printed}, ${keys.tickets}, ${keys.ids})`;
}

export async function customerById(sql: Tx | Database, id: string) {
  const [row] = await sql<{ id: string; code: string; name: string }[]>`
    select id, code, name from desk.customer_by_id(${id})`;
  return row;
}

/** How many acknowledgements an address was sent since a moment. */
export async function answersSince(sql: Tx, address: string, since: Temporal.Instant): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select mail.automatic_count(${address}, ${since.toString()}) as count`;
  return row?.count ?? 0;
}
