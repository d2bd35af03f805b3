import { type BoardColumn, boardName } from '#contract/pipeline.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { customerOf, lockCard, tellCard } from './change-card.ts';
import { type Card, cardOfIntegration, insertCard, saveCard } from './pipeline-store.ts';
import { problems } from './problems.ts';

/**
 * Makes a card on the board "Customer Pipeline", assigned to nobody. An integration that has its card keeps it: that
 * card is returned and nothing changes.
 */
export async function createCard(
  work: Work,
  input: { title: string; integrationId?: string | undefined; column?: BoardColumn | undefined },
): Promise<Card> {
  const customerId = customerOf(work);
  const { integrationId = null } = input;
  if (integrationId !== null) {
    const present = await cardOfIntegration(work.sql, customerId, integrationId);
    if (present !== undefined) return present;
  }
  const card: Card = {
    customerId,
    id: uuidv7(),
    board: boardName,
    title: input.title,
    column: input.column ?? 'waiting',
    integrationId,
    assigneeId: null,
    createdAt: work.now,
    movedAt: work.now,
  };
  await insertCard(work.sql, card);
  await tellCard(work, card, 'created', 'Made the card');
  return card;
}

/** Takes a card that is there already for an integration. Fails with card-of-another-integration. */
export async function adoptCard(work: Work, input: { cardId: string; integrationId: string }): Promise<Card> {
  const card = await lockCard(work, input.cardId);
  if (card.integrationId === input.integrationId) return card;
  const taken = await cardOfIntegration(work.sql, card.customerId, input.integrationId);
  if (card.integrationId !== null || taken !== undefined) throw problems['card-of-another-integration']();
  card.integrationId = input.integrationId;
  await saveCard(work.sql, card);
  await tellCard(work, card, 'adopted', 'Took the card for an integration');
  return card;
}
