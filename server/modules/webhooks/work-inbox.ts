import type { Loop } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { applyNextInbound } from './apply-inbound.ts';
import { environmentsWithInbound } from './inbound-store.ts';

const pollMs = 150;
const atOnce = 4;

/** Applies what was posted to receivers: in order within an environment, several environments beside each other. */
export function inboxWorker(platform: Platform): Loop {
  return { name: 'webhooks.inbox', start: () => startInbox(platform) };
}

function startInbox(platform: Platform): { stop(): Promise<void> } {
  let stopped = false;
  const drain = async () => {
    const waiting = await environmentsWithInbound(platform.db, platform.clock.now());
    const workers = Array.from({ length: Math.min(atOnce, waiting.length) }, async () => {
      for (let of = waiting.shift(); of !== undefined; of = waiting.shift())
        while (!stopped && (await applyNextInbound(platform, of)));
    });
    await Promise.all(workers);
  };
  const draining = repeat(drain, {
    everyMs: pollMs,
    onFault: (error) => platform.log.error({ err: error }, 'the inbox could not be read'),
  });
  return {
    stop: async () => {
      stopped = true;
      await draining.stop();
    },
  };
}
