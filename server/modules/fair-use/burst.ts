/** The outcome of asking for one call: whether it may go ahead, and what is left of the burst. */
export interface Admission {
  admitted: boolean;
  remaining: number;
  /** Milliseconds until a call is admitted again (when refused), or until the burst is whole again. */
  waitMs: number;
}

/** The generic cell rate algorithm for one limit per key, in memory: a steady rate and a burst above it. */
export interface BurstLimiter {
  admit(key: string, limit: { perMinute: number; burst: number }): Admission;
}

const most = 50_000;

export function createBurstLimiter(nowMs: () => number = () => performance.now()): BurstLimiter {
  const arrivals = new Map<string, number>();
  return {
    admit: (key, limit) => {
      const now = nowMs();
      const interval = 60_000 / limit.perMinute;
      const tolerance = interval * limit.burst;
      const arrival = Math.max(arrivals.get(key) ?? 0, now);
      const next = arrival + interval;
      if (next - now > tolerance + 1e-6)
        return { admitted: false, remaining: 0, waitMs: next - now - tolerance };
      if (!arrivals.has(key) && arrivals.size >= most) dropIdle(arrivals, now);
      arrivals.set(key, next);
      return {
        admitted: true,
        remaining: Math.floor((tolerance - (next - now)) / interval + 1e-6),
        waitMs: next - now,
      };
    },
  };
}

function dropIdle(arrivals: Map<string, number>, now: number): void {
  for (const [key, arrival] of arrivals) if (arrival <= now) arrivals.delete(key);
  if (arrivals.size >= most) arrivals.clear();
}
