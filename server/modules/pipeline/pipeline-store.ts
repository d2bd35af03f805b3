import type { BoardColumn, OpportunityStage } from '#contract/pipeline.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

/** A card as it is kept. */
export interface Card
  extends Row<
    'pipeline.cards',
    'customer_id' | 'id' | 'board' | 'title' | 'integration_id' | 'assignee_id' | 'created_at' | 'moved_at'
  > {
  column: BoardColumn;
}

/** An opportunity as it is kept; the amount is in cents without GST. */
export interface Opportunity
  extends Row<
    'pipeline.opportunities',
    | 'customer_id'
    | 'id'
    | 'title'
    | 'stage'
    | 'amount_cents'
    | 'currency'
    | 'integration_id'
    | 'created_at'
    | 'moved_at'
  > {
  stage: OpportunityStage;
}

export type HistoryRow = Row<'pipeline.history', 'at' | 'by_name' | 'what'>;

/** What a line of a list shows beside the row itself. */
export interface OfCustomer {
  customerCode: string;
  customerName: string;
}

const cardColumns = (sql: Tx) => sql`
  customer_id as "customerId", id, board, title, column_key as "column", integration_id as "integrationId",
  assignee_id as "assigneeId", created_at as "createdAt", moved_at as "movedAt"`;

const opportunityColumns = (sql: Tx) => sql`
  customer_id as "customerId", id, title, stage, amount_cents as "amountCents", currency,
  integration_id as "integrationId", created_at as "createdAt", moved_at as "movedAt"`;

/** Reads one card of the customer; with `lock` it stays locked until commit. */
export async function findCard(
  sql: Tx,
  customerId: string,
  id: string,
  options: { lock?: boolean } = {},
): Promise<Card | undefined> {
  const [row] = await sql<Card[]>`
    select ${cardColumns(sql)} from pipeline.cards
    where customer_id = ${customerId} and id = ${id} ${options.lock ? sql`for update` : sql``}`;
  return row;
}

/** The one card of an integration, if it has one. */
export async function cardOfIntegration(
  sql: Tx,
  customerId: string,
  integrationId: string,
): Promise<Card | undefined> {
  const [row] = await sql<Card[]>`
    select ${cardColumns(sql)} from pipeline.cards
    where customer_id = ${customerId} and integration_id = ${integrationId}`;
  return row;
}

export async function insertCard(sql: Tx, card: Card): Promise<void> {
  await sql`
    insert into pipeline.cards (customer_id, id, board, title, column_key, integration_id, assignee_id, created_at, moved_at)
    values (${card.customerId}, ${card.id}, ${card.board}, ${card.title}, ${card.column}, ${card.integrationId},
      ${card.assigneeId}, ${card.createdAt.toString()}, ${card.movedAt.toString()})`;
}

/** Writes the parts of a card that actions change. */
export async function saveCard(sql: Tx, card: Card): Promise<void> {
  await sql`
    update pipeline.cards
    set column_key = ${card.column}, integration_id = ${card.integrationId}, assignee_id = ${card.assigneeId},
        moved_at = ${card.movedAt.toString()}
    where customer_id = ${card.customerId} and id = ${card.id}`;
}

/** Reads one opportunity of the customer; with `lock` it stays locked until commit. */
export async function findOpportunity(
  sql: Tx,
  customerId: string,
  id: string,
  options: { lock?: boolean } = {},
): Promise<Opportunity | undefined> {
  const [row] = await sql<Opportunity[]>`
    select ${opportunityColumns(sql)} from pipeline.opportunities
    where customer_id = ${customerId} and id = ${id} ${options.lock ? sql`for update` : sql``}`;
  return row;
}

/** The one opportunity of an integration, if it has one. */
export async function opportunityOfIntegration(
  sql: Tx,
  customerId: string,
  integrationId: string,
): Promise<Opportunity | undefined> {
  const [row] = await sql<Opportunity[]>`
    select ${opportunityColumns(sql)} from pipeline.opportunities
    where customer_id = ${customerId} and integration_id = ${integrationId}`;
  return row;
}

export async function insertOpportunity(sql: Tx, one: Opportunity): Promise<void> {
  await sql`
    insert into pipeline.opportunities (customer_id, id, title, stage, amount_cents, currency, integration_id, created_at, moved_at)
    values (${one.customerId}, ${one.id}, ${one.title}, ${one.stage}, ${one.amountCents}, ${one.currency},
      ${one.integrationId}, ${one.createdAt.toString()}, ${one.movedAt.toString()})`;
}

/** Writes the parts of an opportunity that actions change. */
export async function saveOpportunity(sql: Tx, one: Opportunity): Promise<void> {
  await sql`
    update pipeline.opportunities
    set stage = ${one.stage}, amount_cents = ${one.amountCents}, integration_id = ${one.integrationId},
        moved_at = ${one.movedAt.toString()}
    where customer_id = ${one.customerId} and id = ${one.id}`;
}

export async function insertHistory(
  sql: Tx,
  customerId: string,
  subjectId: string,
  row: HistoryRow,
): Promise<void> {
  await sql`
    insert into pipeline.history (customer_id, subject_id, at, by_name, what)
    values (${customerId}, ${subjectId}, ${row.at.toString()}, ${row.byName}, ${row.what})`;
}

export async function historyOf(sql: Tx, customerId: string, subjectId: string): Promise<HistoryRow[]> {
  return sql<HistoryRow[]>`
    select at, by_name as "byName", what
    from (select * from pipeline.history
          where customer_id = ${customerId} and subject_id = ${subjectId} order by at desc, id desc limit 500) newest
    order by at, id`;
}

/** The cards of a board over all customers, at most so many in each column: for staff. */
export async function listCards(sql: Tx | Database, board: string, atMost: number) {
  return sql<(Card & OfCustomer & { assigneeName: string | null; inColumn: number })[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName", title,
           column_key as "column", integration_id as "integrationId", assignee_id as "assigneeId",
           assignee_name as "assigneeName", created_at as "createdAt", moved_at as "movedAt", in_column as "inColumn"
    from pipeline.cards_across_customers(${board}, ${atMost})`;
}

/** What of a customer belongs to no integration yet, the newest first: all of it, up to a thousand. */
export async function listUnlinked(
  sql: Tx,
  customerId: string,
  what: 'opportunities' | 'cards',
): Promise<{ id: string; title: string }[]> {
  return sql<{ id: string; title: string }[]>`
    select id, title from ${sql(`pipeline.${what}`)}
    where customer_id = ${customerId} and integration_id is null order by id desc limit 1000`;
}

/** Opportunities of all customers, newest first: for staff. */
export async function listOpportunities(
  sql: Tx | Database,
  wish: {
    stage?: OpportunityStage | undefined;
    customer?: string | undefined;
    search?: string | undefined;
  },
  before: string | null,
  limit: number,
): Promise<(Opportunity & OfCustomer)[]> {
  return sql<(Opportunity & OfCustomer)[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName", title,
           stage, amount_cents as "amountCents", currency, integration_id as "integrationId",
           created_at as "createdAt", moved_at as "movedAt"
    from pipeline.opportunities_across_customers(${wish.stage ?? null}, ${wish.customer ?? null},
      ${wish.search || null}, ${before}, ${limit})`;
}
