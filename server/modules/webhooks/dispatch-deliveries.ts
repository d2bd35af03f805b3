import type { Loop } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { type DeliveryLane, openLane } from './delivery-lane.ts';
import { dueEndpoints } from './endpoint-store.ts';
import { createSender } from './send-request.ts';

const pollMs = 100;
const drainMs = 4_000;
const mostLanes = 200;

/** Sends what is due, a lane for each endpoint: one that hangs holds its own slots and costs the others nothing. */
export function dispatcher(platform: Platform): Loop {
  return { name: 'webhooks.dispatcher', start: () => startDispatcher(platform) };
}

function startDispatcher(platform: Platform): { stop(): Promise<void> } {
  const sender = createSender(platform.config.webhooks);
  const lanes = new Map<string, DeliveryLane>();

  const pumpDue = async () => {
    for (const of of await dueEndpoints(platform.db, platform.clock.now())) {
      const known = lanes.get(of.endpointId);
      if (known === undefined && lanes.size >= mostLanes) continue;
      const lane = known ?? openLane(platform, sender, of);
      lanes.set(of.endpointId, lane);
      lane.pump();
    }
  };
  const closeIdle = async () => {
    for (const [id, lane] of lanes) {
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
      const drained = Promise.all([...lanes.values()].map((lane) => lane.stop()));
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, drainMs).unref());
      await Promise.race([drained, deadline]);
      await sender.close();
      await drained;
    },
  };
}
