import { personById } from '#modules/access/index.ts';
import { environmentsOf } from '#modules/customers/index.ts';
import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { closeKeyRequests, enterEnvironment, leaveEnvironment } from './credential-store.ts';

/** Roles in the portal with which a person asks for API keys and holds them. */
export const keyRoles = ['project-owner', 'developer'] as const;

/** Whether a person may hold API keys of a customer now. */
export async function mayHoldKeys(work: Work, customerId: string, personId: string): Promise<boolean> {
  const person = await personById(work.sql, personId);
  return person?.customerId === customerId && keyRoles.some((role) => person.roles.includes(role));
}

/** Closes the open requests of somebody who may hold API keys no longer, in every environment of the customer. */
export async function closeRequestsOf(
  work: Work,
  { customerId, personId, name }: { customerId: string; personId: string | null; name: string },
): Promise<void> {
  if (personId === null || (await mayHoldKeys(work, customerId, personId))) return;
  for (const { id } of await environmentsOf(work.sql, customerId)) {
    await enterEnvironment(work.sql, id);
    const reason = `${name} may hold API keys no longer.`;
    const closed = await closeKeyRequests(work.sql, id, personId, reason, work.now);
    if (closed > 0)
      work.audit({ action: 'api-key.requests-closed', subject: showId('per', personId), detail: { closed } });
  }
  await leaveEnvironment(work.sql, work.scope.environmentId);
}
