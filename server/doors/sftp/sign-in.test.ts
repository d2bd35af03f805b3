import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import type { SftpAccountView } from '#contract/file-exchange.ts';
import { showId } from '#contract/ids.ts';
import { createAccount, registerKey } from '#modules/file-exchange/index.ts';
import { systemActor } from '#platform/actor.ts';
import { transact, type Work } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { openSftpBench, type SftpBench } from '#testing/sftp-bench.ts';
import { freshSshKey } from '#testing/ssh-key.ts';
import { until } from '#testing/until.ts';
import { modules } from '../../wiring.ts';
import { openSftpDoor } from './open-sftp-door.ts';

let t: TestDatabase;
let bench: SftpBench;
let server: TestServer;

before(async () => {
  t = await openTestDatabase({ sftp: { maxConnectionsPerAccount: 3, neverBanned: ['127.0.0.2/32'] } });
  bench = await openSftpBench(t.platform);
  server = await testServer(t.platform, modules);
});
after(async () => {
  await server.close();
  await bench.close();
  await t.close();
});

const run = promisify(execFile);
const act = <T>(fn: (work: Work) => Promise<T>) => transact(t.platform, bench.scope, systemActor('test'), fn);

/** Another account of the same customer, as a colleague at the same address has it. */
async function colleague(): Promise<{ username: string; privateKey: string; accountId: string }> {
  const keys = freshSshKey('colleague');
  const { accountId, userName } = await act(async (work) => {
    const account = await createAccount(work);
    await registerKey(work, { accountId: account.accountId, publicKey: keys.public });
    return account;
  });
  return { username: userName, privateKey: keys.private, accountId };
}

async function fail(times: number, as: { username: string; localAddress?: string }): Promise<void> {
  const { private: privateKey } = freshSshKey('wrong');
  for (let n = 0; n < times; n++) await assert.rejects(bench.connect({ ...as, privateKey }));
}

async function accounts() {
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const path = `/api/customers/${showId('cus', bench.scope.customerId)}/environments/sandbox/files/accounts`;
  return ((await server.as(manager).get(path)).json() as { items: SftpAccountView[] }).items;
}

test('after 20 failed keys one account is banned from that address, on every node, until staff lift it', async () => {
  const one = await colleague();
  const other = await colleague();
  await fail(19, one);
  (await bench.connect(one)).end();
  await fail(20, one);
  await assert.rejects(bench.connect(one));
  const secondNode = await openSftpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  await assert.rejects(bench.connect({ ...one, port: secondNode.port }));
  await secondNode.close();
  (await bench.connect(other)).end();
  (await bench.connect()).end();

  const support = server.as(await makePerson(t.platform, { roles: ['support'] }));
  const { items } = (await support.get('/api/sftp-bans')).json() as {
    items: { id: string; address: string; userName: string }[];
  };
  const found = items.find((ban) => ban.userName === one.username);
  assert.equal(found?.address, '127.0.0.1');
  const mine = (await accounts()).find((account) => account.userName === one.username);
  const reasons = new Set(mine?.refusedSignIns.map((refused) => refused.reason));
  assert.deepEqual([...reasons].toSorted(), ['banned', 'unknown-key']);
  const developer = await makePerson(t.platform, {
    roles: ['developer'],
    customerId: bench.scope.customerId,
  });
  assert.equal((await server.as(developer).get('/api/sftp-bans')).statusCode, 403);
  assert.equal((await server.as(developer).delete(`/api/sftp-bans/${found?.id}`)).statusCode, 403);
  assert.equal((await support.delete(`/api/sftp-bans/${found?.id}`)).statusCode, 204);
  assert.equal((await support.delete(`/api/sftp-bans/${found?.id}`)).statusCode, 404);
  (await bench.connect(one)).end();
});

test('names that are no account are banned together, and no account with them', async () => {
  await fail(10, { username: 'nobody-here' });
  const support = server.as(await makePerson(t.platform, { roles: ['support'] }));
  const { items } = (await support.get('/api/sftp-bans')).json() as { items: { userName: string | null }[] };
  assert.ok(items.some((ban) => ban.userName === null));
  (await bench.connect()).end();
});

test('a ban ends after half an hour', async () => {
  const one = await colleague();
  await fail(20, one);
  await assert.rejects(bench.connect(one));
  t.platform.clock.set(t.platform.clock.now().add({ minutes: 31 }));
  (await bench.connect(one)).end();
});

const withAddresses = {
  skip: process.platform === 'linux' ? false : 'this machine has one loopback address',
};

test(
  'a ban holds for one address, and those that configuration names are never banned',
  withAddresses,
  async () => {
    const one = await colleague();
    await fail(20, one);
    await assert.rejects(bench.connect(one));
    (await bench.connect({ ...one, localAddress: '127.0.0.3' })).end();
    const allowed = { ...one, localAddress: '127.0.0.2' };
    await fail(21, allowed);
    (await bench.connect(allowed)).end();
  },
);

const withOpenSsh = { skip: existsSync('/usr/bin/sftp') ? false : 'OpenSSH is not installed' };

test(
  'a known key that signs with SHA-1 is no failure: its user reads why, and so does staff',
  withOpenSsh,
  async () => {
    const one = await colleague();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const parsed = ssh2.utils.parseKey(privateKey);
    assert.ok(!(parsed instanceof Error));
    const publicKey = `ssh-rsa ${parsed.getPublicSSH().toString('base64')}`;
    await act((work) => registerKey(work, { accountId: one.accountId, publicKey }));
    (await bench.connect({ username: one.username, privateKey })).end();

    const path = join(bench.folder, 'rsa');
    await writeFile(path, privateKey, { mode: 0o600 });
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=no',
      'PubkeyAcceptedAlgorithms=ssh-rsa',
      'IdentitiesOnly=yes',
    ];
    const args = [
      '-b',
      '/dev/null',
      '-P',
      String(bench.door.port),
      '-i',
      path,
      '-o',
      `UserKnownHostsFile=${path}-known`,
    ];
    for (const option of options) args.push('-o', option);
    for (let n = 0; n < 21; n++) {
      const said = await run('sftp', [...args, `${one.username}@127.0.0.1`]).catch(
        (error: { stderr: string }) => error.stderr,
      );
      if (n === 0) assert.match(String(said), /signs with ssh-rsa \(SHA-1\)/);
    }
    (await bench.connect({ username: one.username, privateKey })).end();
    const [refusal] =
      (await accounts()).find((account) => account.userName === one.username)?.refusedSignIns ?? [];
    assert.equal(refusal?.reason, 'algorithm');
    assert.equal(refusal?.address, '127.0.0.1');
  },
);

test('connections that do not sign in make room for the next one, and an account has its own bound', async () => {
  const idle: Socket[] = [];
  for (let n = 0; n < 40; n++) {
    const socket = connect(bench.door.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    idle.push(socket);
  }
  await until(() => idle.filter((socket) => socket.closed).length >= 20, { what: 'the oldest have ended' });
  const mine = await Promise.all([bench.connect(), bench.connect(), bench.connect()]);
  await assert.rejects(bench.connect());
  (await bench.connect(await colleague())).end();
  for (const client of mine) client.end();
  for (const socket of idle) socket.destroy();
  await until(() =>
    bench.connect().then(
      (client) => client.end(),
      () => undefined,
    ),
  );
});
