import { type OpportunityStage, opportunityStageNames } from '#contract/pipeline.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { customerOf, nameOf } from './change-card.ts';
import { findOpportunity, insertHistory, type Opportunity, saveOpportunity } from './pipeline-store.ts';
import { problems } from './problems.ts';

/**
 * Moves an opportunity to a stage, with its amount in cents where it is known. Won and lost are final; lost needs a
 * reason. The same stage and amount again changes nothing.
 */
export async function moveOpportunity(
  work: Work,
  input: {
    opportunityId: string;
    stage: OpportunityStage;
    amountCents?: number | undefined;
    reason?: string | undefined;
  },
): Promise<void> {
  const one = await lockOpportunity(work, input.opportunityId);
  const amountCents = input.amountCents ?? one.amountCents;
  if (one.stage === input.stage && one.amountCents === amountCents) return;
  if (one.stage === 'won' || one.stage === 'lost') throw problems['opportunity-final']();
  if (input.stage === 'lost' && input.reason === undefined) throw problems['lost-needs-reason']();
  one.stage = input.stage;
  one.amountCents = amountCents;
  one.movedAt = work.now;
  await saveOpportunity(work.sql, one);
  const type = input.stage === 'won' || input.stage === 'lost' ? input.stage : 'moved';
  const because = input.reason === undefined ? '' : `: ${input.reason}`;
  await tellOpportunity(work, one, type, `Moved to ${opportunityStageNames[input.stage]}${because}`);
}

/** Marks an opportunity as won, at the amount signed for where it is given. */
export async function winOpportunity(
  work: Work,
  input: { opportunityId: string; amountCents?: number | undefined },
): Promise<void> {
  await moveOpportunity(work, { ...input, stage: 'won' });
}

/** Marks an opportunity as lost, with the reason. */
export async function loseOpportunity(
  work: Work,
  input: { opportunityId: string; reason: string },
): Promise<void> {
  await moveOpportunity(work, { ...input, stage: 'lost' });
}

/** Takes a lost opportunity up again at a stage; one that is not lost stays where it is. */
export async function reopenOpportunity(
  work: Work,
  input: { opportunityId: string; stage: 'discovery' | 'estimate' | 'proposal' },
): Promise<void> {
  const one = await lockOpportunity(work, input.opportunityId);
  if (one.stage !== 'lost') return;
  one.stage = input.stage;
  one.movedAt = work.now;
  await saveOpportunity(work.sql, one);
  await tellOpportunity(work, one, 'moved', `Taken up again at ${opportunityStageNames[input.stage]}`);
}

/** Locks an opportunity of the scope's customer; what is not there, or another customer's, is not found. */
export async function lockOpportunity(work: Work, opportunityId: string): Promise<Opportunity> {
  const one = await findOpportunity(work.sql, customerOf(work), opportunityId, { lock: true });
  if (one === undefined) throw notFound();
  return one;
}

/** Says what happened to an opportunity: its history, the log, the audit trail. */
export async function tellOpportunity(
  work: Work,
  one: Opportunity,
  type: 'created' | 'adopted' | 'moved' | 'won' | 'lost',
  what: string,
): Promise<void> {
  await insertHistory(work.sql, one.customerId, one.id, { at: work.now, byName: nameOf(work), what });
  work.emit(one.customerId, {
    type: `opportunity.${type}`,
    subject: {
      opportunityId: one.id,
      ...(one.integrationId === null ? {} : { integrationId: one.integrationId }),
    },
    data: {
      opportunityId: one.id,
      integrationId: one.integrationId,
      stage: one.stage,
      amountCents: one.amountCents,
    },
  });
  work.audit({ action: `opportunity.${type}`, subject: one.id });
}
