import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine, textProse } from './text.ts';

/** Columns of the board "Customer Pipeline", in their order. */
export const boardColumns = [
  { key: 'waiting', title: 'Waiting for sign-off' },
  { key: 'ready', title: 'Ready to start' },
  { key: 'development', title: 'Development' },
  { key: 'testing', title: 'Testing' },
  { key: 'live', title: 'Live' },
  { key: 'closed', title: 'Closed' },
] as const;
export const boardName = 'Customer Pipeline';
export const boardColumn = z.enum(['waiting', 'ready', 'development', 'testing', 'live', 'closed']);

/** Stages of an opportunity; won and lost are final. */
export const opportunityStage = z.enum(['prospect', 'discovery', 'estimate', 'proposal', 'won', 'lost']);
export const opportunityStageNames: Record<z.infer<typeof opportunityStage>, string> = {
  prospect: 'Prospect',
  discovery: 'Discovery',
  estimate: 'Estimate',
  proposal: 'Proposal',
  won: 'Won',
  lost: 'Lost',
};

const customer = z.object({ id: shownId('cus'), code: z.string(), name: z.string() });
const personName = z.object({ id: shownId('per'), name: z.string() });
const historyEntry = z.object({ at: z.string(), by: z.string(), what: z.string() });

export const card = z.object({
  id: shownId('crd'),
  title: z.string(),
  customer,
  integrationId: shownId('int').nullable(),
  column: boardColumn,
  assignee: personName.nullable(),
  createdAt: z.string(),
  movedAt: z.string(),
});
/** A card with what happened to it, oldest first. */
export const cardView = card.extend({ board: z.string(), history: z.array(historyEntry) });

export const boardQuery = z.object({ limit: pageLimit(200, 1000) });
/** GET /api/pipeline/board: each column in order with how many it has and its first cards, the longest waiting first. */
export const board = z.object({
  name: z.string(),
  columns: z.array(
    z.object({ key: boardColumn, title: z.string(), count: z.number().int(), cards: z.array(card) }),
  ),
});

const unlinkedItem = <P extends 'opp' | 'crd'>(prefix: P) =>
  z.object({ id: shownId(prefix), title: z.string() });
/** GET /api/customers/:customer/pipeline/unlinked: what belongs to no integration yet, the newest first. */
export const unlinkedOfCustomer = z.object({
  opportunities: z.array(unlinkedItem('opp')),
  cards: z.array(unlinkedItem('crd')),
});

/** /api/customers/:customer/cards/:card … */
export const cardParams = z.object({ customer: idOf('cus'), card: idOf('crd') });
/** POST /api/customers/:customer/cards */
export const createCardBody = z.strictObject({
  title: textLine(200),
  integrationId: idOf('int').optional(),
  column: boardColumn.optional(),
});
/** POST …/assign; null takes the card away from everybody. */
export const assignCardBody = z.strictObject({ assigneeId: idOf('per').nullable() });
/** POST …/move */
export const moveCardBody = z.strictObject({ column: boardColumn });

/** Amounts are integer cents without GST, in the currency named. */
export const opportunity = z.object({
  id: shownId('opp'),
  title: z.string(),
  customer,
  integrationId: shownId('int').nullable(),
  stage: opportunityStage,
  amountCents: z.number().int().nullable(),
  currency: z.string(),
  createdAt: z.string(),
  movedAt: z.string(),
});
export const opportunityView = opportunity.extend({ history: z.array(historyEntry) });
/** GET /api/opportunities */
export const opportunityQuery = z.object({
  stage: opportunityStage.optional(),
  customer: idOf('cus').optional(),
  search: textLine(200, 0).optional().describe('Words of the title, the customer or its code'),
  cursor: z.string().max(60).optional(),
  limit: pageLimit(50),
});
export const opportunityPage = z.object({ items: z.array(opportunity), next: z.string().nullable() });
export const opportunityParams = z.object({ customer: idOf('cus'), opportunity: idOf('opp') });
/** POST /api/customers/:customer/opportunities */
export const createOpportunityBody = z.strictObject({
  title: textLine(200),
  integrationId: idOf('int').optional(),
  stage: opportunityStage.optional(),
  amountCents: z.number().int().min(0).max(100_000_000_000).optional(),
});
/** POST …/move; a lost one needs its reason. */
export const moveOpportunityBody = z.strictObject({
  stage: opportunityStage,
  amountCents: z.number().int().min(0).max(100_000_000_000).optional(),
  reason: textProse(500).optional(),
});

export type BoardColumn = z.infer<typeof boardColumn>;
export type Board = z.infer<typeof board>;
export type Card = z.infer<typeof card>;
export type CardView = z.infer<typeof cardView>;
export type OpportunityStage = z.infer<typeof opportunityStage>;
export type Opportunity = z.infer<typeof opportunity>;
export type OpportunityView = z.infer<typeof opportunityView>;
