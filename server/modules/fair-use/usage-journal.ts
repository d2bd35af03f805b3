import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { usageMeters } from '#contract/fair-use.ts';
import type { Count } from './fair-use-store.ts';

/** A batch on its way into the ledger. */
export interface Batch {
  node: string;
  boot: string;
  sequence: number;
  counts: Count[];
  /** The file that holds it until the ledger has it; undefined where none could be written. */
  file: string | undefined;
}

/** A file of one batch, written as it is counted, so that a killed process loses no count. */
export interface Segment {
  file: string | undefined;
  add(count: Count): void;
  close(): void;
}

/** How long a segment is written at most; whoever opened it begins another one after that. */
export const writtenForMs = 10_000;
/** What was last written that long ago is whole, whoever wrote it and whether they live. */
const wholeAfterMs = 60_000;

const name = /^(\d+)\.([0-9a-f-]{36})\.(\d+)\.usage$/;
const nodeName = /^[\w.-]{1,255}$/;
const asideEnding = '.damaged';
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const counted = new RegExp(
  `^(${uuid}) (${uuid}) (\\d{4}-\\d{2}-\\d{2}) (${usageMeters.join('|')}) ([1-9]\\d{0,14})$`,
);

/** Starts a segment; where the folder can't be written the counts live in memory alone and `onFault` hears of it. */
export function openSegment(
  folder: string,
  of: { node: string; boot: string; sequence: number },
  onFault: (error: unknown) => void,
): Segment {
  const file = join(folder, `${process.pid}.${of.boot}.${of.sequence}.usage`);
  let descriptor: number;
  try {
    mkdirSync(folder, { recursive: true });
    descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `${of.node}\n`);
  } catch (error) {
    onFault(error);
    return { file: undefined, add: () => {}, close: () => {} };
  }
  return {
    file,
    add: (count) => {
      const line = [count.customerId, count.environmentId, count.day, count.meter, count.quantity].join(' ');
      try {
        writeSync(descriptor, `${line}\n`);
      } catch (error) {
        onFault(error);
      }
    },
    close: () => {
      try {
        closeSync(descriptor);
      } catch (error) {
        onFault(error);
      }
    },
  };
}

/** What was found damaged and set aside, beside the segment, for a person to look at. */
export interface Damage {
  file: string;
  lines: number;
}

/**
 * The batches that others have left behind: at once those of a process of this machine that is gone, and any that are
 * whole, for a process id tells nothing once another process has it, or on another machine. The ledger takes in a batch
 * once, also when its owner lives after all. A line that was cut off at the end was not counted yet; what is damaged
 * otherwise is set aside, and keeps nothing else from being taken in. A file that can't be read is left for the next
 * time.
 */
export function leftBehind(
  folder: string,
  own: { node: string; boots: ReadonlySet<string> },
  onDamage: (damage: Damage) => void,
  onFault: (error: unknown) => void,
): Batch[] {
  const batches: Batch[] = [];
  for (const entry of listFolder(folder)) {
    const [, pid, boot = '', sequence] = name.exec(entry) ?? [];
    if (pid === undefined || own.boots.has(boot)) continue;
    const file = join(folder, entry);
    try {
      const isWhole = Date.now() - statSync(file).mtimeMs > wholeAfterMs;
      const text = readFileSync(file, 'utf8');
      if (!isWhole && !(text.startsWith(`${own.node}\n`) && isGone(Number(pid)))) continue;
      const batch = readSegment(file, text, { boot, sequence: Number(sequence) }, onDamage);
      if (batch !== undefined) batches.push(batch);
    } catch (error) {
      onFault(error);
    }
  }
  return batches;
}

function readSegment(
  file: string,
  text: string,
  of: { boot: string; sequence: number },
  onDamage: (damage: Damage) => void,
): Batch | undefined {
  const [node = '', ...lines] = text.split('\n').slice(0, -1);
  if (!nodeName.test(node) && lines.length > 0) {
    setAside(file, lines.length, onDamage);
    return undefined;
  }
  const counts: Count[] = [];
  const damaged: string[] = [];
  for (const line of lines) {
    const count = parseLine(line);
    if (count === undefined) damaged.push(line);
    else counts.push(count);
  }
  if (damaged.length > 0) {
    // Before the rest is taken in: killed between the two, it is written again and the rest is taken in once.
    writeFileSync(`${file}${asideEnding}`, `${[node, ...damaged].join('\n')}\n`, { mode: 0o600 });
    onDamage({ file: `${file}${asideEnding}`, lines: damaged.length });
  }
  return { node, ...of, file, counts: addUp(counts) };
}

/** Puts a whole segment that can't be taken in out of the way; nothing of it is lost. */
export function setAside(file: string, lines: number, onDamage: (damage: Damage) => void): void {
  renameSync(file, `${file}${asideEnding}`);
  onDamage({ file: `${file}${asideEnding}`, lines });
}

/** Removes a batch's file once the ledger has it. */
export function dropSegment(file: string | undefined): void {
  if (file !== undefined) rmSync(file, { force: true });
}

/** One count for each environment, day and meter. */
export function addUp(counts: Iterable<Count>): Count[] {
  const sums = new Map<string, Count>();
  for (const count of counts) {
    const key = `${count.environmentId} ${count.day} ${count.meter}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...count });
    else sum.quantity += count.quantity;
  }
  return [...sums.values()];
}

function parseLine(line: string): Count | undefined {
  const [, customerId = '', environmentId = '', day = '', meter = '', quantity] = counted.exec(line) ?? [];
  if (quantity === undefined || !isDay(day)) return undefined;
  return { customerId, environmentId, day, meter: meter as Count['meter'], quantity: Number(quantity) };
}

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether no process has that id any more, or this one has got it since. */
function isGone(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code !== 'EPERM';
  }
}
