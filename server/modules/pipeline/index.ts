// The pipeline owns the board "Customer Pipeline" with its cards, and opportunities with their stages and amounts.

import type { Module } from '#platform/module.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';

export { assignCard } from './assign-card.ts';
export { adoptCard, createCard } from './create-card.ts';
export { adoptOpportunity, createOpportunity } from './create-opportunity.ts';
export { moveCard } from './move-card.ts';
export { loseOpportunity, moveOpportunity, reopenOpportunity, winOpportunity } from './move-opportunity.ts';
export { cardOfIntegration } from './pipeline-store.ts';

export const pipeline: Module = { name: 'pipeline', problems: problems.catalogue, routes };
