import { type BoardColumn, boardColumns } from '#contract/pipeline.ts';
import type { Work } from '#platform/transact.ts';
import { lockCard, tellCard } from './change-card.ts';
import { saveCard } from './pipeline-store.ts';

/** Moves a card to a column; the same column again changes nothing. */
export async function moveCard(work: Work, input: { cardId: string; column: BoardColumn }): Promise<void> {
  const card = await lockCard(work, input.cardId);
  if (card.column === input.column) return;
  card.column = input.column;
  card.movedAt = work.now;
  await saveCard(work.sql, card);
  const title = boardColumns.find((one) => one.key === input.column)?.title ?? input.column;
  await tellCard(work, card, 'moved', `Moved the card to "${title}"`);
}
