import type { Loop } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { openCustomerSlots } from './customer-slots.ts';
import { type DeliveryLane, openLane } from './delivery-lane.ts';
import { dueEndpoints } from './endpoint-store.ts';
import { createSender } from './send-request.ts';

const pollMs = 100;
const drainMs = 4_000;
const mostLanes = 200;
const mostLanesOfCustomer = 20;

/**
 * Sends what is due, a lane for each endpoint: one that hangs holds its own slots, a customer whose endpoints all hang
 * its own, and neither costs the others anything.
 */
export function dispatcher(platform: Platform): Loop {
  return { name: 'webhooks.dispatcher', start: () => startDispatcher(platform) };
}

function startDispatcher(platform: Platform): { stop(): Promise<void> } {
  const sender = createSender(platform.config.webhooks);
  const slots = openCustomerSlots(platform.config.webhooks.slotsPerCustomer);
  const lanes = new Map<string, { lane: DeliveryLane; customerId: string }>();
  const lanesOf = (customerId: string) =>
    [...lanes.values()].filter((one) => one.customerId === customerId).length;

  const pumpDue = async () => {
    for (const of of await dueEndpoints(platform.db, platform.clock.now())) {
      slots.know(of.customerId, of.endpoints);
      const known = lanes.get(of.endpointId);
      if (known === undefined && (lanes.size >= mostLanes || lanesOf(of.customerId) >= mostLanesOfCustomer))
        continue;
      const { lane } = known ?? { lane: openLane(platform, sender, slots, of) };
      lanes.set(of.endpointId, { lane, customerId: of.customerId });
      lane.pump();
    }
  };
  const closeIdle = async () => {
    for (const [id, { lane }] of lanes) {
      if (!lane.isIdle()) continue;
      lanes.delete(id);
      await lane.stop();
    }
  };
  const pump = async () => {
    await closeIdle();
    await pumpDue();
  };
  const pumping = repeat(pump, {
    everyMs: pollMs,
    onFault: (error) => platform.log.error({ err: error }, 'due webhooks could not be read'),
  });
  return {
    stop: async () => {
      await pumping.stop();
      const drained = Promise.all([...lanes.values()].map(({ lane }) => lane.stop()));
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, drainMs).unref());
      await Promise.race([drained, deadline]);
      await sender.close();
      await drained;
    },
  };
}
