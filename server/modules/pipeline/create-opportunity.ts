import type { OpportunityStage } from '#contract/pipeline.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { customerOf } from './change-card.ts';
import { lockOpportunity, tellOpportunity } from './move-opportunity.ts';
import {
  insertOpportunity,
  type Opportunity,
  opportunityOfIntegration,
  saveOpportunity,
} from './pipeline-store.ts';
import { problems } from './problems.ts';

/** Makes an opportunity. An integration that has its opportunity keeps it: that one is returned and nothing changes. */
export async function createOpportunity(
  work: Work,
  input: {
    title: string;
    integrationId?: string | undefined;
    stage?: OpportunityStage | undefined;
    amountCents?: number | undefined;
  },
): Promise<Opportunity> {
  const customerId = customerOf(work);
  const { integrationId = null } = input;
  if (integrationId !== null) {
    const present = await opportunityOfIntegration(work.sql, customerId, integrationId);
    if (present !== undefined) return present;
  }
  const made: Opportunity = {
    customerId,
    id: uuidv7(),
    title: input.title,
    stage: input.stage ?? 'prospect',
    amountCents: input.amountCents ?? null,
    currency: work.platform.config.vendor.currency,
    integrationId,
    createdAt: work.now,
    movedAt: work.now,
  };
  await insertOpportunity(work.sql, made);
  await tellOpportunity(work, made, 'created', 'Made the opportunity');
  return made;
}

/** Takes an opportunity that is there already for an integration. Fails with opportunity-of-another-integration. */
export async function adoptOpportunity(
  work: Work,
  input: { opportunityId: string; integrationId: string },
): Promise<Opportunity> {
  const one = await lockOpportunity(work, input.opportunityId);
  if (one.integrationId === input.integrationId) return one;
  const taken = await opportunityOfIntegration(work.sql, one.customerId, input.integrationId);
  if (one.integrationId !== null || taken !== undefined)
    throw problems['opportunity-of-another-integration']();
  one.integrationId = input.integrationId;
  await saveOpportunity(work.sql, one);
  await tellOpportunity(work, one, 'adopted', 'Took the opportunity for an integration');
  return one;
}
