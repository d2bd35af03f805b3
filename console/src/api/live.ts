import { useEffect } from 'react';
import { queryClient } from './use-api.ts';

interface Grown {
  customer: string | null;
}

const restMs = 700;

/** Listens for streams that grow and reads again what the open page shows of them, at most every 0.7 seconds. */
export function useLive(enabled: boolean): void {
  useEffect(() => {
    if (!enabled || typeof EventSource === 'undefined') return;
    const source = new EventSource('/api/live');
    let grown = new Set<string | null>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      timer = undefined;
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
    source.onmessage = (message: MessageEvent<string>) => {
      grown.add((JSON.parse(message.data) as Grown).customer);
      timer ??= setTimeout(readAgain, restMs);
    };
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [enabled]);
}
