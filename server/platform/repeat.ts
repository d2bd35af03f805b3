/**
 * Does something at once and then again and again, one time after the other, until stopped: with a pause, unless it says
 * by `true` that there is more to do. A fault ends nothing.
 */
export function repeat(
  work: () => Promise<unknown>,
  options: { everyMs: number; onFault: (error: unknown) => void },
): { stop(): Promise<void> } {
  let stopped = false;
  let wake = () => {};
  const run = async () => {
    while (!stopped) {
      const more = await work().catch(options.onFault);
      if (more === true || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
