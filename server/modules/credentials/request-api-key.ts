import type { ApiKeyScope } from '#contract/credentials.ts';
import { showId, showIdOrNull, uuidv7 } from '#platform/ids.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { insertKeyRequest, lockOpenRequests } from './credential-store.ts';
import { problems } from './problems.ts';

/** A person of the customer, verified by having signed in, asks for a key; returns the request's uuid. */
export async function requestApiKey(
  work: Work,
  request: {
    customerId: string;
    environmentId: string;
    label: string;
    purpose: string;
    scopes: ApiKeyScope[];
    /** The integration whose credentials it will be. */
    integration?: string | undefined;
  },
): Promise<string> {
  const { actor } = work;
  if (actor.kind !== 'person' || actor.customerId !== request.customerId) throw commonProblems.forbidden();
  await expectMayAskMore(work, request, actor.id);
  const id = uuidv7();
  const integrationId = request.integration ?? null;
  await insertKeyRequest(work.sql, {
    ...request,
    id,
    contactName: actor.name,
    contactEmail: actor.email,
    personId: actor.id,
    scopes: withEnvironmentScope(request.scopes),
    integrationId,
    now: work.now,
  });
  work.emit(request.environmentId, {
    type: 'api_key.requested',
    subject: { requestId: showId('krq', id) },
    data: {
      contact: showId('per', actor.id),
      scopes: request.scopes,
      integrationId: showIdOrNull('int', integrationId),
    },
  });
  work.audit({ action: 'api-key.requested', subject: showId('krq', id) });
  return id;
}

/**
 * One open request for each person, environment and purpose, and no more in all than the setting says: fails with
 * key-request-open and too-many-key-requests. What looks the same to people is the same purpose.
 */
async function expectMayAskMore(
  { sql, platform }: Work,
  { environmentId, purpose }: { environmentId: string; purpose: string },
  personId: string,
): Promise<void> {
  const open = await lockOpenRequests(sql, environmentId, personId, purpose);
  if (open.same !== null)
    throw problems['key-request-open']({
      detail: `It is ${showId('krq', open.same)}.`,
      errors: [{ pointer: '/purpose', detail: 'is that of a request of yours that is open' }],
    });
  const most = platform.config.portal.openKeyRequests;
  if (open.count >= most)
    throw problems['too-many-key-requests']({
      detail: `${most} requests of yours are open in this environment; another one is possible when one of them is answered.`,
    });
}

/** Every key may read whose it is. */
export function withEnvironmentScope(scopes: readonly ApiKeyScope[]): ApiKeyScope[] {
  return [...new Set<ApiKeyScope>(['environment:read', ...scopes])];
}
