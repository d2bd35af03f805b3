import {
  createAccount,
  createExchange,
  csvLine,
  type Home,
  openHome,
  processPendingTransfers,
} from '#modules/file-exchange/index.ts';
import { createCompany, empColumns, empRowOf, generatePerson } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import type { TestDatabase } from './database.ts';
import { makeCustomer } from './factories.ts';

/** An acknowledgement, as far as tests look at it. */
export interface Ack {
  status: string;
  rows: { read: number; accepted: number; rejected: number };
  codes: Record<string, number>;
  effects: Record<string, number> | null;
  errorFile: string | null;
  nextStep: string;
}

/** The sandbox of a customer's own with the exchange `employees`: puts files there and reads what became of them. */
export interface FileHome {
  scope: { customerId: string; environmentId: string };
  /** The customer's code, with which names begin. */
  code: string;
  home: Home;
  /** A name of the default pattern; each one is younger than the one before. */
  fileName(mode?: 'FULL' | 'DELTA'): string;
  put(path: string, content: string | Buffer): Promise<void>;
  /** Puts a file, lets everything that waits be processed, and gives its answer. */
  send(content: string | Buffer, name?: string, folder?: string): Promise<{ ack: Ack; errors: string[] }>;
  answers(name: string): Promise<{ ack: Ack; errors: string[] }>;
  transferOf(name: string): Promise<string>;
  /** A decision on the bytes of a transfer as they are. */
  decision(transferId: string, reason: string): Promise<{ reason: string; sha256: string }>;
  count(table: string): Promise<number>;
  events(): Promise<{ type: string; data: Record<string, unknown> }[]>;
}

export const employeeColumns = empColumns.map((column) => column.name);

/** An EMP file of generated people, each row changed as wanted. */
export function employees(
  count: number,
  change: (row: Record<string, string>, index: number) => void = () => {},
  from = 0,
): string {
  const lines = [csvLine(employeeColumns)];
  for (let i = from; i < from + count; i++) {
    const row = empRowOf(generatePerson(7, i), 'KOW01');
    change(row, i - from);
    lines.push(csvLine(employeeColumns.map((column) => row[column] ?? '')));
  }
  return lines.join('');
}

/** Gives a customer, its own or the one named, an employer, an account and the exchange, and opens its home. */
export async function openFileHome(
  t: TestDatabase,
  of?: { customerId: string; sandboxId: string; code: string },
): Promise<FileHome> {
  const { customerId, sandboxId: environmentId, code } = of ?? (await makeCustomer(t.platform));
  const scope = { customerId, environmentId };
  const login = await transact(t.platform, scope, systemActor('test'), async (work) => {
    const { accountId, userName } = await createAccount(work);
    await createExchange(work, { code: 'employees' });
    await createCompany(work, scope, {
      code: 'KOW01',
      name: 'Kowhai',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    });
    return { ...scope, accountId, keyId: accountId, userName, publicKey: '', allowedAddresses: [] };
  });
  const home = openHome(t.platform, login);
  let serial = 0;
  const text = async (path: string) => {
    const file = (await home.find(path))?.file;
    return file && (await t.platform.objects.readBuffer(file.objectKey, 10_000_000)).toString('utf8');
  };
  const self: FileHome = {
    scope,
    code,
    home,
    fileName: (mode = 'DELTA') => {
      serial += 1;
      return `${code}_EMP_${mode}_20261124T020000Z_${String(serial).padStart(3, '0')}.csv`;
    },
    put: async (path, content) => {
      const writer = await t.platform.objects.create({ class: 'transfer', ...scope });
      await writer.write(Buffer.from(content as string));
      await home.receive(path, await writer.finish());
    },
    send: async (content, name = self.fileName(), folder = '/in/employees') => {
      await self.put(`${folder}/${name}`, content);
      while ((await processPendingTransfers(t.platform)) > 0);
      return self.answers(name);
    },
    answers: async (name) => {
      const stem = name.replace(/\.csv$/, '');
      const ack = JSON.parse((await text(`/out/ack/${stem}.ack.json`)) ?? 'null') as Ack;
      const errors = ack?.errorFile == null ? '' : ((await text(`/out/ack/${stem}.err.csv`)) ?? '');
      return { ack, errors: errors.split('\r\n').slice(1, -1) };
    },
    transferOf: (name) =>
      read(t.platform, scope, async (sql) => {
        const [row] = await sql<{ id: string }[]>`
          select id from file_exchange.transfers
          where environment_id = ${environmentId} and file_name = ${name}`;
        return row?.id ?? '';
      }),
    decision: (transferId, reason) =>
      read(t.platform, scope, async (sql) => {
        const [row] = await sql<{ sha256: string }[]>`
          select sha256 from file_exchange.transfers where environment_id = ${environmentId} and id = ${transferId}`;
        return { reason, sha256: row?.sha256 ?? '' };
      }),
    count: (table) =>
      read(t.platform, scope, async (sql) => {
        const [row] = await sql<{ n: number }[]>`
          select count(*)::int as n from ${sql(table)} where environment_id = ${environmentId}`;
        return row?.n ?? 0;
      }),
    events: () =>
      read(
        t.platform,
        scope,
        (sql) => sql<{ type: string; data: Record<string, unknown> }[]>`
          select type, data from platform.events
          where stream_id = ${environmentId} and type like 'transfer.%' order by sequence`,
      ),
  };
  return self;
}
