import { type Client, type Reach, Unavailable } from './client.ts';
import { ensureProgram } from './install.ts';
import { runCommand } from './run-command.ts';

const curl = (at: Reach, path: string, args: string[]) => ({
  program: 'curl',
  args: [
    ...['--silent', '--show-error', '--insecure', '--user', `${at.userName}:`, '--key', at.keyFile],
    ...args,
    `sftp://127.0.0.1:${at.port}${path}`,
  ],
});
// The oldest date form that curl has read at all times.
const dateOf = '13 Sep 2020 12:26:40 GMT';

/** curl, with the SFTP of libssh2. */
export const curlClient: Client = {
  name: 'curl',
  prepare: async () => {
    await ensureProgram('curl', 'curl');
    const about = await runCommand({ program: 'curl', args: ['--version'] });
    if (!/\bsftp\b/.test(about)) throw new Unavailable('this curl was built without SFTP');
  },
  put: (at, { local, remote }) => curl(at, remote, ['--upload-file', local]),
  get: (at, { local, remote }) => curl(at, remote, ['--output', local]),
  resumePut: (at, { local, remote }) => curl(at, remote, ['--continue-at', '-', '--upload-file', local]),
  resumeGet: (at, { local, remote }) => curl(at, remote, ['--continue-at', '-', '--output', local]),
  rename: (at, { from, to }) =>
    curl(at, '/in/', ['--output', '/dev/null', '--quote', `rename ${from} ${to}`]),
  append: (at, { local, remote }) => curl(at, remote, ['--append', '--upload-file', local]),
  putTimed: (at, { local, remote }) =>
    curl(at, remote, ['--upload-file', local, '--quote', `-mtime "${dateOf}" ${remote}`]),
  getTimed: (at, { local, remote }) => curl(at, remote, ['--remote-time', '--output', local]),
  putMany: (at, { local, remote }) =>
    curl(at, `${remote}/`, ['--upload-file', `${local}/many-[0000-0999].csv`]),
  getMany: (at, { local, remote }) =>
    curl(at, `${remote}/many-[0000-0999].csv`, ['--output', `${local}/many-#1.csv`]),
};
