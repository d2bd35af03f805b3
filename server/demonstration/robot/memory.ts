import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What the customer has learned and keeps: addresses, keys and secrets. Written to disk at every change, mode 600. */
export interface Memory {
  get(name: string): string;
  find(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Opens the memory in a file; it begins empty when there is none. */
export function openMemory(file: string): Memory {
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
  };
}
