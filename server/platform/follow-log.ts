import { type Consumer, consumeRound, firstRound } from './consume.ts';
import type { Platform } from './platform.ts';

const pollMs = 250;
const afterFaultMs = 1_000;
const longestAfterFaultMs = 5_000;
/** Looking for work takes every stream into account: it may use at most a fifth of a follower's time. */
const restPerLook = 4;
const longestRestMs = 2_000;

/** Follows the log with every consumer until stopped; in step with `wake`, and by polling for other processes' writes. */
export function startConsumers(
  platform: Platform,
  consumers: Consumer[],
  onWake: (listener: () => void) => void,
): { stop(): Promise<void> } {
  const followers = consumers.map((consumer) => follow(platform, consumer));
  onWake(() => {
    for (const follower of followers) follower.wake();
  });
  return {
    stop: async () => {
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

/** One consumer's rounds, each going on where the last one ended, so that no stream waits for busier ones. */
function follow(platform: Platform, consumer: Consumer): { wake(): void; stop(): Promise<void> } {
  let stopped = false;
  let woken = false;
  let end = () => {};
  let wake = () => {};
  const pause = async (ms: number, untilWoken: boolean) => {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    end = over.resolve;
    if (untilWoken) wake = over.resolve;
    await over.promise;
    clearTimeout(timer);
    wake = () => {};
  };
  const run = async () => {
    let faults = 0;
    for (let after = firstRound; !stopped; ) {
      woken = false;
      const startedAt = performance.now();
      let restMs = 0;
      let handled = 0;
      try {
        const round = await consumeRound(platform, consumer, after);
        ({ last: after, handled } = round);
        restMs = Math.min(round.lookMs * restPerLook, longestRestMs);
        faults = 0;
      } catch (error) {
        faults += 1;
        restMs = Math.min(afterFaultMs * faults, longestAfterFaultMs);
        // A database that is away does not flood the log.
        if (Number.isInteger(Math.log2(faults)))
          platform.log.error({ err: error, consumer: consumer.name }, 'the log could not be read');
      }
      const restedMs = performance.now() - startedAt;
      if (!stopped && restMs > restedMs) await pause(restMs - restedMs, false);
      if (handled === 0 && !woken && !stopped) await pause(pollMs, true);
    }
  };
  const running = run();
  return {
    wake: () => {
      woken = true;
      wake();
    },
    stop: async () => {
      stopped = true;
      end();
      await running;
    },
  };
}
