import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type Card, findCard, insertHistory } from './pipeline-store.ts';

/** The customer a transaction of the pipeline works for; a missing scope is a bug. */
export function customerOf(work: Work): string {
  if (work.scope.customerId === undefined) throw new Error('the pipeline needs a customer scope');
  return work.scope.customerId;
}

/** Locks a card of the scope's customer; what is not there, or another customer's, is not found. */
export async function lockCard(work: Work, cardId: string): Promise<Card> {
  const card = await findCard(work.sql, customerOf(work), cardId, { lock: true });
  if (card === undefined) throw notFound();
  return card;
}

/** Says what happened to a card: its history, the log, the audit trail. */
export async function tellCard(
  work: Work,
  card: Card,
  type: 'created' | 'adopted' | 'assigned' | 'moved',
  what: string,
): Promise<void> {
  await insertHistory(work.sql, card.customerId, card.id, { at: work.now, byName: nameOf(work), what });
  work.emit(card.customerId, {
    type: `card.${type}`,
    subject: {
      cardId: card.id,
      ...(card.integrationId === null ? {} : { integrationId: card.integrationId }),
    },
    data: {
      cardId: card.id,
      integrationId: card.integrationId,
      board: card.board,
      column: card.column,
      assigneeId: card.assigneeId,
    },
  });
  work.audit({ action: `card.${type}`, subject: card.id });
}

/** How an actor is named in a history. */
export function nameOf(work: Work): string {
  return work.actor.kind === 'person' ? work.actor.name : 'Fairlead';
}
