import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type ssh2 from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import {
  createAccount,
  createExchange,
  csvLine,
  processPendingTransfers,
  registerKey,
} from '#modules/file-exchange/index.ts';
import { createCompany, empRowOf, generatePerson } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Database } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { freshSshKey } from '#testing/ssh-key.ts';
import { openSftpDoor } from '../server/doors/sftp/open-sftp-door.ts';
import { median, settleDatabase } from './bench-database.ts';
import { assertCopied, type Copied, clearAll, copyBack, copyOut, makeTwins } from './import-twins.ts';
import type { BenchOptions, BenchResult } from './run.ts';

const columns = Object.keys(empRowOf(generatePerson(1, 0), 'KOW01'));

/**
 * An EMP file put over SFTP, validated, versioned and applied, against COPY of the rows that result into identical
 * tables with their constraints, indexes and events. Rounds on empty tables, in every second of which COPY goes first with
 * the rows of the round before; median of the ratios. The file is written beforehand. Then the peak memory of an importing process at 10,000 rows as a share of that at 1,000,000.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 500 : 100_000;
  const t = await openTestDatabase();
  const door = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-import-'));
  try {
    const file = join(folder, 'employees.csv');
    await writeFile(file, csvPieces(count));
    await makeTwins(t.owner);
    const rows: BenchResult['rows'] = [];
    const found: number[] = [];
    let copied: Copied[] | undefined;
    for (let round = 0; round < (quick ? 1 : 4); round++) {
      const customer = await makeBenchCustomer(t.platform, door.port);
      const before =
        round % 2 === 1 && copied !== undefined ? await timeCopies(t.owner, copied, file) : undefined;
      await settleDatabase();
      const put = await seconds(() => putFile(customer, createReadStream(file)));
      const processed = await seconds(() => processFile(t.platform, customer, count));
      copied = await copyOut(t.owner, customer.environmentId);
      const { copy, raw } = before ?? (await timeCopies(t.owner, copied, file));
      await clearAll(t.owner);
      found.push(copy / (put + processed));
      rows.push({
        rows: count,
        'put over SFTP s': round2(put),
        'validate, version, apply s': round2(processed),
        'COPY of the resulting rows s': round2(copy),
        'COPY of the raw rows s': round2(raw),
        ratio: round2(copy / (put + processed)),
      });
    }
    const peaks: number[] = [];
    for (const length of quick ? [500, 1_000] : [10_000, 1_000_000]) {
      const { peakMb, importSeconds } = await importApart(t, door.port, length);
      await clearAll(t.owner);
      peaks.push(peakMb);
      rows.push({
        rows: length,
        'validate, version, apply s': round2(importSeconds),
        'peak memory MB': round2(peakMb),
      });
    }
    const [short = 0, long = 0] = peaks;
    return {
      ratios: { import: round2(median(found)), memory: round2(short / long) },
      targets: { import: 0.4, memory: 0.8 },
      rows,
    };
  } finally {
    await door.close();
    await t.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The base lines, in seconds: COPY of the rows that an import results in, and of the file as it is. */
async function timeCopies(
  owner: Database,
  copied: Copied[],
  file: string,
): Promise<{ copy: number; raw: number }> {
  await settleDatabase();
  const copy = await seconds(() => copyBack(owner, copied));
  await assertCopied(owner, copied);
  return { copy, raw: await seconds(() => copyRaw(owner, file)) };
}

interface BenchCustomer {
  code: string;
  customerId: string;
  environmentId: string;
  client: SftpClient;
}

async function makeBenchCustomer(platform: Platform, port: number): Promise<BenchCustomer> {
  const made = await makeCustomer(platform);
  const scope = { customerId: made.customerId, environmentId: made.sandboxId };
  const keys = freshSshKey('bench');
  const userName = `${made.code.toLowerCase()}-bench`;
  await transact(platform, scope, systemActor('bench'), async (work) => {
    await createCompany(work, scope, {
      code: 'KOW01',
      name: 'Bench',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    });
    const { accountId } = await createAccount(work, { userName });
    await registerKey(work, { accountId, publicKey: keys.public, label: 'bench' });
    await createExchange(work, { code: 'employees' });
  });
  const client = new SftpClient();
  await client.connect({ host: '127.0.0.1', port, username: userName, privateKey: keys.private });
  // Its packets leave in two pieces; on loopback, whose segments are larger, Nagle's algorithm holds back each second one.
  (client as unknown as { client: ssh2.Client }).client.setNoDelay(true);
  return { code: made.code, ...scope, client };
}

async function processFile(platform: Platform, customer: BenchCustomer, count: number): Promise<void> {
  while ((await processPendingTransfers(platform)) > 0);
  await assertApplied(platform, customer, count);
}

async function putFile(customer: BenchCustomer, content: Readable): Promise<void> {
  const name = `${customer.code}_EMP_FULL_20261124T020000Z_001.csv`;
  await customer.client.put(content, `/in/employees/${name}`);
  await customer.client.end();
}

async function assertApplied(platform: Platform, customer: BenchCustomer, count: number): Promise<void> {
  const [done] = await read(
    platform,
    customer,
    (sql) => sql<{ state: string; created: number }[]>`
      select t.state, (select count(*) from payroll.employments e where e.environment_id = ${customer.environmentId}) as created
      from file_exchange.transfers t where t.environment_id = ${customer.environmentId}`,
  );
  if (done?.state !== 'applied' || done.created !== count)
    throw new Error(`the transfer is ${done?.state} with ${done?.created} of ${count} employees`);
}

/** The file in pieces of 1,000 rows, so that even the longest is never in memory as a whole. */
function* csvPieces(count: number): Generator<Buffer> {
  yield Buffer.from(csvLine(columns));
  for (let from = 0; from < count; from += 1000) {
    let piece = '';
    for (let n = from; n < Math.min(from + 1000, count); n++) {
      const row = empRowOf(generatePerson(1, n), 'KOW01');
      piece += csvLine(columns.map((column) => row[column] ?? ''));
    }
    yield Buffer.from(piece);
  }
}

async function copyRaw(owner: Database, file: string): Promise<void> {
  const definition = columns.map((one) => `${one} text`).join(', ');
  await owner.unsafe(`drop table if exists bench.raw; create table bench.raw (${definition})`);
  const stream = await owner.unsafe('copy bench.raw from stdin with (format csv, header true)').writable();
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), stream);
}

/** Imports a file of so many rows in a worker of its own, as the product does, and gives the most memory it held. */
async function importApart(
  t: TestDatabase,
  port: number,
  count: number,
): Promise<{ peakMb: number; importSeconds: number }> {
  const customer = await makeBenchCustomer(t.platform, port);
  await putFile(customer, Readable.from(csvPieces(count)));
  const worker = new URL('import-worker.ts', import.meta.url).pathname;
  let peakMb = 0;
  const importSeconds = await seconds(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      worker,
      t.ownerUrl,
      t.platform.config.server.dataDir,
    ]);
    peakMb = Number(stdout);
  });
  await assertApplied(t.platform, customer, count);
  return { peakMb, importSeconds };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const round2 = (figure: number) => Number(figure.toFixed(2));
