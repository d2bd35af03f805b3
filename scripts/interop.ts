import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openSftpBench } from '#testing/sftp-bench.ts';
import { type Client, Unavailable } from './interop/client.ts';
import { curlClient } from './interop/curl.ts';
import { jsch } from './interop/jsch.ts';
import { lftpClient } from './interop/lftp.ts';
import { openObserver, watchRekeys } from './interop/observer.ts';
import { scp, sftp } from './interop/openssh.ts';
import { operations } from './interop/operations.ts';
import { paramiko } from './interop/paramiko.ts';
import { pkgSftp } from './interop/pkg-sftp.ts';
import { pscp, psftp } from './interop/putty.ts';
import { rcloneClient } from './interop/rclone.ts';
import { ssh2SftpClient } from './interop/ssh2-sftp-client.ts';
import { readOptions } from './read-options.ts';
import { openTestPostgres } from './test-postgres.ts';

// `npm run interop [-- --only NAME]`: other people's SFTP clients at a real door. Prints what each can do with it; the last
// line is JSON. NAME is a client or an operation, or several with commas between. Exit code 0 only when nothing failed.

const clients: Client[] = [
  sftp,
  scp,
  curlClient,
  lftpClient,
  rcloneClient,
  psftp,
  pscp,
  paramiko,
  ssh2SftpClient,
  pkgSftp,
  jsch,
];

const values = readOptions({ only: { type: 'string' } });
const only = values.only?.split(',') ?? [];
const unknown = only.filter((name) => !(name in operations) && !clients.some((one) => one.name === name));
if (unknown.length > 0) {
  const known = [...clients.map((one) => one.name), ...Object.keys(operations)];
  console.error(`--only knows no ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}
const wantedClients = clients.filter((one) => only.includes(one.name));
const wantedOperations = Object.keys(operations).filter((name) => only.includes(name));
const triedClients = wantedClients.length > 0 ? wantedClients : clients;
const triedOperations = wantedOperations.length > 0 ? wantedOperations : Object.keys(operations);

const results: Record<string, Record<string, string>> = {};
watchRekeys();
const postgres = await openTestPostgres();
const database = await openTestDatabase();
try {
  for (const client of triedClients) results[client.name] = await tryClient(database, client);
} finally {
  await database.close();
  await postgres.stop();
}
printTable();
const all = Object.values(results).flatMap((one) => Object.values(one));
const pass = all.includes('ok') && !all.some((result) => result.startsWith('failed'));
console.log(JSON.stringify({ interop: results, pass }));
process.exitCode = pass ? 0 : 1;

/** Tries the operations with one client, at a door of its own. */
async function tryClient({ platform }: TestDatabase, client: Client): Promise<Record<string, string>> {
  const bench = await openSftpBench(platform);
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-interop-'));
  const keyFile = join(bench.folder, 'key');
  const at = { port: bench.door.port, userName: bench.userName, keyFile, folder };
  const observer = await openObserver(bench);
  const found: Record<string, string> = {};
  try {
    await mkdir(folder, { recursive: true });
    await client.prepare(at);
    for (const name of triedOperations) {
      const startedAt = performance.now();
      found[name] = await outcome(() => operations[name]?.({ client, at, observer }));
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${client.name}, ${name}: ${found[name]} (${seconds} s)`);
    }
  } catch (error) {
    const result = error instanceof Unavailable ? 'skipped' : `failed: ${(error as Error).message}`;
    console.log(`${client.name}: ${result} (${(error as Error).message})`);
    for (const name of triedOperations) found[name] ??= result;
  } finally {
    observer.close();
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

async function outcome(attempt: () => Promise<boolean> | undefined): Promise<string> {
  try {
    return (await attempt()) ? 'ok' : 'n/a';
  } catch (error) {
    return `failed: ${(error as Error).message.split('\n')[0]}`;
  }
}

function printTable(): void {
  const names = Object.keys(results);
  const widthOf = (name: string) => Math.max(name.length, 'skipped'.length) + 2;
  const row = (head: string, cells: string[]) =>
    head.padEnd(13) + cells.map((cell, i) => cell.padEnd(widthOf(names[i] ?? ''))).join('');
  console.log(`\n${row('', names)}`);
  for (const name of triedOperations)
    console.log(
      row(
        name,
        names.map((client) => results[client]?.[name]?.split(':')[0] ?? ''),
      ).trimEnd(),
    );
  console.log();
}
