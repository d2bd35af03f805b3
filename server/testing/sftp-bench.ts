import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { createAccount, createExchange, registerKey } from '#modules/file-exchange/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { openSftpDoor, type SftpDoor } from '../doors/sftp/open-sftp-door.ts';
import { makeCustomer } from './factories.ts';
import { freshSshKey } from './ssh-key.ts';

interface ConnectAs {
  username?: string;
  privateKey?: string;
  port?: number;
  localAddress?: string;
}

/** An SFTP door with the account of one customer, who has the exchange `employees`. */
export interface SftpBench {
  door: SftpDoor;
  scope: { customerId: string; environmentId: string };
  accountId: string;
  userName: string;
  privateKey: string;
  /** A folder for the files of clients; `key` in it is the private key. */
  folder: string;
  /** Options for the commands sftp and scp. */
  sshOptions: string[];
  /** Connects as the account, or as somebody else. */
  connect(as?: ConnectAs): Promise<ssh2.Client>;
  transfers(): Promise<{ fileName: string; sha256: string; sizeBytes: number }[]>;
  events(): Promise<string[]>;
  close(): Promise<void>;
}

/** Makes a customer with an account, and opens a door for it. */
export async function openSftpBench(platform: Platform): Promise<SftpBench> {
  const made = await makeCustomer(platform);
  const scope = { customerId: made.customerId, environmentId: made.sandboxId };
  const keys = freshSshKey('bench');
  const { accountId, userName } = await transact(platform, scope, systemActor('test'), async (work) => {
    const account = await createAccount(work);
    await registerKey(work, { accountId: account.accountId, publicKey: keys.public, label: 'test' });
    await createExchange(work, { code: 'employees' });
    return account;
  });
  const door = await openSftpDoor(platform, { port: 0, host: '127.0.0.1' });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-sftp-'));
  await writeFile(join(folder, 'key'), keys.private, { mode: 0o600 });
  const options = ['StrictHostKeyChecking=no', 'BatchMode=yes', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  return {
    door,
    scope,
    accountId,
    userName,
    privateKey: keys.private,
    folder,
    sshOptions: [
      ...['-P', String(door.port), '-i', join(folder, 'key'), '-o', `UserKnownHostsFile=${folder}/known`],
      ...options.flatMap((option) => ['-o', option]),
    ],
    connect: (as = {}) =>
      new Promise((resolve, reject) => {
        const client = new ssh2.Client();
        client.on('error', reject);
        client.on('close', () => reject(new Error('the door ended the connection')));
        client.on('ready', () => resolve(client));
        const { username = userName, privateKey = keys.private, port = door.port } = as;
        const { localAddress } = as;
        client.connect({
          host: '127.0.0.1',
          port,
          username,
          privateKey,
          ...(localAddress === undefined ? {} : { localAddress }),
        });
      }),
    transfers: () =>
      read(
        platform,
        scope,
        (sql) => sql<{ fileName: string; sha256: string; sizeBytes: number }[]>`
        select file_name as "fileName", sha256, size_bytes as "sizeBytes" from file_exchange.transfers
        where environment_id = ${scope.environmentId} order by id`,
      ),
    events: () =>
      read(platform, scope, async (sql) => {
        const rows = await sql<{ type: string }[]>`
          select type from platform.events where stream_id = ${scope.environmentId} order by sequence`;
        return rows.map((row) => row.type);
      }),
    close: async () => {
      await door.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
