import { personById } from '#modules/access/index.ts';
import type { Work } from '#platform/transact.ts';
import { problems } from './problems.ts';

/** Fails with unknown-team-lead unless it is nobody, or a person who holds the role Customer Team Lead. */
export async function expectTeamLead(work: Work, personId: string | null): Promise<void> {
  if (personId === null) return;
  const lead = await personById(work.sql, personId);
  if (!lead?.roles.includes('customer-team-lead')) throw problems['unknown-team-lead']();
}
