import { execFile } from 'node:child_process';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
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
import { openSftpDoor } from '../server/doors/sftp/open-sftp-door.ts';
import { median } from './bench-database.ts';
import { clearAll, copyBack, copyOut, makeTwins } from './import-twins.ts';
import type { BenchOptions, BenchResult } from './run.ts';

const columns = Object.keys(empRowOf(generatePerson(1, 0), 'KOW01'));

/**
 * An EMP file put over SFTP, validated, versioned and applied, against COPY of the rows that result into identical
 * tables with their constraints, indexes and events. Interleaved rounds on empty tables, median of the ratios. Then
 * the memory that a file a hundred times as long takes, as a share of what the short one takes.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 500 : 100_000;
  const t = await openTestDatabase();
  const door = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  try {
    await makeTwins(t.owner);
    const rows: BenchResult['rows'] = [];
    const found: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const customer = await makeBenchCustomer(t.platform, door.port);
      const ours = await seconds(() => importFile(t.platform, customer, count));
      const tables = await copyOut(t.owner, customer.environmentId);
      const copy = await seconds(() => copyBack(t.owner, tables));
      const raw = await seconds(() => copyRaw(t.owner, count));
      await clearAll(t.owner);
      found.push(copy / ours);
      rows.push({
        rows: count,
        'SFTP, validate, version, apply s': round2(ours),
        'COPY of the resulting rows s': round2(copy),
        'COPY of the raw rows s': round2(raw),
        ratio: round2(copy / ours),
      });
    }
    const short = await peakMb(t, door.port, quick ? 500 : 10_000);
    await clearAll(t.owner);
    const long = await peakMb(t, door.port, quick ? 1_000 : 1_000_000);
    rows.push(
      { rows: 'peak MB, short file', ratio: round2(short) },
      { rows: 'peak MB, long file', ratio: round2(long) },
    );
    return {
      ratios: { import: round2(median(found)), memory: round2(short / long) },
      targets: { import: 0.4, memory: 0.6 },
      rows,
    };
  } finally {
    await door.close();
    await t.close();
  }
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
  const keys = freshKeys();
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
  return { code: made.code, ...scope, client };
}

/** Some pairs that the library generates it can't read itself. */
function freshKeys(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

async function importFile(platform: Platform, customer: BenchCustomer, count: number): Promise<void> {
  await putFile(customer, count);
  while ((await processPendingTransfers(platform)) > 0);
  await assertApplied(platform, customer, count);
}

async function putFile(customer: BenchCustomer, count: number): Promise<void> {
  const name = `${customer.code}_EMP_FULL_20261124T020000Z_001.csv`;
  await customer.client.put(Readable.from(csvPieces(count)), `/in/employees/${name}`);
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

async function copyRaw(owner: Database, count: number): Promise<void> {
  const definition = columns.map((one) => `${one} text`).join(', ');
  await owner.unsafe(`drop table if exists bench.raw; create table bench.raw (${definition})`);
  const stream = await owner.unsafe('copy bench.raw from stdin with (format csv, header true)').writable();
  await new Promise<void>((resolve, reject) => {
    stream.on('finish', resolve);
    Readable.from(csvPieces(count)).on('error', reject).pipe(stream).on('error', reject);
  });
}

/** The most memory that a worker of its own holds while it imports a file of so many rows. */
async function peakMb(t: TestDatabase, port: number, count: number): Promise<number> {
  const customer = await makeBenchCustomer(t.platform, port);
  await putFile(customer, count);
  const worker = new URL('import-worker.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    worker,
    t.ownerUrl,
    t.platform.config.server.dataDir,
  ]);
  await assertApplied(t.platform, customer, count);
  return Number(stdout);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const round2 = (figure: number) => Number(figure.toFixed(2));
