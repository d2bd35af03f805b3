import { setTimeout as pause } from 'node:timers/promises';

const tryAgainMs = 500;

/**
 * Does something that must bear being done twice, again until it works, for at most `withinMs`; then the last fault is
 * thrown. For what follows the opening of the doors: a database that goes away meanwhile comes back by itself.
 */
export async function outlast<T>(
  work: () => Promise<T>,
  options: { withinMs: number; onFault: (error: unknown) => void },
): Promise<T> {
  const deadline = Date.now() + options.withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      options.onFault(error);
      await pause(tryAgainMs);
    }
  }
}
