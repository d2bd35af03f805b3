import { webApiVersion } from '#contract/web-api.ts';
import { integrationOfKey } from '#modules/credentials/index.ts';
import { countUsage } from '#modules/fair-use/index.ts';
import type { Actor } from '#platform/actor.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import { showId, showIdOrNull } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { insertFirstCall, insertOperation } from './web-api-store.ts';

type Caller = Actor & { kind: 'credential' };

/** What evidence from the Web API is bound to: the version of its description. The same in both environments. */
export const webApiFingerprint = fingerprint({ webApi: webApiVersion });

/** What one process has noted already, so that a call leaves no trace on its path but a look into a set. */
interface Notes {
  seen: Set<string>;
  writing: Set<Promise<void>>;
}

const notes = new WeakMap<Platform, Notes>();
const most = 200_000;

function notesOf(platform: Platform): Notes {
  let found = notes.get(platform);
  if (found === undefined) {
    found = { seen: new Set(), writing: new Set() };
    notes.set(platform, found);
  }
  return found;
}

/**
 * Notes an answered call: counts it when it succeeded, and puts a key's first call and its first success
 * with an operation into the log, after the answer has gone.
 */
export function noteCall(platform: Platform, caller: Caller, operation: string, status: number): void {
  if (status >= 500 || status === 429) return;
  const succeeded = status < 400;
  if (succeeded)
    countUsage(platform, {
      customerId: caller.customerId,
      environmentId: caller.environmentId,
      meter: 'calls',
      quantity: 1,
    });
  const { seen, writing } = notesOf(platform);
  const first = `${caller.id} first`;
  const known = `${caller.id} ${operation}`;
  if (seen.has(first) && (!succeeded || seen.has(known))) return;
  if (seen.size > most) seen.clear();
  seen.add(first);
  if (succeeded) seen.add(known);
  const write = writeSeen(platform, caller, operation, status)
    .catch((error: unknown) => {
      seen.delete(first);
      seen.delete(known);
      platform.log.warn({ err: error }, 'a first call could not be noted; the next one is');
    })
    .finally(() => void writing.delete(write));
  writing.add(write);
}

/**
 * Notes that an operation refused a key's input, the first time under a configuration, before the answer goes: whatever
 * the caller sends next stands behind it in the log. A failure to note is logged and changes nothing for the caller.
 */
export async function noteRefusedInput(
  platform: Platform,
  caller: Caller,
  operation: string,
  refusal: { status: number; codes: string[] },
): Promise<void> {
  const { seen } = notesOf(platform);
  const known = `${caller.id} ${operation} refused`;
  if (seen.has(known)) return;
  const { customerId, environmentId } = caller;
  try {
    await transact(platform, { customerId, environmentId }, caller, async (work) => {
      const refused = { customerId, environmentId, keyId: caller.id, operation: `${operation} refused` };
      if (!(await insertOperation(work.sql, { ...refused, now: work.now, fingerprint: webApiFingerprint })))
        return;
      work.emit(environmentId, {
        type: 'api.input_refused',
        subject: { operation },
        data: { operation, ...refusal, fingerprint: webApiFingerprint },
        source: { channel: 'api' },
      });
    });
    seen.add(known);
  } catch (error) {
    platform.log.warn({ err: error }, 'a refused input could not be noted; the next one is');
  }
}

/** Waits for what is being noted; for the drain. */
export async function notesWritten(platform: Platform): Promise<void> {
  await Promise.all(notes.get(platform)?.writing ?? []);
}

async function writeSeen(
  platform: Platform,
  caller: Caller,
  operation: string,
  status: number,
): Promise<void> {
  const { customerId, environmentId } = caller;
  await transact(platform, { customerId, environmentId }, caller, async (work) => {
    const seen = { customerId, environmentId, keyId: caller.id, operation, now: work.now };
    const keyId = showId('key', caller.id);
    const source = { channel: 'api' };
    const integrationId = showIdOrNull('int', await integrationOfKey(work, seen));
    if (await insertFirstCall(work.sql, seen))
      work.emit(environmentId, {
        type: 'api.first_call',
        subject: { keyId },
        data: { keyId, operation, status, integrationId },
        source,
      });
    if (status >= 400) return;
    if (await insertOperation(work.sql, { ...seen, fingerprint: webApiFingerprint }))
      work.emit(environmentId, {
        type: 'api.operation_seen',
        subject: { operation, keyId },
        data: { operation, keyId, status, fingerprint: webApiFingerprint, integrationId },
        source,
      });
  });
}
