import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { decideKeyRequest, listKeyRequests, type StoredKeyRequest } from './credential-store.ts';
import { problems } from './problems.ts';

/** The request if it still waits for an answer, locked; a Problem when it does not exist or was answered. */
export async function openKeyRequest(
  work: Work,
  environmentId: string,
  requestId: string,
): Promise<StoredKeyRequest> {
  const [request] = await listKeyRequests(work.sql, environmentId, { id: requestId, limit: 1, lock: true });
  if (request === undefined) throw notFound();
  if (request.status !== 'open') throw problems['key-request-decided']();
  return request;
}

/** Says no to a request, with a reason that the asker is mailed. */
export async function declineKeyRequest(
  work: Work,
  environmentId: string,
  requestId: string,
  reason: string,
): Promise<void> {
  const request = await openKeyRequest(work, environmentId, requestId);
  const { actor } = work;
  await decideKeyRequest(work.sql, environmentId, requestId, {
    status: 'declined',
    by: actor.kind === 'person' ? actor.id : null,
    byName: actor.kind === 'person' ? actor.name : 'Fairlead',
    reason,
    keyId: null,
    now: work.now,
  });
  work.audit({ action: 'api-key.declined', subject: showId('krq', requestId) });
  await work.mail({
    to: [request.contactEmail],
    subject: `About the API key you asked for: ${request.label}`,
    text: `Kia ora ${request.contactName}\n\nThe API key was not issued. The reason given: ${reason}\n\nReply to whom you deal with at ${work.platform.config.vendor.name} if you have questions.`,
    automatic: true,
    kind: 'api-key-declined',
  });
}
