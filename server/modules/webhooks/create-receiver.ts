import type { z } from 'zod';
import type { changeReceiverBody, createReceiverBody } from '#contract/webhooks.ts';
import { randomSecret } from '#platform/crypto.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { forgetReceivers } from './find-receiver.ts';
import { type OfferedSecret, offerSecret } from './offer-secret.ts';
import { problems } from './problems.ts';
import { receiverFingerprint } from './receiver.ts';
import { countReceivers, insertReceiver, listReceivers, updateReceiver } from './receiver-store.ts';

interface InEnvironment {
  customerId: string;
  environmentId: string;
}

/** Adds a receiver with an unguessable address; it accepts nothing until its secret was made. */
export async function createReceiver(
  work: Work,
  of: InEnvironment,
  input: z.output<typeof createReceiverBody>,
): Promise<{ receiverId: string; secretLink: OfferedSecret }> {
  const most = work.platform.config.portal.receivers;
  if ((await countReceivers(work.sql, of.environmentId)) >= most)
    throw problems['too-many-receivers']({ detail: `${most} receivers are there.` });
  const id = uuidv7();
  const fingerprint = receiverFingerprint();
  await insertReceiver(work.sql, {
    ...of,
    id,
    label: input.label,
    token: randomSecret(24),
    fingerprint,
    createdBy: work.actor.kind === 'person' ? work.actor.name : 'Fairlead',
    now: work.now,
  });
  const secretLink = await offerSecret(work, { ...of, owner: 'receiver', id, overlapHours: 0, ...input });
  const receiverId = showId('whr', id);
  work.emit(of.environmentId, {
    type: 'receiver.created',
    subject: { receiverId },
    data: { receiverId, fingerprint },
  });
  work.audit({ action: 'receiver.create', subject: receiverId });
  return { receiverId: id, secretLink };
}

/** Names a receiver anew, or closes and opens it; a closed one answers as if it did not exist. */
export async function changeReceiver(
  work: Work,
  of: InEnvironment,
  id: string,
  change: z.output<typeof changeReceiverBody>,
): Promise<void> {
  const [receiver] = await listReceivers(work.sql, of.environmentId, id);
  if (receiver === undefined) throw notFound();
  const status = change.status ?? receiver.status;
  await updateReceiver(work.sql, of.environmentId, id, { label: change.label ?? receiver.label, status });
  forgetReceivers(work.platform);
  work.audit({ action: 'receiver.change', subject: showId('whr', id), detail: { status } });
}
