import { useEffect } from 'react';
import { shareLiveConnection, type Told } from './live-connection.ts';
import { queryClient } from './use-api.ts';

const restMs = 700;
const hiddenMs = 30_000;

/**
 * Reads again what the open page shows of streams that grow, at most every 0.7 seconds. A tab that is not looked at reads
 * nothing, and after half a minute listens no more; what came meanwhile, or while the connection was lost (a sleeping
 * laptop, a server that restarts), is read once it is looked at again.
 */
export function useLive(person: string | undefined): void {
  useEffect(() => {
    if (person === undefined || typeof EventSource === 'undefined') return;
    let grown = new Set<string | null>();
    let missed = false;
    let reading: ReturnType<typeof setTimeout> | undefined;
    let leaving: ReturnType<typeof setTimeout> | undefined;
    let leave: (() => void) | undefined;
    const readAgain = () => {
      reading = undefined;
      if (document.hidden) return;
      if (missed) void queryClient.invalidateQueries({ queryKey: ['api'] });
      else void readWhatShows(grown);
      grown = new Set();
      missed = false;
    };
    const hear = (told: Told) => {
      if (told === 'missed') missed = true;
      else grown.add(told.grown);
      reading ??= setTimeout(readAgain, restMs);
    };
    const join = () => {
      leave ??= shareLiveConnection(`fairlead.live.${person}`, hear);
    };
    const look = () => {
      clearTimeout(leaving);
      if (document.hidden)
        leaving = setTimeout(() => {
          leave?.();
          leave = undefined;
        }, hiddenMs);
      else {
        if (leave === undefined) hear('missed');
        join();
        if (missed || grown.size > 0) reading ??= setTimeout(readAgain, 0);
      }
    };
    join();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      leave?.();
      clearTimeout(reading);
      clearTimeout(leaving);
    };
  }, [person]);
}

/** Reads again what the page shows of these customers, and what is of no customer in particular. */
function readWhatShows(customers: ReadonlySet<string | null>): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [kind, path] }) => {
      if (kind !== 'api' || typeof path !== 'string' || path === '/api/me') return false;
      const named = /cus_[0-9a-z]{26}/.exec(path)?.[0];
      return named === undefined || customers.has(named);
    },
  });
}
