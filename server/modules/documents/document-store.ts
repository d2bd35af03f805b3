import type { Database, Tx } from '#platform/database.ts';
import type { Json } from '#platform/json.ts';
import type { Row } from '#platform/row.ts';

export interface Version
  extends Row<
    'documents.versions',
    | 'document_id'
    | 'number'
    | 'content'
    | 'revision'
    | 'author_id'
    | 'at'
    | 'frozen_at'
    | 'facts'
    | 'sha256'
    | 'pdf_key'
    | 'pdf_sha256'
  > {
  content: Json;
  /** How often it was saved. */
  revision: number;
  /** What was frozen beside the content. */
  facts: Json | null;
}

export type Comment = Row<
  'documents.comments',
  'id' | 'version' | 'place' | 'text' | 'author_id' | 'at' | 'answer' | 'answered_by' | 'closed_at'
>;

export type SigningLink = Row<
  'documents.signing_links',
  | 'id'
  | 'customer_id'
  | 'document_id'
  | 'version'
  | 'contact_id'
  | 'code_hash'
  | 'code_expires_at'
  | 'code_attempts'
  | 'codes_sent'
  | 'expires_at'
  | 'voided_at'
  | 'created_at'
>;

export interface Acceptance
  extends Row<
    'documents.acceptances',
    | 'id'
    | 'sequence'
    | 'document_id'
    | 'version'
    | 'decision'
    | 'name'
    | 'contact_id'
    | 'channel'
    | 'statement'
    | 'at'
    | 'ip'
    | 'user_agent'
    | 'sha256'
    | 'pdf_sha256'
    | 'mail_id'
    | 'previous_hash'
    | 'hash'
  > {
  /** Its place in the customer's chain of decisions, from 1. */
  sequence: number;
  decision: 'accepted' | 'declined' | 'change-requested';
  channel: 'link-and-code' | 'portal' | 'mail';
}

export async function insertDocument(
  sql: Tx,
  document: {
    id: string;
    customerId: string;
    integrationId: string | null;
    kind: string;
    title: string;
    at: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into documents.documents (id, customer_id, integration_id, kind, title, created_at)
    values (${document.id}, ${document.customerId}, ${document.integrationId}, ${document.kind}, ${document.title},
            ${document.at.toString()})`;
}

/** Puts a version's content: a new number, or in place while it is not frozen. */
export async function putVersion(
  sql: Tx,
  version: {
    customerId: string;
    documentId: string;
    number: number;
    content: Json;
    authorId: string;
    at: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into documents.versions (customer_id, document_id, number, content, author_id, at)
    values (${version.customerId}, ${version.documentId}, ${version.number}, ${sql.json(version.content as never)},
            ${version.authorId}, ${version.at.toString()})
    on conflict (document_id, number) do update
    set content = excluded.content, revision = versions.revision + 1, author_id = excluded.author_id, at = excluded.at`;
}

/** Freezes a version with the facts that belong to it; one that is frozen stays as it is. */
export async function setFrozen(
  sql: Tx,
  version: Pick<Version, 'documentId' | 'number'>,
  frozen: { facts: Json; sha256: string; at: Temporal.Instant },
): Promise<void> {
  await sql`
    update documents.versions
    set frozen_at = ${frozen.at.toString()}, facts = ${sql.json(frozen.facts as never)}, sha256 = ${frozen.sha256}
    where document_id = ${version.documentId} and number = ${version.number} and frozen_at is null`;
}

export async function setPdf(
  sql: Tx,
  documentId: string,
  number: number,
  pdf: { key: string; sha256: string },
): Promise<void> {
  await sql`
    update documents.versions set pdf_key = ${pdf.key}, pdf_sha256 = ${pdf.sha256}
    where document_id = ${documentId} and number = ${number}`;
}

/** All versions of a document, oldest first. */
export async function versionsOf(sql: Tx, customerId: string, documentId: string): Promise<Version[]> {
  return sql<Version[]>`
    select document_id as "documentId", number, content, revision, author_id as "authorId", at, frozen_at as "frozenAt",
           facts, sha256, pdf_key as "pdfKey", pdf_sha256 as "pdfSha256"
    from documents.versions where customer_id = ${customerId} and document_id = ${documentId} order by number`;
}

export async function insertComment(
  sql: Tx,
  comment: {
    id: string;
    customerId: string;
    documentId: string;
    version: number;
    place: string;
    text: string;
    authorId: string;
    at: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into documents.comments (id, customer_id, document_id, version, place, text, author_id, at)
    values (${comment.id}, ${comment.customerId}, ${comment.documentId}, ${comment.version}, ${comment.place},
            ${comment.text}, ${comment.authorId}, ${comment.at.toString()})`;
}

/** All comments of a document, oldest first: an answer is looked for among them, and only staff write them. */
export async function commentsOf(sql: Tx, customerId: string, documentId: string): Promise<Comment[]> {
  return sql<Comment[]>`
    select id, version, place, text, author_id as "authorId", at, answer, answered_by as "answeredBy",
           closed_at as "closedAt"
    from documents.comments where customer_id = ${customerId} and document_id = ${documentId} order by at, id`;
}

export async function answerComment(
  sql: Tx,
  documentId: string,
  commentId: string,
  answer: { text: string; by: string; at: Temporal.Instant },
): Promise<boolean> {
  const rows = await sql`
    update documents.comments set answer = ${answer.text}, answered_by = ${answer.by}, answered_at = ${answer.at.toString()}
    where document_id = ${documentId} and id = ${commentId} and closed_at is null returning id`;
  return rows.length === 1;
}

export async function closeComment(
  sql: Tx,
  documentId: string,
  commentId: string,
  by: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql`
    update documents.comments set closed_at = ${at.toString()}, closed_by = ${by}
    where document_id = ${documentId} and id = ${commentId} and closed_at is null returning id`;
  return rows.length === 1;
}

export async function insertSigningLink(
  sql: Tx,
  link: {
    id: string;
    customerId: string;
    documentId: string;
    version: number;
    contactId: string;
    tokenHash: Buffer;
    expiresAt: Temporal.Instant;
    at: Temporal.Instant;
  },
): Promise<void> {
  await sql`
    insert into documents.signing_links (id, customer_id, document_id, version, contact_id, token_hash, expires_at, created_at)
    values (${link.id}, ${link.customerId}, ${link.documentId}, ${link.version}, ${link.contactId}, ${link.tokenHash},
            ${link.expiresAt.toString()}, ${link.at.toString()})`;
}

/** Which customer a signing link belongs to; the only thing known before the scope is. */
export async function findSigningLink(db: Database, tokenHash: Buffer) {
  const [row] = await db<{ id: string; customerId: string }[]>`
    select id, customer_id as "customerId" from documents.link_by_token(${tokenHash})`;
  return row;
}

export async function signingLink(sql: Tx, id: string, lock: boolean): Promise<SigningLink | undefined> {
  const [row] = await sql<SigningLink[]>`
    select id, customer_id as "customerId", document_id as "documentId", version, contact_id as "contactId",
           code_hash as "codeHash", code_expires_at as "codeExpiresAt", code_attempts as "codeAttempts",
           codes_sent as "codesSent", expires_at as "expiresAt", voided_at as "voidedAt",
           created_at as "createdAt"
    from documents.signing_links where id = ${id} ${lock ? sql`for update` : sql``}`;
  return row;
}

export async function setCode(
  sql: Tx,
  id: string,
  codeHash: Buffer,
  expiresAt: Temporal.Instant,
): Promise<void> {
  await sql`
    update documents.signing_links
    set code_hash = ${codeHash}, code_expires_at = ${expiresAt.toString()}, code_attempts = 0, codes_sent = codes_sent + 1
    where id = ${id}`;
}

export async function countCodeAttempt(sql: Tx, id: string): Promise<void> {
  await sql`update documents.signing_links set code_attempts = code_attempts + 1 where id = ${id}`;
}

/** The contacts to whom a version was sent when it was last sent; none before it was. */
export async function recipientsOf(sql: Tx, documentId: string, version: number): Promise<string[]> {
  const rows = await sql<{ contactId: string }[]>`
    select contact_id as "contactId" from documents.signing_links
    where document_id = ${documentId} and version = ${version}
      and created_at = (select max(l.created_at) from documents.signing_links l
                        where l.document_id = ${documentId} and l.version = ${version})`;
  return rows.map((row) => row.contactId);
}

/** Voids the open signing links of a document, all of them or those of other versions than `except`. */
export async function voidSigningLinks(sql: Tx, documentId: string, at: Temporal.Instant): Promise<void> {
  await sql`
    update documents.signing_links set voided_at = ${at.toString()}
    where document_id = ${documentId} and voided_at is null`;
}

export async function insertAcceptance(sql: Tx, customerId: string, one: Acceptance): Promise<void> {
  await sql`
    insert into documents.acceptances (id, customer_id, sequence, document_id, version, decision, name, contact_id, channel,
      statement, at, ip, user_agent, sha256, pdf_sha256, mail_id, previous_hash, hash)
    values (${one.id}, ${customerId}, ${one.sequence}, ${one.documentId}, ${one.version}, ${one.decision}, ${one.name},
      ${one.contactId}, ${one.channel}, ${one.statement}, ${one.at.toString()}, ${one.ip}, ${one.userAgent},
      ${one.sha256}, ${one.pdfSha256}, ${one.mailId}, ${one.previousHash}, ${one.hash})`;
}

const acceptanceColumns = (sql: Tx) => sql`
  id, sequence, document_id as "documentId", version, decision, name, contact_id as "contactId", channel, statement, at, ip,
  user_agent as "userAgent", sha256, pdf_sha256 as "pdfSha256", mail_id as "mailId",
  previous_hash as "previousHash", hash`;

/** What customers' people decided about a document, oldest first. */
export async function acceptancesOf(sql: Tx, customerId: string, documentId: string): Promise<Acceptance[]> {
  return sql<Acceptance[]>`
    select ${acceptanceColumns(sql)} from documents.acceptances
    where customer_id = ${customerId} and document_id = ${documentId} order by sequence`;
}

/** All decisions of a customer's people, in the order of their chain. */
export async function acceptanceChain(sql: Tx, customerId: string): Promise<Acceptance[]> {
  return sql<Acceptance[]>`
    select ${acceptanceColumns(sql)} from documents.acceptances
    where customer_id = ${customerId} order by sequence`;
}

/** The end of a customer's chain of decisions; nobody else adds to it until commit. */
export async function lockChainEnd(
  sql: Tx,
  customerId: string,
): Promise<Pick<Acceptance, 'sequence' | 'hash'>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`acceptances:${customerId}`}, 0))`;
  const [row] = await sql<Pick<Acceptance, 'sequence' | 'hash'>[]>`
    select sequence, hash from documents.acceptances
    where customer_id = ${customerId} order by sequence desc limit 1`;
  return row ?? { sequence: 0, hash: '' };
}

export async function findAcceptance(db: Database, id: string) {
  const [row] = await db<{ id: string; customerId: string }[]>`
    select id, customer_id as "customerId" from documents.acceptance_across_customers(${id})`;
  return row;
}
