import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import ssh2 from 'ssh2';
import { crashesExpected } from '../call.ts';
import { fileOf } from './employee-file.ts';
import { peopleOf } from './hr-system.ts';
import type { Memory } from './memory.ts';
import { type Account, sftpClient } from './sftp-client.ts';
import type { Task } from './tasks.ts';

/** The customer's account in an environment; its key never leaves the robot. */
function account(memory: Memory, user: string): Account {
  const { host, port } = JSON.parse(memory.get('sftp')) as { host: string; port: number };
  return {
    host,
    port,
    user,
    privateKey: memory.get('ssh-private'),
    hostKeys: memory.find('ssh-host-keys') ?? '',
  };
}

function fileName(memory: Memory, mode: 'FULL' | 'DELTA'): string {
  const number = Number(memory.find('file-number') ?? 0) + 1;
  memory.set('file-number', String(number));
  const stamp = Temporal.Now.instant().round('second').toString().replaceAll(/[-:]/g, '');
  return `KOWHAI_EMP_${mode}_${stamp}_${String(number % 1000).padStart(3, '0')}.csv`;
}

interface Made {
  name: string;
  bytes: Buffer;
}

/** What an acknowledgement may say of a file of each kind. */
const rightAnswers: Record<string, string[]> = {
  full: ['accepted', 'held'],
  delta: ['accepted'],
  bad: ['rejected'],
  duplicate: ['duplicate'],
  given: ['accepted'],
};

function makeFile(memory: Memory, input: { kind: string; count: number; file?: string }): Made {
  const { kind, count, file } = input;
  if (file !== undefined) return { name: basename(file), bytes: readFileSync(file) };
  if (kind === 'duplicate')
    return { name: fileName(memory, 'DELTA'), bytes: Buffer.from(memory.get('last-good-file')) };
  const name = fileName(memory, kind === 'full' ? 'FULL' : 'DELTA');
  const text = fileOf(peopleOf(memory, count), (row, i) => {
    if (kind === 'delta') row['position_title'] += `, step ${memory.get('file-number')}`;
    if (kind === 'bad' && i % 2 === 0) row['ird_number'] = '123456789';
  });
  if (kind === 'delta') memory.set('last-good-file', text);
  return { name, bytes: Buffer.from(text) };
}

/** Which files were answered for good: by their names where they were given, else by their kinds. */
function answered(memory: Memory, environment: string): string[] {
  return JSON.parse(memory.find(`answered-${environment}`) ?? '[]');
}

/** Notes that these bytes are sent now; whether they were sent before. */
function noteSent(memory: Memory, hash: string): boolean {
  const sent: string[] = JSON.parse(memory.find('sent-files') ?? '[]');
  if (sent.includes(hash)) return true;
  memory.set('sent-files', JSON.stringify([...sent, hash]));
  return false;
}

/** About one key in 500 that ssh2 makes cannot be read again; such a one is made anew. */
function makeKeyPair(): { public: string; private: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'kowhai-hr' });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** Files over SFTP, from the customer's side. */
export const fileTasks: Record<string, Task> = {
  'make-ssh-key': async (_input: object, memory) => {
    if (memory.find('ssh-private') === undefined) {
      const pair = makeKeyPair();
      memory.set('ssh-public', pair.public);
      memory.set('ssh-private', pair.private);
    }
    return { publicKey: memory.get('ssh-public') };
  },
  'trust-host': async (input: { hostKeys: string[] }, memory) => {
    memory.set('ssh-host-keys', input.hostKeys.join('\n'));
  },
  'log-in': async (input: { user: string }, memory) => {
    const client = sftpClient(account(memory, input.user));
    return { client: client.name, folders: await client.list('/') };
  },
  'wander-off': async (input: { user: string }, memory) => {
    const client = sftpClient(account(memory, input.user));
    return {
      refused: await client.get('/../../etc/passwd').then(
        () => false,
        () => true,
      ),
    };
  },
  'put-probe': async (input: { user: string; path: string; content: string }, memory) => {
    await upload(
      memory,
      input.user,
      { name: basename(input.path), bytes: Buffer.from(input.content) },
      input.path,
    );
  },
  'fetch-file': async (input: { user: string; path: string; sha256: string }, memory) => {
    const bytes = await sftpClient(account(memory, input.user)).get(input.path);
    assert.equal(sha256(bytes), input.sha256, `${input.path} came with another checksum than announced`);
  },
  'put-employees': async (
    input: { environment: string; user: string; folder: string; kind: string; count: number; file?: string },
    memory,
  ) => {
    const made = makeFile(memory, input);
    const sentBefore = noteSent(memory, sha256(made.bytes));
    // Put under another name and renamed when whole, as the naming rules ask for.
    const path = `/in/${input.folder}/${made.name}`;
    await upload(memory, input.user, made, `${path}.part`, path);
    const answer = await answerTo(sftpClient(account(memory, input.user)), made.name);
    // What was put before, by an earlier run or because an answer was lost, is a duplicate of itself.
    const again = sentBefore || crashesExpected();
    const right = [...(rightAnswers[input.kind] ?? []), ...(again ? ['duplicate'] : [])];
    const { status, rows } = answer.ack;
    assert.ok(right.includes(status), `${made.name} was answered ${status}, not ${right.join(' or ')}`);
    if (status === 'rejected') assert.ok(answer.errors > 0, `${made.name} has no error file`);
    if (status === 'accepted') assert.equal(rows.rejected, 0, `rows of ${made.name} were refused`);
    if (status !== 'held') {
      const slot = input.file === undefined ? input.kind : made.name;
      const before = answered(memory, input.environment).filter((one) => one !== slot);
      memory.set(`answered-${input.environment}`, JSON.stringify([...before, slot]));
    }
    return { name: made.name, ...answer };
  },
  'answered-files': async (input: { environment: string }, memory) => answered(memory, input.environment),
};

/** Puts bytes, renamed at the end where a second path is given, and notes that the door said OK. */
async function upload(
  memory: Memory,
  user: string,
  { name, bytes }: Made,
  path: string,
  renameTo?: string,
): Promise<void> {
  await sftpClient(account(memory, user)).put(bytes, path, renameTo);
  memory.acknowledge({ kind: 'file', user, name, sha256: sha256(bytes) });
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Waits for the acknowledgement of a file in /out/ack and reads it, with the error file when there is one. */
async function answerTo(client: ReturnType<typeof sftpClient>, name: string) {
  const deadline = Date.now() + 600_000;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 1.5, 1_000)) {
    const names = await client.list('/out/ack').catch(() => [] as string[]);
    const ack = names.find((one) => one.startsWith(name.replace(/\.csv$/, '')) && one.endsWith('.ack.json'));
    if (ack !== undefined) {
      const errors = names.find(
        (one) => one.startsWith(name.replace(/\.csv$/, '')) && one.endsWith('.err.csv'),
      );
      return {
        ack: JSON.parse((await client.get(`/out/ack/${ack}`)).toString('utf8')),
        errors:
          errors === undefined
            ? 0
            : (await client.get(`/out/ack/${errors}`)).toString('utf8').trimEnd().split('\n').length - 1,
      };
    }
    if (Date.now() > deadline) throw new Error(`no acknowledgement of ${name} came`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
