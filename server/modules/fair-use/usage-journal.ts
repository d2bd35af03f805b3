import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
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

const name = /^(\d+)\.([0-9a-f-]{36})\.(\d+)\.usage$/;

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
    close: () => closeSync(descriptor),
  };
}

/** The batches that processes which are gone have left behind. A line that was cut off was not counted yet. */
export function leftBehind(folder: string, ownBoots: ReadonlySet<string>): Batch[] {
  const batches: Batch[] = [];
  for (const entry of listFolder(folder)) {
    const [, pid, boot = '', sequence] = name.exec(entry) ?? [];
    if (pid === undefined || ownBoots.has(boot)) continue;
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue;
    const file = join(folder, entry);
    const [node = '', ...lines] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    batches.push({ node, boot, sequence: Number(sequence), file, counts: addUp(lines.map(parseLine)) });
  }
  return batches;
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

function parseLine(line: string): Count {
  const [customerId = '', environmentId = '', day = '', meter = '', quantity] = line.split(' ');
  return { customerId, environmentId, day, meter: meter as Count['meter'], quantity: Number(quantity) };
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
