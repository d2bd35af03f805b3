import type { Client, Reach } from './client.ts';
import { ensureProgram } from './install.ts';

const rclone = (at: Reach, args: string[]) => ({
  program: 'rclone',
  args: [
    ...['--config', '', '--retries', '1', '--low-level-retries', '1', '--sftp-host', '127.0.0.1'],
    ...['--sftp-port', String(at.port), '--sftp-user', at.userName, '--sftp-key-file', at.keyFile],
    ...args,
  ],
});

/** rclone, which uses the SFTP of Go and sets the time of each file that it puts. */
export const rcloneClient: Client = {
  name: 'rclone',
  prepare: () => ensureProgram('rclone', 'rclone'),
  put: (at, { local, remote }) => rclone(at, ['copyto', '--ignore-times', local, `:sftp:${remote}`]),
  get: (at, { local, remote }) => rclone(at, ['copyto', '--ignore-times', `:sftp:${remote}`, local]),
  rename: (at, { from, to }) => rclone(at, ['moveto', `:sftp:${from}`, `:sftp:${to}`]),
  putTimed: (at, { local, remote }) => rclone(at, ['copyto', local, `:sftp:${remote}`]),
  getTimed: (at, { local, remote }) => rclone(at, ['copyto', `:sftp:${remote}`, local]),
  putMany: (at, { local, remote }) => rclone(at, ['copy', local, `:sftp:${remote}`]),
  getMany: (at, { local, remote }) => rclone(at, ['copy', '--include', 'many-*', `:sftp:${remote}`, local]),
};
