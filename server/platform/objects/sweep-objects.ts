import { systemActor } from '../actor.ts';
import type { Config } from '../config.ts';
import { VENDOR_STREAM } from '../events.ts';
import { type ObjectClass, ObjectFault, objectClasses } from '../objects.ts';
import type { Platform } from '../platform.ts';
import { repeat } from '../repeat.ts';
import { transact } from '../transact.ts';
import {
  markRemoved,
  markUnreadable,
  type ObjectRecord,
  type Removal,
  recordScope,
} from './object-record-store.ts';
import type { ObjectUse } from './object-use.ts';
import type { ObjectStore } from './open-objects.ts';
import { deleteSpentKeys } from './rotate-keys.ts';
import {
  agedObjects,
  keptObjects,
  markSettled,
  noteAlarm,
  unreadableObjects,
  unsettledObjects,
} from './sweep-store.ts';

/** A row that is to name an object is written at once after it; a day is far beyond that. */
const unsettledHours = 24;
/** A database that was restored from a backup knows nothing of what came after it: its objects get a month. */
const leftoverDays = 30;
const everyMs = 600_000;
const leftoversEveryMs = 24 * 3_600_000;
const atOnce = 200;
const actor = systemActor('objects');

interface Sweep {
  platform: Platform;
  store: ObjectStore;
  uses: ObjectUse[];
}

/** Sweeps now and every ten minutes until stopped; looks for leftovers once a day. Several processes may do so. */
export function startSweep(sweep: Sweep): { stop(): Promise<void> } {
  let leftoversAt = 0;
  return repeat(
    async () => {
      await sweepObjects(sweep);
      if (Date.now() - leftoversAt < leftoversEveryMs) return;
      leftoversAt = Date.now();
      const removed = await sweepLeftovers(sweep);
      if (removed > 0) sweep.platform.log.warn({ removed }, 'bytes that no object is noted for were removed');
    },
    {
      everyMs,
      onFault: (error) => sweep.platform.log.error({ err: error }, 'the objects could not be swept'),
    },
  );
}

/** Removes objects that nothing names and those whose time is over, with a summary in the audit trail of each customer. */
export async function sweepObjects(sweep: Sweep): Promise<void> {
  await removeUnused(sweep);
  for (const one of objectClasses) await removeOutlived(sweep, one);
  await deleteSpentKeys(sweep.store);
  await lookAgain(sweep);
}

/** Removes bytes that no object is noted for: what a crash left between two steps a month ago. */
export async function sweepLeftovers({ store }: Pick<Sweep, 'store'>): Promise<number> {
  let removed = 0;
  const before = Date.now() - leftoverDays * 24 * 3_600_000;
  for await (const page of store.blobs.list()) {
    const old = page.filter((one) => one.modifiedMs < before).map((one) => one.key);
    const kept = await keptObjects(store.db, old);
    for (const key of old) {
      if (kept.has(key)) continue;
      await store.blobs.remove(key);
      removed += 1;
    }
  }
  return removed;
}

/** How long objects of a class are kept, in days. */
function keptDays({ retention }: Config, of: ObjectClass): number {
  const days: Record<ObjectClass, number> = {
    transfer: retention.transferDays,
    answer: retention.answerDays,
    extract: retention.extractDays,
    'audit-upload': retention.auditUploadDays,
    mail: retention.mailDays,
    attachment: retention.attachmentDays,
    pdf: retention.pdfDays,
  };
  return days[of];
}

/** Each round settles or removes all that it finds, so that the next one finds others. */
async function removeUnused(sweep: Sweep): Promise<void> {
  const { store, platform } = sweep;
  const before = platform.clock.now().subtract({ hours: unsettledHours });
  for (;;) {
    const found = await unsettledObjects(store.db, before, atOnce);
    if (found.length === 0) return;
    const used = await usesOf(sweep, found);
    for (const record of found)
      if (used.has(record.key)) await markSettled(store.db, record, platform.clock.now());
    await remove(
      sweep,
      found.filter((record) => !used.has(record.key)),
      'unused',
    );
  }
}

async function removeOutlived(sweep: Sweep, of: ObjectClass): Promise<void> {
  const { store, platform } = sweep;
  const before = platform.clock.now().subtract({ hours: 24 * keptDays(platform.config, of) });
  for (let after = '-infinity'; ; ) {
    const found = await agedObjects(store.db, { class: of, before, after }, atOnce);
    const last = found.at(-1);
    if (last === undefined) return;
    after = last.createdAt.toString();
    const used = await usesOf(sweep, found);
    await remove(
      sweep,
      found.filter((record) => used.get(record.key) !== true),
      'retention',
    );
  }
}

/** The objects that rows name, with whether work waits for them. */
async function usesOf({ store, uses }: Sweep, found: ObjectRecord[]): Promise<Map<string, boolean>> {
  const used = new Map<string, boolean>();
  const keys = found.map((record) => record.key);
  for (const use of uses)
    for (const { objectKey, isNeeded } of await use.inUse(store.db, keys))
      used.set(objectKey, isNeeded || used.get(objectKey) === true);
  return used;
}

/** Bytes go before the commit: were it lost, the next sweep would find the record again and remove nothing twice. */
async function remove(
  { platform, store, uses }: Sweep,
  found: ObjectRecord[],
  because: Removal,
): Promise<void> {
  const ofCustomer = Map.groupBy(
    found,
    (record) => `${record.customerId} ${record.environmentId} ${record.class}`,
  );
  for (const records of ofCustomer.values()) {
    const [first] = records;
    if (first === undefined) continue;
    await transact(platform, recordScope(first), actor, async (work) => {
      const removed: string[] = [];
      for (const { key } of records) {
        if (!(await markRemoved(work.sql, key, because, work.now))) continue;
        removed.push(key);
        await store.blobs.remove(key);
      }
      if (removed.length === 0) return;
      for (const use of uses) await use.expired?.(work, removed);
      work.audit({
        action: 'objects.removed',
        detail: { class: first.class, because, count: removed.length },
      });
    });
  }
}

/** Reads what could not be read once more; what still cannot is told, once a day. */
async function lookAgain({ platform, store }: Sweep): Promise<void> {
  let unreadable = 0;
  for (const record of await unreadableObjects(store.db, atOnce)) {
    if (await isReadable(store, record.key)) await markUnreadable(store.db, record, null);
    else unreadable += 1;
  }
  if (unreadable === 0) return;
  platform.log.error(
    { objects: unreadable, place: store.blobs.place },
    'objects cannot be read from the store',
  );
  await transact(platform, {}, actor, async (work) => {
    if (!(await noteAlarm(work.sql, work.now.toString().slice(0, 10)))) return;
    work.emit(VENDOR_STREAM, {
      type: 'objects.unreadable',
      subject: {},
      data: { count: unreadable, place: store.blobs.place },
    });
  });
}

async function isReadable(store: ObjectStore, key: string): Promise<boolean> {
  try {
    for await (const _ of store.objects.read(key));
    return true;
  } catch (error) {
    if (error instanceof ObjectFault) return false;
    throw error;
  }
}
