import type {
  Card as CardLine,
  CardView,
  Opportunity as OpportunityLine,
  OpportunityView,
} from '#contract/pipeline.ts';
import { personById } from '#modules/access/index.ts';
import { getCustomer } from '#modules/customers/index.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import {
  type Card,
  findCard,
  findOpportunity,
  type HistoryRow,
  historyOf,
  type OfCustomer,
  type Opportunity,
} from './pipeline-store.ts';

/** A card with its history as the contract shows it; not found for another customer's. */
export async function viewCard(platform: Platform, customerId: string, cardId: string): Promise<CardView> {
  return read(platform, { customerId }, async (sql) => {
    const card = await findCard(sql, customerId, cardId);
    const customer = await getCustomer(sql, customerId);
    if (card === undefined || customer === undefined) throw notFound();
    const assignee = card.assigneeId === null ? undefined : await personById(sql, card.assigneeId);
    return {
      ...showCard({
        ...card,
        customerCode: customer.code,
        customerName: customer.name,
        assigneeName: assignee?.name ?? null,
      }),
      board: card.board,
      history: (await historyOf(sql, customerId, cardId)).map(showHistory),
    };
  });
}

/** An opportunity with its history as the contract shows it; not found for another customer's. */
export async function viewOpportunity(
  platform: Platform,
  customerId: string,
  id: string,
): Promise<OpportunityView> {
  return read(platform, { customerId }, async (sql) => {
    const one = await findOpportunity(sql, customerId, id);
    const customer = await getCustomer(sql, customerId);
    if (one === undefined || customer === undefined) throw notFound();
    return {
      ...showOpportunity({ ...one, customerCode: customer.code, customerName: customer.name }),
      history: (await historyOf(sql, customerId, id)).map(showHistory),
    };
  });
}

export function showCard(card: Card & OfCustomer & { assigneeName: string | null }): CardLine {
  return {
    id: showId('crd', card.id),
    title: card.title,
    customer: { id: showId('cus', card.customerId), code: card.customerCode, name: card.customerName },
    integrationId: card.integrationId === null ? null : showId('int', card.integrationId),
    column: card.column,
    assignee:
      card.assigneeId === null
        ? null
        : { id: showId('per', card.assigneeId), name: card.assigneeName ?? 'Somebody who left' },
    createdAt: card.createdAt.toString(),
    movedAt: card.movedAt.toString(),
  };
}

export function showOpportunity(one: Opportunity & OfCustomer): OpportunityLine {
  return {
    id: showId('opp', one.id),
    title: one.title,
    customer: { id: showId('cus', one.customerId), code: one.customerCode, name: one.customerName },
    integrationId: one.integrationId === null ? null : showId('int', one.integrationId),
    stage: one.stage,
    amountCents: one.amountCents,
    currency: one.currency,
    createdAt: one.createdAt.toString(),
    movedAt: one.movedAt.toString(),
  };
}

function showHistory(row: HistoryRow) {
  return { at: row.at.toString(), by: row.byName, what: row.what };
}
