import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './data-folder.ts';

/** The superuser's address of the cluster that belongs to a data folder, for looking into it; it may not be running. */
export function superuserUrlOf(dataDir: string): string {
  const note = join(dataDir, 'postgres-folder');
  const folder = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(dataDir, 'postgres');
  const connection = JSON.parse(readFileSync(join(folder, 'connection.json'), 'utf8')) as Connection;
  return superuserUrl(connection);
}

export function superuserUrl({ port, password }: Connection): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}
