import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import { listReceivers, noteSighting, type Sighting } from './receiver-store.ts';

/** A receiver under its present configuration. */
interface Configured {
  id: string;
  environmentId: string;
  fingerprint: string;
}

const eventTypes: Record<Sighting, string> = {
  accepted: 'receiver.first_accepted',
  forged: 'receiver.forged_refused',
  replay: 'receiver.replay_refused',
  duplicate: 'receiver.duplicate_ignored',
};
const sightings = new WeakMap<Platform, Set<string>>();
const mostRemembered = 10_000;

/** Puts into the log what a receiver saw, once under each configuration. */
export async function noteSeen(
  work: Work,
  receiver: Configured,
  sighting: Sighting,
  data: Record<string, string>,
): Promise<void> {
  if (remembered(work.platform, receiver, sighting)) return;
  if (!(await noteSighting(work.sql, receiver, sighting, work.now))) return;
  const receiverId = showId('whr', receiver.id);
  work.emit(receiver.environmentId, {
    type: eventTypes[sighting],
    subject: { receiverId },
    data: { receiverId, ...data, fingerprint: receiver.fingerprint },
  });
}

/** Notes that a message was applied of which a copy had come before: it was applied once. */
export async function noteDuplicateApplied(
  work: Work,
  message: { environmentId: string; receiverId: string; messageId: string },
): Promise<void> {
  const [receiver] = await listReceivers(work.sql, message.environmentId, message.receiverId);
  if (receiver !== undefined) await noteSeen(work, receiver, 'duplicate', { messageId: message.messageId });
}

const keyOf = (receiver: Configured, sighting: Sighting) =>
  `${receiver.id}:${receiver.fingerprint}:${sighting}`;

/** Whether this process knows that a sighting is in the log already. */
export function remembered(platform: Platform, receiver: Configured, sighting: Sighting): boolean {
  return sightings.get(platform)?.has(keyOf(receiver, sighting)) ?? false;
}

/** Remembers a sighting once its transaction has committed. */
export function remember(platform: Platform, receiver: Configured, sighting: Sighting): void {
  const known = sightings.get(platform) ?? new Set<string>();
  if (known.size >= mostRemembered) known.clear();
  known.add(keyOf(receiver, sighting));
  sightings.set(platform, known);
}
