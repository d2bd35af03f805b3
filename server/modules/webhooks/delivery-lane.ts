import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Tx } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { attemptDelivery, goneStatus, type Target } from './attempt-delivery.ts';
import type { CustomerSlots } from './customer-slots.ts';
import {
  type AttemptOutcome,
  type ClaimedDelivery,
  claimDeliveries,
  leaseSeconds,
  releaseLeases,
  renewLeases,
} from './delivery-store.ts';
import { liveSecrets } from './endpoint.ts';
import { listEndpoints } from './endpoint-store.ts';
import { type LaneOf, recordOutcomes } from './record-outcomes.ts';
import type { Sender } from './send-request.ts';

const smallestBatch = 4;
const largestBatch = 64;
const recordTries = 5;

/** The sending of one endpoint's messages in this process. */
export interface DeliveryLane {
  /** Starts what slots are free; they end by themselves when nothing is due. */
  pump(): void;
  isIdle(): boolean;
  /** Sends nothing more, gives back what was not sent, and waits for the attempts under way and their recording. */
  stop(): Promise<void>;
}

/** Opens the lane of one endpoint: as many requests at a time as it has slots for, claims and records in batches. */
export function openLane(platform: Platform, sender: Sender, slots: CustomerSlots, of: LaneOf): DeliveryLane {
  const lease = uuidv7();
  const actor = systemActor('webhooks.dispatcher');
  const mostRequests = platform.config.webhooks.slotsPerEndpoint;
  const queue: { delivery: ClaimedDelivery; target: Target }[] = [];
  const held = new Set<string>();
  const outcomes: (AttemptOutcome & { eventType: string })[] = [];
  const running = new Set<Promise<void>>();
  let batch = smallestBatch;
  let known: { kind: 'sandbox' | 'production'; customerCode: string } | undefined;
  let stopped = false;
  /** Nothing was due when last looked, or looking failed: a slot that becomes free is none for us until pumped. */
  let isDry = false;
  let isWaiting = false;
  let refilling: Promise<void> | undefined;
  let recording: Promise<void> | undefined;

  const claim = () =>
    transact(platform, of, actor, async ({ sql, now }) => {
      const [endpoint] = await listEndpoints(sql, of.environmentId, { id: of.endpointId, bare: true });
      known ??= await lookAround(sql, of);
      if (endpoint?.status !== 'enabled') return [];
      const target: Target = {
        url: endpoint.url,
        secrets: liveSecrets(platform.config, endpoint, now),
        secureOnly: known.kind !== 'sandbox',
        customerCode: known.customerCode,
      };
      if (target.secrets.length === 0) return [];
      const claimed = await claimDeliveries(sql, { ...of, lease, now, limit: batch });
      return claimed.map((delivery) => ({ delivery, target }));
    });

  const refill = async () => {
    const claimed = await claim();
    batch = claimed.length === batch ? Math.min(batch * 2, largestBatch) : smallestBatch;
    if (claimed.length > 0) isDry = false;
    for (const one of claimed) {
      held.add(one.delivery.id);
      queue.push(one);
    }
  };

  const next = async () => {
    if (queue.length === 0) {
      refilling ??= refill().finally(() => {
        refilling = undefined;
      });
      await refilling;
    }
    return stopped ? undefined : queue.shift();
  };

  const drainOutcomes = async () => {
    while (outcomes.length > 0) {
      const done = outcomes.splice(0);
      const isOpen = await retrying(platform, () => recordOutcomes(platform, of, done));
      for (const one of done) held.delete(one.id);
      // What could not be given back is free again when its lease ends.
      if (isOpen === false) await giveBack().catch(() => {});
    }
  };

  const record = () => {
    recording ??= drainOutcomes().finally(() => {
      recording = undefined;
      if (outcomes.length > 0) record();
      pump();
    });
  };

  const giveBack = async () => {
    const ids = queue.splice(0).map((one) => one.delivery.id);
    for (const id of ids) held.delete(id);
    if (ids.length > 0)
      await transact(platform, of, actor, ({ sql }) => releaseLeases(sql, of.environmentId, lease, ids));
  };

  const takeSlot = () => {
    const free = slots.take(of, () => {
      isWaiting = false;
      if (!isDry) fill();
    });
    if (free === undefined) isWaiting = true;
    return free;
  };

  /** Sends one message after the other, and lets the customer's other endpoints have the slot in between. */
  const work = async (first: () => void) => {
    let free: (() => void) | undefined = first;
    try {
      for (let one = await next(); one !== undefined; one = await next()) {
        const outcome = await attemptDelivery(sender, one.target, one.delivery, platform.clock);
        if (sender.isClosed()) return;
        outcomes.push({ ...outcome, eventType: one.delivery.eventType });
        record();
        if (outcome.status === goneStatus) await recording;
        free();
        free = takeSlot();
        if (free === undefined) return;
      }
      isDry = true;
    } catch (error) {
      isDry = true;
      throw error;
    } finally {
      free?.();
    }
  };

  const renewal = setInterval(
    () => {
      const ids = [...held];
      if (ids.length === 0) return;
      transact(platform, of, actor, ({ sql }) => renewLeases(sql, of.environmentId, lease, ids)).catch(
        () => {},
      );
    },
    (leaseSeconds * 1000) / 3,
  );

  const fill = () => {
    while (!stopped && running.size < mostRequests) {
      const free = takeSlot();
      if (free === undefined) return;
      const slot: Promise<void> = work(free)
        .catch((error: unknown) =>
          platform.log.error({ err: error, endpoint: of.endpointId }, 'webhooks wait'),
        )
        .finally(() => running.delete(slot));
      running.add(slot);
    }
  };

  const pump = () => {
    isDry = false;
    fill();
  };

  return {
    pump,
    isIdle: () => running.size === 0 && !isWaiting && outcomes.length === 0 && recording === undefined,
    stop: async () => {
      stopped = true;
      await refilling?.catch(() => {});
      await giveBack().catch(() => {});
      await Promise.all(running);
      while (recording !== undefined) await recording;
      clearInterval(renewal);
    },
  };
}

/** Tries a few times; undefined when the database stays away: the leases then end and the messages go out again. */
async function retrying<T>(platform: Platform, record: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 1; attempt <= recordTries; attempt++) {
    try {
      return await record();
    } catch (error) {
      platform.log.warn({ err: error, attempt }, 'attempts could not be recorded');
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
  return undefined;
}

/** What does not change about a lane: the kind of its environment and its customer's code. */
async function lookAround(
  sql: Tx,
  of: LaneOf,
): Promise<{ kind: 'sandbox' | 'production'; customerCode: string }> {
  const environment = await getEnvironment(sql, of.environmentId);
  const customer = await getCustomer(sql, of.customerId);
  return { kind: environment?.kind ?? 'production', customerCode: customer?.code ?? '' };
}
