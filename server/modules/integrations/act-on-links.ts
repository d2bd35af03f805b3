import { adoptCard, adoptOpportunity } from '#modules/pipeline/index.ts';
import type { Acts } from './act.ts';
import { record } from './dossier.ts';

/** What was there before the integration becomes its own: an opportunity of a new customer, a card on the board. */
export const linkActs: Acts<'link-opportunity' | 'link-card'> = {
  'link-opportunity': async (work, dossier, { opportunity }) => {
    const { id } = await adoptOpportunity(work, { opportunityId: opportunity, integrationId: dossier.id });
    record(work, dossier, { kind: 'linked', what: 'opportunity', id });
  },

  'link-card': async (work, dossier, { card }) => {
    const { id } = await adoptCard(work, { cardId: card, integrationId: dossier.id });
    record(work, dossier, { kind: 'linked', what: 'card', id });
  },
};
