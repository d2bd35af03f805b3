import { useEffect } from 'react';
import { queryClient } from './use-api.ts';

interface Grown {
  customer: string | null;
}

const restMs = 700;
const againMs = 15_000;

/**
 * Listens for streams that grow and reads again what the open page shows of them, at most every 0.7 seconds. What came
 * while the connection was lost (a sleeping laptop, a server that restarts) is read again once it is back.
 */
export function useLive(enabled: boolean): void {
  useEffect(() => {
    if (!enabled || typeof EventSource === 'undefined') return;
    let source: EventSource | undefined;
    let lost = false;
    let grown = new Set<string | null>();
    let reading: ReturnType<typeof setTimeout> | undefined;
    let opening: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      reading = undefined;
      const customers = grown;
      grown = new Set();
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [kind, path] }) => {
          if (kind !== 'api' || typeof path !== 'string' || path === '/api/me') return false;
          const named = /cus_[0-9a-z]{26}/.exec(path)?.[0];
          return named === undefined || customers.has(named);
        },
      });
    };
    const open = () => {
      source = new EventSource('/api/live');
      source.onopen = () => {
        if (lost) void queryClient.invalidateQueries({ queryKey: ['api'] });
        lost = false;
      };
      source.onmessage = (message: MessageEvent<string>) => {
        grown.add((JSON.parse(message.data) as Grown).customer);
        reading ??= setTimeout(readAgain, restMs);
      };
      source.onerror = () => {
        lost = true;
        // A browser tries a broken connection again by itself, a refused one never.
        if (source?.readyState === EventSource.CLOSED) opening = setTimeout(open, againMs);
      };
    };
    open();
    return () => {
      source?.close();
      clearTimeout(reading);
      clearTimeout(opening);
    };
  }, [enabled]);
}
