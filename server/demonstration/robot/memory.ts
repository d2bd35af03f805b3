import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Acknowledgement, acknowledgementsTo } from './acknowledgement.ts';

/** What the customer has learned and keeps: addresses, keys and secrets. Written to disk at every change, mode 600. */
export interface Memory {
  get(name: string): string;
  find(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Notes that something was taken in, by either side. */
  acknowledge(one: Acknowledgement): void;
}

/** Opens the memory in a file; it begins empty when there is none. Acknowledgements go to a file of their own, if any. */
export function openMemory(file: string, acknowledgements?: string): Memory {
  const values: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return {
    find: (name) => values[name],
    get: (name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the customer has not learned its ${name} yet`);
      return value;
    },
    set: (name, value) => {
      values[name] = value;
      writeFileSync(`${file}.new`, JSON.stringify(values), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    acknowledge: acknowledgementsTo(acknowledgements),
  };
}
