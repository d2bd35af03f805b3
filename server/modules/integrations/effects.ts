import type { IntegrationPhase, Seat } from '#contract/integrations.ts';
import type { BoardColumn } from '#contract/pipeline.ts';
import {
  assignTicket,
  closeTicket,
  holdTicket,
  noteTicket,
  reopenTicket,
  ticketOfIntegration,
} from '#modules/desk/index.ts';
import { numberChange, takeUpEstimate, withdrawEstimate } from '#modules/estimates/index.ts';
import {
  assignCard,
  createCard,
  loseOpportunity,
  moveCard,
  moveOpportunity,
  reopenOpportunity,
  winOpportunity,
} from '#modules/pipeline/index.ts';
import { Problem } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import { gatesThatCount } from './gates.ts';
import { directorSeat } from './integration.ts';
import { phaseOf } from './phases.ts';
import { playbookOf } from './playbook.ts';
import type { Effect, Row } from './playbook-words.ts';
import { handOver, mailPerson, tell, tellCustomer } from './tell.ts';

type EffectFunction = (work: Work, dossier: Dossier, row: Row) => Promise<void>;

/**
 * Brings a row's effects about by calling down. A tool that refuses (a ticket closed by hand, say) does not undo the
 * move: the history says where reality has left the playbook.
 */
export async function runEffects(work: Work, dossier: Dossier, row: Row): Promise<void> {
  for (const effect of row.effects) {
    try {
      await effects[effect](work, dossier, row);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const sentence = `${row.title}: ${error.title}.`;
      record(work, dossier, { kind: 'diverged', sentence }, fairlead);
    }
  }
}

/** Where an opportunity and a card stand again when an integration goes on in a phase. */
const stages: Partial<Record<IntegrationPhase, 'discovery' | 'estimate'>> = {
  scope: 'discovery',
  discovery: 'discovery',
  estimate: 'estimate',
};
const columns: Partial<Record<IntegrationPhase, BoardColumn>> = {
  scope: 'ready',
  development: 'development',
  live: 'live',
};

const none: EffectFunction = async () => {};

const effects: Record<Effect, EffectFunction> = {
  // The opening links the opportunity itself, since it may adopt one; the request sends the mail in the person's name.
  'link-opportunity': none,
  'mail-helpdesk': none,
  'propose-attendees': none,
  'number-change-request': async (work, { customerId, id, integration }) => {
    if (integration.change !== undefined) await numberChange(work, customerId, id, integration.change.number);
  },
  'ask-consulted': askConsulted,
  'tell-director': tell(directorSeat),
  'tell-integrations-manager': tell(() => 'integrations-manager'),
  'tell-lead-consultant': tell(() => 'lead-consultant'),
  'tell-customer-plan': tellCustomer(
    'The plan of your integration is there',
    'Development has begun. The steps, and what each of them needs from you, are in the portal.',
  ),
  'tell-customer-live': tellCustomer(
    'Your integration is live',
    'Every part of your integration is live. Volumes and the fair-use policy are in the portal.',
  ),
  'hand-over-to-support': handOver,
  'withdraw-estimate': async (work, dossier) => {
    if (await withdrawEstimate(work, dossier.customerId, dossier.id))
      record(
        work,
        dossier,
        { kind: 'noted', sentence: 'The estimate was withdrawn; links to it no longer work.' },
        fairlead,
      );
  },
  'take-up-estimate': (work, dossier) =>
    takeUpEstimate(work, dossier.customerId, dossier.id, dossier.integration.state === 'in-review'),
  'assign-ticket': async (work, dossier) => {
    const { ticket } = dossier.integration.links;
    const assigneeId = dossier.integration.seats['integrations-manager'];
    if (ticket !== undefined && assigneeId !== undefined)
      await assignTicket(work, { ticketId: ticket, assigneeId });
  },
  'hold-ticket': onTicket((work, ticketId) =>
    holdTicket(work, { ticketId, reason: 'The estimate is with the customer.' }),
  ),
  'note-ticket': onTicket((work, ticketId) =>
    noteTicket(work, { ticketId, text: 'The customer has signed the estimate off.' }),
  ),
  'close-ticket': onTicket((work, ticketId) =>
    closeTicket(work, { ticketId, reason: 'The integration has come to its end.' }),
  ),
  'reopen-ticket': async (work, dossier) => {
    const ticket = await ticketOfIntegration(work.sql, dossier.customerId, dossier.id);
    if (ticket !== undefined && ticket.status !== 'open')
      await reopenTicket(work, { ticketId: ticket.id, reason: 'The integration goes on.' });
  },
  'reopen-opportunity': onOpportunity((work, opportunityId, { integration }) =>
    reopenOpportunity(work, {
      opportunityId,
      stage: stages[phaseOf(integration.state)] ?? 'proposal',
    }),
  ),
  'reopen-card': async (work, dossier) => {
    const { card } = dossier.integration.links;
    const column = columns[phaseOf(dossier.integration.state)] ?? 'waiting';
    if (card !== undefined) await moveCard(work, { cardId: card, column });
  },
  'opportunity-estimate': onOpportunity((work, opportunityId) =>
    moveOpportunity(work, { opportunityId, stage: 'estimate' }),
  ),
  'opportunity-proposal': onOpportunity((work, opportunityId, { integration }) =>
    moveOpportunity(work, { opportunityId, stage: 'proposal', amountCents: integration.links.amountCents }),
  ),
  'opportunity-won': onOpportunity((work, opportunityId, { integration }) =>
    winOpportunity(work, { opportunityId, amountCents: integration.links.amountCents }),
  ),
  'opportunity-lost': onOpportunity((work, opportunityId, { integration }) =>
    loseOpportunity(work, { opportunityId, reason: `The integration is ${integration.state}.` }),
  ),
  'create-card': async (work, dossier) => {
    const column = dossier.integration.state === 'engaged' ? 'ready' : 'waiting';
    const card = await createCard(work, {
      title: dossier.integration.name,
      integrationId: dossier.id,
      column,
    });
    await moveCard(work, { cardId: card.id, column });
    // One that was on the board already may be somebody's: to be given it is the signal, which comes later.
    await assignCard(work, { cardId: card.id, assigneeId: null });
    if (dossier.integration.links.card !== card.id)
      record(work, dossier, { kind: 'linked', what: 'card', id: card.id }, fairlead);
  },
  'card-development': onCard((work, cardId) => moveCard(work, { cardId, column: 'development' })),
  'card-live': onCard((work, cardId) => moveCard(work, { cardId, column: 'live' })),
  'close-card': onCard((work, cardId) => moveCard(work, { cardId, column: 'closed' })),
};

function onTicket(act: (work: Work, ticketId: string) => Promise<void>): EffectFunction {
  return async (work, { integration }) => {
    if (integration.links.ticket !== undefined) await act(work, integration.links.ticket);
  };
}

function onOpportunity(act: (work: Work, id: string, dossier: Dossier) => Promise<void>): EffectFunction {
  return async (work, dossier) => {
    const { opportunity } = dossier.integration.links;
    if (opportunity !== undefined) await act(work, opportunity, dossier);
  };
}

function onCard(act: (work: Work, cardId: string) => Promise<void>): EffectFunction {
  return async (work, { integration }) => {
    if (integration.links.card !== undefined) await act(work, integration.links.card);
  };
}

/** E2: asks everybody whose answer counts, each by mail. */
async function askConsulted(work: Work, dossier: Dossier): Promise<void> {
  const gates = gatesThatCount(['E3.integrations-manager', 'E3.customer-team-lead'], dossier.integration);
  for (const gate of gates) {
    const seat = gate.whom as Seat;
    const person = dossier.integration.seats[seat];
    if (person === undefined) continue;
    record(work, dossier, { kind: 'asked', seat, person });
    const { discovery } = dossier.integration;
    const text = discovery
      ? `Business need: ${discovery.businessNeed}\nRequired outcomes:\n${discovery.requiredOutcomes.map((one) => `- ${one}`).join('\n')}`
      : 'The discovery was not needed.';
    await mailPerson(
      work,
      dossier,
      person,
      'Your answer is asked for',
      `${text}\n\nPlease answer, or ask for more information, in the console.`,
    );
  }
}

/** The effects a playbook names; a test compares them with what there is. */
export const knownEffects = Object.keys(effects);

/** Every effect that rows of a playbook version name. */
export function effectsNamed(version: number): string[] {
  return [...new Set(playbookOf(version).rows.flatMap((row) => row.effects))];
}
