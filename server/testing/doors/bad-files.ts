import ssh2 from 'ssh2';
import { until } from '#testing/until.ts';
import { employeeFile } from '../../demonstration/robot/employee-file.ts';
import { code } from './open-doors.ts';

type Account = { host: string; port: number; username: string; privateKey: string };

/** An SFTP session of the customer's. */
export interface SftpClient {
  client: ssh2.Client;
  sftp: ssh2.SFTPWrapper;
  put(path: string, bytes: Buffer): Promise<void>;
  get(path: string): Promise<Buffer>;
  list(path: string): Promise<string[]>;
  end(): void;
}

/** Signs in and opens the subsystem. */
export function openSftp(account: Account): Promise<SftpClient> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () =>
      client.sftp((error, sftp) => {
        if (error) return reject(error);
        resolve({
          client,
          sftp,
          put: (path, bytes) => call((done) => sftp.writeFile(path, bytes, done)),
          get: (path) => call<Buffer>((done) => sftp.readFile(path, done)),
          list: async (path) =>
            (await call<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(path, done))).map(
              (one) => one.filename,
            ),
          end: () => client.end(),
        });
      }),
    );
    client.connect({ ...account, readyTimeout: 10_000 });
  });
}

/** Turns a callback of ssh2 into a promise. */
export function call<T>(
  start: (done: (error: Error | null | undefined, value?: T) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) =>
    start((error, value) => (error ? reject(error) : resolve(value as T))),
  );
}

/** An acknowledgement with the error file beside it. */
export interface Ack {
  status: string;
  codes: Record<string, number>;
  rows: { read: number; accepted: number; rejected: number };
  errorFile: string | null;
  errors: string;
  text: string;
}

/** Waits for the answer to a file and fetches it. */
export async function ackOf(client: SftpClient, name: string): Promise<Ack> {
  const stem = name.replace(/\.csv$/, '');
  const found = await until(
    async () => {
      const names = await client.list('/out/ack');
      const name = names.find((one) => one.startsWith(stem) && one.endsWith('.ack.json'));
      // Looking all the time would slow down what is waited for.
      if (name === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
      return name;
    },
    { what: `${name} is acknowledged`, deadlineMs: 30_000 },
  );
  const text = (await client.get(`/out/ack/${found}`)).toString('utf8');
  const ack = JSON.parse(text) as Ack;
  const errors =
    ack.errorFile === null ? '' : (await client.get(`/out/ack/${ack.errorFile}`)).toString('utf8');
  return { ...ack, errors, text };
}

let number = 0;
/** A name as the rules want it; each one is younger than the one before. */
export function fileName(mode: 'FULL' | 'DELTA', customer = code): string {
  number += 1;
  const at = Temporal.Instant.from('2026-11-01T00:00:00Z').add({ seconds: number });
  return `${customer}_EMP_${mode}_${at.toString().replaceAll(/[-:]/g, '')}_${String(number).padStart(3, '0')}.csv`;
}

const rows = 20;
const good = (change?: (row: Record<string, string>, index: number) => void) => employeeFile(0, rows, change);
/** Good rows that no file has held before, so that it is no duplicate. */
const fresh = (word: string) =>
  Buffer.from(
    good((row) => {
      row['position_title'] = `Never loaded: ${word}`;
    }),
  );
const lines = () => good().trimEnd().split('\r\n');

/** A file the door must refuse as a whole, and the code it names. */
export interface BadFile {
  what: string;
  code: string;
  name?: string;
  bytes(): Buffer;
}

/** What no row of may reach the records. The limit on rows is set to 60 for these. */
export const badFiles: BadFile[] = [
  {
    what: 'a header that lacks a required column',
    code: 'header-missing-column',
    bytes: () => Buffer.from(good().replace('employee_number', 'staff_number')),
  },
  {
    what: 'a header that names a column twice',
    code: 'header-duplicate-column',
    bytes: () => Buffer.from(good().replace('middle_names', 'first_name')),
  },
  {
    what: 'a header with another delimiter',
    code: 'header-delimiter',
    bytes: () => Buffer.from(good().replaceAll(',', ';')),
  },
  {
    what: 'UTF-16 with its mark',
    code: 'encoding-utf16',
    bytes: () => Buffer.from(`\ufeff${good()}`, 'utf16le'),
  },
  { what: 'UTF-16 without its mark', code: 'encoding-utf16', bytes: () => Buffer.from(good(), 'utf16le') },
  {
    what: 'Windows-1252',
    code: 'encoding-not-utf8',
    bytes: () =>
      Buffer.from(
        good((row) => {
          row['last_name'] = 'Müller';
          row['res_city'] = 'Auckland';
        }),
        'latin1',
      ),
  },
  {
    what: 'check digits that are wrong in every row',
    code: 'too-many-errors',
    bytes: () =>
      Buffer.from(
        good((row) => {
          row['ird_number'] = '123456789';
          row['bank_account_1'] = '01-0902-0068389-99';
        }),
      ),
  },
  {
    what: 'keys that stand twice',
    code: 'duplicate-key',
    bytes: () => Buffer.from(`${[...lines(), ...lines().slice(1, 8)].join('\r\n')}\r\n`),
  },
  {
    what: 'a last line cut off in its middle',
    code: 'file-cut-off',
    bytes: () => Buffer.from(good().slice(0, -60)),
  },
  {
    what: 'a last line cut off within its last field',
    code: 'file-cut-off',
    bytes: () => Buffer.from(good().replaceAll('\r\n', ',a note\r\n').slice(0, -5)),
  },
  {
    what: 'a last line cut off within quotes',
    code: 'file-cut-off',
    bytes: () => Buffer.from(`${good()}KOW01,"999`),
  },
  { what: 'no bytes at all', code: 'file-empty', bytes: () => Buffer.alloc(0) },
  { what: 'a header and no rows', code: 'no-rows', bytes: () => Buffer.from(`${lines()[0]}\r\n`) },
  {
    what: 'more rows than the limit',
    code: 'too-many-rows',
    bytes: () => Buffer.from(employeeFile(0, 200)),
  },
  {
    what: 'NUL bytes',
    code: 'nul-byte',
    bytes: () =>
      Buffer.from(
        good((row) => {
          row['position_title'] = 'a\u0000b';
        }),
      ),
  },
  { what: 'a name out of order', code: 'file-name', name: 'employees.csv', bytes: () => fresh('name') },
  {
    what: 'the code of somebody else',
    code: 'file-customer',
    name: 'MANUKA_EMP_DELTA_20261101T000000Z_999.csv',
    bytes: () => fresh('customer'),
  },
];
