import { networkOf } from '#platform/network-of.ts';

const burst = 20;
const refillMs = 3_000;
const most = 50_000;

/** Counts failed authentications per address, in memory: 20 at once, then 20 a minute. */
export interface FailureThrottle {
  /** Seconds an address must wait before it may try again; 0 when it may. */
  waitSeconds(address: string): number;
  noteFailure(address: string): void;
}

/** A throttle by leaky bucket; time is the machine's, so that a moved business clock opens nothing. */
export function createFailureThrottle(nowMs: () => number = () => performance.now()): FailureThrottle {
  const fullUntil = new Map<string, number>();
  const excess = (address: string) => (fullUntil.get(address) ?? 0) - nowMs() - burst * refillMs;
  return {
    waitSeconds: (address) => Math.max(0, Math.ceil((excess(networkOf(address)) + refillMs) / 1000)),
    noteFailure: (address) => {
      const source = networkOf(address);
      const level = Math.max(fullUntil.get(source) ?? 0, nowMs()) + refillMs;
      fullUntil.delete(source);
      fullUntil.set(source, level);
      if (fullUntil.size > most) for (const oldest of fullUntil.keys()) return void fullUntil.delete(oldest);
    },
  };
}
