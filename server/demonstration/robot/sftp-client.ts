import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { crashesExpected } from '../call.ts';

const run = promisify(execFile);
const timeoutMs = 120_000;
const keepTryingMs = 60_000;

/** How to sign in; hostKeys are lines of known_hosts without the host. */
export interface Account {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  hostKeys: string;
}

/**
 * An SFTP client program, as the customer uses one. While the door is not there a command is tried again for a minute;
 * a connection that breaks off counts as that only where crashes are expected.
 */
export interface SftpClient {
  name: string;
  /** Puts bytes at a path, and then renames them when a second path is given. */
  put(bytes: Buffer, path: string, renameTo?: string): Promise<void>;
  get(path: string): Promise<Buffer>;
  list(path: string): Promise<string[]>;
}

const hasOpenSsh = spawnSync('sftp', ['-h'], { stdio: 'ignore' }).error === undefined;

/** OpenSSH's own sftp where the machine has it, else the client of ssh2. */
export function sftpClient(account: Account): SftpClient {
  return hasOpenSsh ? openSsh(account) : ssh2Client(account);
}

async function persist<T>(work: () => Promise<T>, isAway: (error: Error) => boolean): Promise<T> {
  const deadline = Date.now() + keepTryingMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error as Error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  }
}

const isAway = (error: Error) =>
  /refused/i.test(error.message) ||
  (crashesExpected() &&
    /reset|closed|timed out|kex_exchange|ECONN|Not connected|banner|Broken pipe|lost/i.test(error.message));

function openSsh(account: Account): SftpClient {
  const batch = (
    commands: (folder: string) => string[],
    after: (folder: string, output: string) => unknown,
  ) =>
    persist(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fairlead-robot-'));
      try {
        writeFileSync(join(folder, 'key'), account.privateKey, { mode: 0o600 });
        writeFileSync(
          join(folder, 'known_hosts'),
          `${account.hostKeys
            .split('\n')
            .map((key) => `[${account.host}]:${account.port} ${key}`)
            .join('\n')}\n`,
        );
        writeFileSync(join(folder, 'batch'), `${commands(folder).join('\n')}\n`);
        const { stdout } = await run(
          'sftp',
          [
            '-q',
            '-b',
            join(folder, 'batch'),
            '-P',
            String(account.port),
            '-i',
            join(folder, 'key'),
            '-o',
            `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
            '-o',
            'GlobalKnownHostsFile=/dev/null',
            '-o',
            'StrictHostKeyChecking=yes',
            '-o',
            'IdentitiesOnly=yes',
            '-o',
            'BatchMode=yes',
            '-o',
            'ConnectTimeout=10',
            '-F',
            '/dev/null',
            `${account.user}@${account.host}`,
          ],
          { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 },
        );
        return after(folder, stdout);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }, isAway);
  const quote = (path: string) => `"${path.replaceAll('"', '\\"')}"`;
  return {
    name: 'OpenSSH sftp',
    put: async (bytes, path, renameTo) => {
      await batch(
        (folder) => {
          writeFileSync(join(folder, 'content'), bytes);
          const commands = [`put ${quote(join(folder, 'content'))} ${quote(path)}`];
          if (renameTo !== undefined) commands.push(`rename ${quote(path)} ${quote(renameTo)}`);
          return commands;
        },
        () => undefined,
      );
    },
    get: async (path) =>
      (await batch(
        (folder) => [`get ${quote(path)} ${quote(join(folder, 'fetched'))}`],
        (folder) => readFileSync(join(folder, 'fetched')),
      )) as Buffer,
    list: async (path) =>
      (await batch(
        () => [`ls -1 ${quote(path)}`],
        (_folder, output) =>
          output
            .split('\n')
            .filter((line) => line !== '' && !line.startsWith('sftp>'))
            .map((line) => line.trim().split('/').pop() ?? ''),
      )) as string[],
  };
}

function ssh2Client(account: Account): SftpClient {
  const session = <T>(work: (sftp: ssh2.SFTPWrapper) => Promise<T>): Promise<T> =>
    persist(
      () =>
        new Promise<T>((resolve, reject) => {
          const client = new ssh2.Client();
          client.on('error', reject);
          client.on('ready', () => {
            client.setNoDelay(true);
            client.sftp((error, sftp) => {
              if (error) return reject(error);
              work(sftp)
                .then(resolve, reject)
                .finally(() => client.end());
            });
          });
          client.connect({
            host: account.host,
            port: account.port,
            username: account.user,
            privateKey: account.privateKey,
            readyTimeout: 10_000,
            hostVerifier: (key: Buffer) => account.hostKeys.includes(key.toString('base64')),
          });
        }),
      isAway,
    );
  const call = <T>(start: (done: (error: Error | null | undefined, value?: T) => void) => void) =>
    new Promise<T>((resolve, reject) =>
      start((error, value) => (error ? reject(error) : resolve(value as T))),
    );
  return {
    name: 'ssh2',
    put: (bytes, path, renameTo) =>
      session(async (sftp) => {
        await call((done) => sftp.writeFile(path, bytes, done));
        if (renameTo !== undefined) await call((done) => sftp.rename(path, renameTo, done));
      }),
    get: (path) => session((sftp) => call<Buffer>((done) => sftp.readFile(path, done))),
    list: (path) =>
      session(async (sftp) =>
        (await call<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(path, done))).map(
          (entry) => entry.filename,
        ),
      ),
  };
}
