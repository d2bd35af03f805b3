import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Client, ClientChannel } from 'ssh2';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { RawSftp } from '#testing/raw-sftp.ts';
import { openSftpBench, type SftpBench } from '#testing/sftp-bench.ts';

let t: TestDatabase;
let bench: SftpBench;

before(async () => {
  t = await openTestDatabase();
  bench = await openSftpBench(t.platform);
});
after(async () => {
  await bench.close();
  await t.close();
});

/** What a command or shell says and how it exits. */
function outcome(channel: ClientChannel): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  channel.resume();
  channel.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString();
  });
  return new Promise((resolve) => channel.on('close', (code: number | null) => resolve({ code, stderr })));
}

const opened = (start: (done: (error: Error | undefined, channel: ClientChannel) => void) => unknown) =>
  new Promise<ClientChannel>((resolve, reject) =>
    start((error, channel) => (error ? reject(error) : resolve(channel))),
  );

test('a command, a shell and the old scp protocol are refused at once, with the reason and exit status 1', async () => {
  const client = await bench.connect();
  for (const [channel, reason] of [
    [opened((done) => client.exec('scp -t /in/employees', done)), /old scp protocol .* use sftp/],
    [opened((done) => client.exec('id', done)), /Only SFTP .* no command/],
    [opened((done) => client.shell(done)), /Only SFTP .* connect with sftp/],
  ] as const) {
    const { code, stderr } = await outcome(await channel);
    assert.equal(code, 1);
    assert.match(stderr, reason);
  }
  client.end();
});

test("the user of OpenSSH's scp -O reads why it is refused", {
  skip: !existsSync('/usr/bin/scp'),
}, async () => {
  const target = `${bench.userName}@127.0.0.1:/in/employees/x.csv`;
  const args = ['-O', ...bench.sshOptions, `${bench.folder}/key`, target];
  await assert.rejects(
    promisify(execFile)('scp', args, { timeout: 10_000 }),
    (error: { stderr: string; code: number }) => {
      assert.match(error.stderr, /old scp protocol is not offered here/);
      return error.code !== 0;
    },
  );
});

test('every channel of a connection counts against its bound, used or not', async () => {
  const bare = await bench.connect();
  const results = await Promise.allSettled(Array.from({ length: 2_000 }, () => bareSession(bare)));
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 10);
  await assert.rejects(RawSftp.open(bare));
  bare.end();
  const used = await bench.connect();
  for (let round = 0; round < 25; round++) await (await RawSftp.open(used)).end();
  used.end();
});

/** Opens a session channel and starts nothing on it: what a subsystem of another name leaves behind. */
async function bareSession(client: Client): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    client.subsys('nothing', (error) => {
      if (error?.message.includes('Unable to start subsystem')) resolve();
      else reject(error);
    }),
  );
}
