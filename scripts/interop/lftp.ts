import type { Client, Reach } from './client.ts';
import { ensureProgram } from './install.ts';
import { sshOptions } from './openssh.ts';

const lftp = (at: Reach, line: string, more: string[] = []) => ({
  program: 'lftp',
  args: [
    '--norc',
    '-c',
    [
      'set cmd:fail-exit yes',
      'set net:max-retries 1',
      'set sftp:auto-confirm yes',
      `set sftp:connect-program "ssh -a -x ${sshOptions(at, more).join(' ')}"`,
      `open -u ${at.userName}, sftp://127.0.0.1:${at.port}`,
      line,
    ].join('; '),
  ],
});
const rekeyLimit = ['RekeyLimit=1M'];

/** lftp, which speaks SFTP itself over OpenSSH's ssh. */
export const lftpClient: Client = {
  name: 'lftp',
  prepare: async () => {
    await ensureProgram('ssh', 'openssh-client');
    await ensureProgram('lftp', 'lftp');
  },
  put: (at, { local, remote }) => lftp(at, `put ${local} -o ${remote}`),
  get: (at, { local, remote }) => lftp(at, `get ${remote} -o ${local}`),
  resumePut: (at, { local, remote }) => lftp(at, `put -c ${local} -o ${remote}`),
  resumeGet: (at, { local, remote }) => lftp(at, `get -c ${remote} -o ${local}`),
  rename: (at, { from, to }) => lftp(at, `mv ${from} ${to}`),
  putTimed: (at, { local, remote }) => lftp(at, `put ${local} -o ${remote}`),
  getTimed: (at, { local, remote }) => lftp(at, `get ${remote} -o ${local}`),
  putMany: (at, { local, remote }) => lftp(at, `mput -O ${remote} ${local}/many-*`),
  getMany: (at, { local, remote }) => lftp(at, `mget -O ${local} ${remote}/many-*`),
  putRekeying: (at, { local, remote }) => lftp(at, `put ${local} -o ${remote}`, rekeyLimit),
  getRekeying: (at, { local, remote }) => lftp(at, `get ${remote} -o ${local}`, rekeyLimit),
};
