/** What the server tells: a customer's stream (null: the vendor's) has grown; or that something may have been missed. */
export type Told = { grown: string | null } | 'missed';

const againMs = 15_000;

/**
 * Keeps a connection to the server's live events open and passes on what it tells; returns what ends it. Each time that it
 * opens something may have been missed, the first time between what the page has read and now.
 */
function openLiveConnection(tell: (told: Told) => void): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/api/live');
    source.onopen = () => tell('missed');
    source.onmessage = (message: MessageEvent<string>) =>
      tell({ grown: (JSON.parse(message.data) as { customer: string | null }).customer });
    source.onerror = () => {
      // A browser tries a broken connection again by itself, a refused one never.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, againMs);
    };
  };
  open();
  return () => {
    source.close();
    clearTimeout(again);
  };
}

/**
 * Takes part in the one connection that all tabs of this browser share under a name: one tab holds it and tells the
 * others, for a browser opens six connections to a server and pages would wait for ever behind six that stay open. When
 * that tab goes, the next one takes over. Returns what leaves again.
 */
export function shareLiveConnection(name: string, tell: (told: Told) => void): () => void {
  const left = new AbortController();
  const others = new BroadcastChannel(name);
  others.onmessage = (message: MessageEvent<Told>) => tell(message.data);
  const hold = () =>
    new Promise<void>((release) => {
      const close = openLiveConnection((told) => {
        tell(told);
        others.postMessage(told);
      });
      left.signal.addEventListener('abort', () => {
        close();
        release();
      });
    });
  void takeTurns(name, left.signal, hold);
  return () => {
    left.abort();
    others.close();
  };
}

async function takeTurns(name: string, left: AbortSignal, hold: () => Promise<void>): Promise<void> {
  // Locks are for https and this machine alone; elsewhere each tab has a connection of its own.
  if (!navigator.locks) return hold();
  const turn = { held: false };
  await navigator.locks.request(name, { ifAvailable: true }, (lock) => {
    turn.held = lock !== null;
    return lock && !left.aborted ? hold() : undefined;
  });
  if (turn.held || left.aborted) return;
  await navigator.locks.request(name, { signal: left }, hold).catch(() => {
    // It left before its turn came.
  });
}
