import type { OutgoingMailLine } from '#contract/mail.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { MailAttachment } from '#platform/mail.ts';
import type { Row } from '#platform/row.ts';

/** A mail of the outbox with whose it is. */
export interface OutboxRow
  extends Row<
    'mail.outbox',
    | 'id'
    | 'customer_id'
    | 'integration_id'
    | 'kind'
    | 'automatic'
    | 'sender'
    | 'recipients'
    | 'subject'
    | 'reply_to'
    | 'body_text'
    | 'body_html'
    | 'body_sealed'
    | 'confidential'
    | 'attachments'
    | 'message_id'
    | 'status'
    | 'status_detail'
    | 'attempts'
    | 'created_at'
    | 'sent_at'
  > {
  customerCode: string | null;
  customerName: string | null;
  attachments: MailAttachment[];
  status: OutgoingMailLine['status'];
}

const columns = (sql: Tx | Database) => sql`
  id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName",
  integration_id as "integrationId", kind, automatic, sender, recipients, subject, reply_to as "replyTo",
  body_text as "bodyText", body_html as "bodyHtml", body_sealed as "bodySealed", confidential, attachments, message_id as "messageId", status,
  status_detail as "statusDetail", attempts, created_at as "createdAt", sent_at as "sentAt"`;

/** Outgoing mail of everybody, newest first: for staff. */
export async function listOutbox(
  sql: Tx | Database,
  filter: { search?: string | undefined; kind?: string | undefined; status?: string | undefined },
  before: string | null,
  limit: number,
): Promise<OutboxRow[]> {
  return sql<OutboxRow[]>`
    select ${columns(sql)}
    from mail.outbox_across_customers(${filter.search || null}, ${filter.kind ?? null}, ${filter.status ?? null}, ${before}, ${limit})`;
}

export async function findOutbox(sql: Tx | Database, id: string): Promise<OutboxRow | undefined> {
  const [row] = await sql<OutboxRow[]>`select ${columns(sql)} from mail.outgoing_across_customers(${id})`;
  return row;
}

/** The integration of a mail that waits and whose answers go to `replyTo`; undefined when there is none. */
export async function integrationOfMail(sql: Tx, id: string, replyTo: string): Promise<string | undefined> {
  const [row] = await sql<{ integrationId: string }[]>`
    select integration_id as "integrationId" from mail.outbox
    where id = ${id} and status = 'waiting' and reply_to = ${replyTo} and integration_id is not null`;
  return row?.integrationId;
}

export async function addressAnswersTo(sql: Tx, id: string, replyTo: string): Promise<void> {
  await sql`update mail.outbox set reply_to = ${replyTo} where id = ${id}`;
}
