import { hostname } from 'node:os';
import { join } from 'node:path';
import type { UsageMeter } from '#contract/fair-use.ts';
import { uuidv7 } from '#platform/ids.ts';
import { damagedUsageLines } from '#platform/metrics.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { type BatchTotals, type Count, takeBatch } from './fair-use-store.ts';
import type { Totals } from './policy.ts';
import { noteThresholds } from './thresholds.ts';
import {
  addUp,
  type Batch,
  type Damage,
  dropSegment,
  leftBehind,
  openSegment,
  type Segment,
  setAside,
  writtenForMs,
} from './usage-journal.ts';

const flushMs = 1_000;
const recoverMs = 60_000;
const flushCounts = 500;
const ownBoots = new Set<string>();

/** Something used by one environment, now. */
export interface Usage {
  customerId: string;
  environmentId: string;
  meter: UsageMeter;
  quantity: number;
}

/**
 * Counts in memory and in a file beside it, and hands the ledger a named batch every second or 500 counts. A batch
 * is tried until it is in, and is in once: by node, boot and sequence.
 */
export interface UsageMeterOf {
  count(usage: Usage): void;
  flush(): Promise<void>;
  /** Takes in what killed processes left behind. */
  recover(): Promise<void>;
  /** What is known of an environment's day, for headers; late by up to a second. */
  totals(environmentId: string, day: string): Totals | undefined;
  today(): string;
}

const meters = new WeakMap<Platform, UsageMeterOf>();

/** The process's meter. */
export function usageMeter(platform: Platform): UsageMeterOf {
  let meter = meters.get(platform);
  if (meter === undefined) {
    meter = createUsageMeter(platform);
    meters.set(platform, meter);
  }
  return meter;
}

/** Takes in at once and every minute what killed processes have left behind on this machine, until stopped. */
export function keepRecovering(platform: Platform): { stop(): Promise<void> } {
  return repeat(() => usageMeter(platform).recover(), {
    everyMs: recoverMs,
    onFault: (error) =>
      platform.log.error({ err: error }, 'usage left by an earlier process could not be taken in'),
  });
}

/** A meter of its own, as each process has one. */
export function createUsageMeter(platform: Platform): UsageMeterOf {
  const folder = join(platform.config.server.dataDir, 'usage');
  const node = hostname();
  const boot = uuidv7();
  ownBoots.add(boot);
  const today = createDay(platform);
  const known = new Map<string, BatchTotals>();
  let sequence = 0;
  let current: { segment: Segment; sequence: number; counts: Count[]; openedMs: number } | undefined;
  let waiting: Batch[] = [];
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const onFault = (error: unknown) =>
    platform.log.error({ err: error }, 'usage could not be written to disk; it is counted in memory');

  const onDamage = ({ file, lines }: Damage) => {
    damagedUsageLines.inc(lines);
    platform.log.error({ file, lines }, 'usage that could not be counted was set aside');
  };

  const close = () => {
    clearTimeout(timer);
    timer = undefined;
    if (current === undefined) return;
    current.segment.close();
    waiting.push({
      node,
      boot,
      sequence: current.sequence,
      counts: addUp(current.counts),
      file: current.segment.file,
    });
    current = undefined;
  };
  const hand = async () => {
    close();
    const batches = waiting;
    waiting = [];
    for (const [index, batch] of batches.entries()) {
      try {
        remember(known, await takeIn(platform, batch));
      } catch (error) {
        waiting.unshift(...batches.slice(index));
        platform.log.warn({ err: error }, 'usage could not be taken in; it is tried again');
        timer ??= setTimeout(() => void flush(), flushMs).unref();
        return;
      }
    }
  };
  const flush = async (): Promise<void> => {
    // Whatever holds up the ones before, a segment is written for a moment only: others may take in what is older.
    close();
    await flushing;
    flushing ??= hand().finally(() => {
      flushing = undefined;
    });
    await flushing;
  };
  return {
    count: (usage) => {
      // A process that was stopped for a while comes back to a segment that others may have taken in.
      if (current !== undefined && performance.now() - current.openedMs > writtenForMs) close();
      if (current === undefined) {
        sequence += 1;
        const segment = openSegment(folder, { node, boot, sequence }, onFault);
        current = { segment, sequence, counts: [], openedMs: performance.now() };
      }
      const count = { ...usage, day: today() };
      current.counts.push(count);
      current.segment.add(count);
      if (current.counts.length === flushCounts) void flush();
      else timer ??= setTimeout(() => void flush(), flushMs).unref();
    },
    flush,
    recover: async () => {
      const onUnread = (error: unknown) =>
        platform.log.error({ err: error }, 'usage left by an earlier process could not be read');
      for (const batch of leftBehind(folder, { node, boots: ownBoots }, onDamage, onUnread))
        await takeIn(platform, batch).catch((error: unknown) => {
          // A count that no environment has will not fit the next time either; any other fault may pass.
          if (isFaultOfData(error) && batch.file !== undefined)
            setAside(batch.file, batch.counts.length, onDamage);
          else platform.log.warn({ err: error }, 'usage left by an earlier process is tried again');
        });
    },
    totals: (environmentId, day) => {
      const found = known.get(environmentId);
      return found?.dayOf === day ? found : undefined;
    },
    today,
  };
}

/** Whether the database refused the values themselves (SQLSTATE classes 22 and 23). */
function isFaultOfData(error: unknown): boolean {
  return /^2[23]/.test(String((error as { code?: unknown }).code));
}

async function takeIn(platform: Platform, batch: Batch): Promise<BatchTotals[]> {
  const totals = batch.counts.length === 0 ? [] : await takeBatch(platform.db, batch, batch.counts);
  dropSegment(batch.file);
  await noteThresholds(platform, totals).catch((error: unknown) =>
    platform.log.warn({ err: error }, 'thresholds could not be noted; the next batch does it'),
  );
  return totals;
}

function remember(known: Map<string, BatchTotals>, totals: BatchTotals[]): void {
  for (const one of totals) known.set(one.environmentId, one);
  if (known.size > 20_000) known.clear();
}

/** The vendor's present day, worked out anew only when it is over (or the clock was moved). */
function createDay(platform: Platform): () => string {
  const zone = platform.config.vendor.timeZone;
  let day = '';
  let startMs = 0;
  let endMs = 0;
  return () => {
    const nowMs = platform.clock.now().epochMilliseconds;
    if (nowMs < startMs || nowMs >= endMs) {
      const date = platform.clock.today(zone);
      day = date.toString();
      startMs = date.toZonedDateTime(zone).epochMilliseconds;
      endMs = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    }
    return day;
  };
}
