const longestPauseMs = 5_000;

/**
 * Does something at once and then again and again, one time after the other, until stopped: with a pause, unless it says
 * by `true` that there is more to do. A fault ends nothing: while faults follow each other, the pause doubles up to 5 s,
 * and only the 1st, 2nd, 4th, 8th … of them is told, so that a database that is away does not flood the log.
 */
export function repeat(
  work: () => Promise<unknown>,
  options: { everyMs: number; onFault: (error: unknown) => void },
): { stop(): Promise<void> } {
  let stopped = false;
  let faults = 0;
  let wake = () => {};
  const attempt = async () => {
    try {
      const more = await work();
      faults = 0;
      return more === true;
    } catch (error) {
      faults += 1;
      if (Number.isInteger(Math.log2(faults))) options.onFault(error);
      return false;
    }
  };
  const run = async () => {
    while (!stopped) {
      if ((await attempt()) || stopped) continue;
      const pauseMs = Math.min(options.everyMs * 2 ** faults, Math.max(options.everyMs, longestPauseMs));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
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
