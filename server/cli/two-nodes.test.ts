import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import SftpClient from 'ssh2-sftp-client';
import { createAccount, createExchange, registerKey } from '#modules/file-exchange/index.ts';
import { createCompany } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { type EstimateBench, openEstimateBench } from '#testing/estimate-bench.ts';
import { makeCustomer } from '#testing/factories.ts';
import { employees } from '#testing/file-home.ts';
import { openS3Store, type S3Store } from '#testing/s3-store.ts';
import { freshSshKey } from '#testing/ssh-key.ts';
import { until } from '#testing/until.ts';
import { portsFrom } from './ports.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fairlead-nodes-'));
const helpdesk = 'helpdesk@payroll.example';
const startMs = 60_000;

interface Node {
  process: ChildProcess;
  http: number;
  sftp: number;
  smtp: number;
  said(): string;
}

let s3: S3Store;
let bench: EstimateBench;
let nodes: Node[];
before(async () => {
  s3 = await openS3Store();
  bench = await openEstimateBench({ objects: s3.settings });
  nodes = [await startNode('one'), await startNode('two')];
  for (const node of nodes)
    await until(
      async () => {
        if (node.process.exitCode !== null) throw new Error(node.said());
        return fetch(`http://127.0.0.1:${node.http}/readyz`).then(
          (reply) => reply.ok,
          () => false,
        );
      },
      { deadlineMs: startMs },
    );
});
after(async () => {
  for (const node of nodes ?? []) node.process.kill('SIGKILL');
  await bench.close();
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a node in production with a data folder of its own; all share the database and the S3 store. */
async function startNode(name: string, change: Record<string, string> = {}): Promise<Node> {
  const ports = await portsFrom(0);
  const args = ['serve', '--no-console', '--port', String(ports.http)];
  return { ...run(args, name, ports.http, change), ...ports };
}

function run(args: string[], name: string, http: number, change: Record<string, string>) {
  const objects = Object.entries(s3.settings).map(([key, value]) => [
    `FAIRLEAD_OBJECTS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
    String(value),
  ]);
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      ...process.env,
      DATABASE_URL: bench.t.ownerUrl,
      FAIRLEAD_SERVER_DATA_DIR: join(folder, name),
      FAIRLEAD_SERVER_PUBLIC_URL: `http://localhost:${http}`,
      FAIRLEAD_SECRETS_MASTER_KEY: bench.t.platform.config.secrets.masterKey.reveal(),
      FAIRLEAD_HTTP_TRUSTED_PROXIES: 'none',
      FAIRLEAD_DESK_HELPDESK_ADDRESS: helpdesk,
      FAIRLEAD_MAIL_TRANSPORT: 'relay',
      FAIRLEAD_MAIL_FROM: 'Fairlead <no-reply@payroll.example>',
      FAIRLEAD_MAIL_RELAY_URL: 'smtp://localhost:9',
      FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES: '',
      ...Object.fromEntries(objects),
      ...change,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  return { process: child, said: () => text };
}

test('ten mails to the door of each node all become readable', async () => {
  for (const [at, { smtp }] of nodes.entries()) {
    const transport = createTransport({ host: '127.0.0.1', port: smtp, secure: false, ignoreTLS: true });
    for (let i = 0; i < 10; i++)
      await transport.sendMail({
        from: `stranger-${at}-${i}@elsewhere.example`,
        to: helpdesk,
        subject: `Question ${at}-${i}`,
        text: `The words of ${at}-${i}, āēīōū.`,
      });
    transport.close();
  }
  const { db } = bench.t.platform;
  await until(
    async () => {
      const rows = await db`select 1 from desk.inbox where state = 'processed'`;
      return rows.length === 20;
    },
    { deadlineMs: 120_000, what: 'all mails went through the rules' },
  );
  const held = await db<{ reason: string; words: string }[]>`
    select reason, content->>'text' as words from desk.held_mails`;
  const readable = held.filter(({ reason, words }) => reason !== 'unparseable' && /āēīōū/.test(words));
  assert.equal(readable.length, 20);
});

test('a file put to either node is processed, and its answer is fetched from the other', async () => {
  const { platform } = bench.t;
  const { customerId, sandboxId: environmentId, code } = await makeCustomer(platform);
  const scope = { customerId, environmentId };
  const keys = freshSshKey('nodes');
  const userName = await transact(platform, scope, systemActor('test'), async (work) => {
    const account = await createAccount(work);
    await registerKey(work, { accountId: account.accountId, publicKey: keys.public, label: 'test' });
    await createExchange(work, { code: 'employees' });
    const company = { code: 'KOW01', name: 'Kowhai', timeZone: 'Pacific/Auckland', country: 'NZ' } as const;
    await createCompany(work, scope, company);
    return account.userName;
  });
  const connected = async (at: number) => {
    const client = new SftpClient();
    await client.connect({
      host: '127.0.0.1',
      port: nodes[at]?.sftp ?? 0,
      username: userName,
      privateKey: keys.private,
    });
    return client;
  };
  const clients = [await connected(0), await connected(1)];
  for (const [at, client] of clients.entries()) {
    const stem = `${code}_EMP_DELTA_20261124T020000Z_00${at + 1}`;
    const bytes = Buffer.from(
      employees(3, (row) => {
        row['position_title'] = `Told to node ${at + 1}`;
      }),
    );
    await client.put(bytes, `/in/employees/${stem}.csv`);
    const state = await until(
      async () => {
        const [row] = await read(
          platform,
          scope,
          (sql) => sql<{ state: string }[]>`
            select state from file_exchange.transfers
            where environment_id = ${environmentId} and file_name = ${`${stem}.csv`}`,
        );
        return ['received', 'checking', 'applying'].includes(row?.state ?? 'received') ? false : row?.state;
      },
      { deadlineMs: 90_000, what: 'the file is processed' },
    );
    assert.equal(state, 'applied');
    const other = clients[1 - at];
    assert.ok(other);
    const ack = JSON.parse(String(await other.get(`/out/ack/${stem}.ack.json`)));
    assert.equal(ack.status, 'accepted');
    assert.ok(bytes.equals((await other.get(`/archive/${stem}.csv`)) as Buffer));
  }
  await Promise.all(clients.map((client) => client.end()));
});

test('a PDF that was sent is read on every node, the same', async () => {
  const { token } = await bench.sent();
  const read = async ({ http }: Node) => {
    const reply = await fetch(`http://127.0.0.1:${http}/api/sign-off/${token}/pdf`);
    assert.equal(reply.status, 200);
    return Buffer.from(await reply.arrayBuffer());
  };
  const [one, two] = await Promise.all(nodes.map(read));
  assert.ok(one !== undefined && two !== undefined);
  assert.equal(one.subarray(0, 5).toString(), '%PDF-');
  assert.ok(one.equals(two));
});

test('data keys are rotated while both nodes serve; the master key only while none does', async () => {
  const { token } = await bench.sent();
  const pdf = async ({ http }: Node) =>
    Buffer.from(
      await (await fetch(`http://127.0.0.1:${http}/api/sign-off/${token}/pdf`)).arrayBuffer(),
    ).toString('base64');
  const before = await Promise.all(nodes.map(pdf));
  const rotate = async (change: Record<string, string>) => {
    const { process, said } = run(['rotate-keys'], 'operator', 4400, change);
    return { code: await new Promise((done) => process.once('close', done)), said: said() };
  };
  const rotated = await rotate({});
  assert.equal(rotated.code, 0, rotated.said);
  assert.match(rotated.said, /data keys retired, [1-9]\d* objects encrypted anew/);
  assert.deepEqual(await Promise.all(nodes.map(pdf)), before);
  const refused = await rotate({
    FAIRLEAD_SECRETS_PREVIOUS_MASTER_KEY: bench.t.platform.config.secrets.masterKey.reveal(),
    FAIRLEAD_SECRETS_MASTER_KEY: randomBytes(32).toString('base64'),
  });
  assert.equal(refused.code, 1);
  assert.match(refused.said, /Stop all of Fairlead while the master key is changed/);
});

test('a node with a folder of its own is refused, and says why and what to do', async () => {
  const node = await startNode('three', { FAIRLEAD_OBJECTS_KIND: 'local' });
  const code = await new Promise((done) => node.process.once('close', done));
  assert.equal(code, 1);
  assert.match(
    node.said(),
    /files of this database are in an object store .* that is not here: the folder .*three/,
  );
  assert.match(node.said(), /All nodes share one/);
  assert.doesNotMatch(node.said(), /\n\s+at /);
});
