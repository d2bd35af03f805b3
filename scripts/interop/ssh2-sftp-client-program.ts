import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import SftpClient from 'ssh2-sftp-client';

// What ssh2-sftp-client is tried with: see library-client.ts.

const [port, username, keyFile = '', verb = '', first = '', second = ''] = process.argv.slice(2);
const sftp = new SftpClient();
await sftp.connect({ host: '127.0.0.1', port: Number(port), username, privateKey: await readFile(keyFile) });
// It sends a packet in pieces; without this each of the many small requests waits for a delayed acknowledgement of TCP.
sftp.client.setNoDelay(true);

const verbs: Record<string, (first: string, second: string) => Promise<unknown>> = {
  put: (local, remote) => sftp.put(local, remote),
  get: (local, remote) => sftp.get(remote, local),
  'resume-put': async (local, remote) => {
    const start = (await sftp.stat(remote)).size;
    const writeStreamOptions = { flags: 'r+', start };
    await sftp.put(createReadStream(local, { start }), remote, { writeStreamOptions });
  },
  'resume-get': async (local, remote) => {
    const start = (await stat(local)).size;
    await sftp.get(remote, createWriteStream(local, { flags: 'a' }), { readStreamOptions: { start } });
  },
  rename: (from, to) => sftp.rename(from, to),
  append: (local, remote) => sftp.append(createReadStream(local), remote),
  'put-many': async (local, remote) => {
    for (const name of await readdir(local)) await sftp.put(join(local, name), `${remote}/${name}`);
  },
  'get-many': async (local, remote) => {
    for (const { name } of await sftp.list(remote))
      if (name.startsWith('many-')) await sftp.get(`${remote}/${name}`, join(local, name));
  },
};
const work = verbs[verb];
if (work === undefined) throw new Error(`there is no ${verb}`);
await work(first, second);
await sftp.end();
