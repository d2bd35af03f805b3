import { personById } from '#modules/access/index.ts';
import type { Work } from '#platform/transact.ts';
import { lockCard, tellCard } from './change-card.ts';
import { saveCard } from './pipeline-store.ts';
import { problems } from './problems.ts';

/**
 * Gives a card to one of the staff, or to nobody (null). Giving an integration's card to the integrations manager is
 * the signal that development may begin (E12, N6); the log says to whom. The same person again changes nothing.
 */
export async function assignCard(
  work: Work,
  input: { cardId: string; assigneeId: string | null },
): Promise<void> {
  const card = await lockCard(work, input.cardId);
  if (card.assigneeId === input.assigneeId) return;
  const person = input.assigneeId === null ? undefined : await personById(work.sql, input.assigneeId);
  if (input.assigneeId !== null && person?.customerId !== null) throw problems['card-assignee-not-staff']();
  card.assigneeId = input.assigneeId;
  await saveCard(work.sql, card);
  await tellCard(
    work,
    card,
    'assigned',
    person === undefined ? 'Took the card from everybody' : `Gave the card to ${person.name}`,
  );
}
