import { join } from 'node:path';
import type { Client, Copy, Reach } from './client.ts';
import { ensureProgram } from './install.ts';

/** Options for sftp, scp and ssh of OpenSSH, without the port. */
export function sshOptions({ keyFile, folder }: Reach, more: string[] = []): string[] {
  const options = [
    'StrictHostKeyChecking=no',
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'LogLevel=ERROR',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    ...more,
  ];
  return ['-i', keyFile, ...options.flatMap((option) => ['-o', option])];
}

const rekeyLimit = ['RekeyLimit=1M'];
const prepare = () => ensureProgram('sftp', 'openssh-client');

const batch = (at: Reach, lines: string[], more: string[] = []) => ({
  program: 'sftp',
  args: ['-b', '-', ...sshOptions(at, more), '-P', String(at.port), `${at.userName}@127.0.0.1`],
  input: `${lines.join('\n')}\n`,
});

/** OpenSSH's sftp. */
export const sftp: Client = {
  name: 'sftp',
  prepare,
  put: (at, { local, remote }) => batch(at, [`put ${local} ${remote}`]),
  get: (at, { local, remote }) => batch(at, [`get ${remote} ${local}`]),
  resumePut: (at, { local, remote }) => batch(at, [`reput ${local} ${remote}`]),
  resumeGet: (at, { local, remote }) => batch(at, [`reget ${remote} ${local}`]),
  rename: (at, { from, to }) => batch(at, [`rename ${from} ${to}`]),
  putTimed: (at, { local, remote }) => batch(at, [`put -p ${local} ${remote}`]),
  getTimed: (at, { local, remote }) => batch(at, [`get -p ${remote} ${local}`]),
  putMany: (at, { local, remote }) => batch(at, [`cd ${remote}`, `mput ${local}/many-*`]),
  getMany: (at, { local, remote }) => batch(at, [`lcd ${local}`, `mget ${remote}/many-*`]),
  putRekeying: (at, { local, remote }) => batch(at, [`put ${local} ${remote}`], rekeyLimit),
  getRekeying: (at, { local, remote }) => batch(at, [`get ${remote} ${local}`], rekeyLimit),
};

const far = (at: Reach, path: string) => `${at.userName}@127.0.0.1:${path}`;
const copy = (at: Reach, from: string[], to: string, flags: string[] = [], more: string[] = []) => ({
  program: 'scp',
  args: [...flags, ...sshOptions(at, more), '-P', String(at.port), ...from, to],
});
const send = (at: Reach, { local, remote }: Copy, flags?: string[], more?: string[]) =>
  copy(at, [local], far(at, remote), flags, more);
const fetch = (at: Reach, { local, remote }: Copy, flags?: string[], more?: string[]) =>
  copy(at, [far(at, remote)], local, flags, more);

/** OpenSSH's scp, which has used SFTP since its version 9. */
export const scp: Client = {
  name: 'scp',
  prepare,
  put: (at, files) => send(at, files),
  get: (at, files) => fetch(at, files),
  putTimed: (at, files) => send(at, files, ['-p']),
  getTimed: (at, files) => fetch(at, files, ['-p']),
  putMany: (at, { local, names, remote }) =>
    copy(
      at,
      names.map((name) => join(local, name)),
      far(at, remote),
    ),
  getMany: (at, { local, remote }) => copy(at, [far(at, `${remote}/many-*`)], local),
  putRekeying: (at, files) => send(at, files, [], rekeyLimit),
  getRekeying: (at, files) => fetch(at, files, [], rekeyLimit),
  putLegacy: (at, files) => send(at, files, ['-O']),
};
