import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import type { Memory } from './memory.ts';
import { employeeFile } from './people.ts';
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

const kinds: Record<string, (count: number, serial: string) => { mode: 'FULL' | 'DELTA'; text: string }> = {
  full: (count) => ({ mode: 'FULL', text: employeeFile(0, count) }),
  delta: (count, serial) => ({
    mode: 'DELTA',
    text: employeeFile(0, count, (row) => {
      row['position_title'] = `${row['position_title']}, step ${serial}`;
    }),
  }),
  bad: (count) => ({
    mode: 'DELTA',
    text: employeeFile(0, count, (row, i) => {
      if (i % 2 === 0) row['ird_number'] = '123456789';
    }),
  }),
};

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
    await sftpClient(account(memory, input.user)).put(Buffer.from(input.content), input.path);
  },
  'get-probe': async (input: { user: string; path: string; sha256: string }, memory) => {
    const bytes = await sftpClient(account(memory, input.user)).get(input.path);
    if (createHash('sha256').update(bytes).digest('hex') !== input.sha256)
      throw new Error('the probe came with another checksum than announced');
  },
  'put-employees': async (
    input: { user: string; folder: string; kind: string; count: number; file?: string },
    memory,
  ) => {
    const client = sftpClient(account(memory, input.user));
    const slot = `file-${input.user}-${input.kind}`;
    let text: string | Buffer;
    let name: string;
    if (input.file !== undefined) {
      text = readFileSync(input.file);
      name = input.file.split('/').pop() ?? '';
    } else if (input.kind === 'duplicate') {
      text = memory.get('last-good-file');
      name = fileName(memory, 'DELTA');
    } else {
      const make = kinds[input.kind];
      if (make === undefined) throw new Error(`the robot makes no file of kind ${input.kind}`);
      const made = make(input.count, memory.find('file-number') ?? '0');
      text = made.text;
      name = fileName(memory, made.mode);
      if (input.kind === 'delta') memory.set('last-good-file', made.text);
    }
    // Put under another name and renamed when whole, as the naming rules ask for.
    const path = `/in/${input.folder}/${name}`;
    await client.put(Buffer.from(text), `${path}.part`, path);
    memory.set(slot, name);
    return { name, ...(await answerTo(client, name)) };
  },
};

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
