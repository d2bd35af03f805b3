import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Copy, Reach } from './client.ts';
import { ensureProgram } from './install.ts';
import { runCommand } from './run-command.ts';

const ownKey = (at: Reach) => join(at.folder, 'key.ppk');
/** Host keys of doors by their port: PuTTY wants to be told which to believe. */
const hostKeys = new Map<string, string[]>();
let scripts = 0;

/** PuTTY's own key format, the door's host keys, and a saved session that exchanges keys anew after each megabyte. */
async function prepare(at: Reach): Promise<void> {
  await ensureProgram('psftp', 'putty-tools');
  await ensureProgram('puttygen', 'putty-tools');
  await ensureProgram('ssh-keyscan', 'openssh-client');
  await runCommand({ program: 'puttygen', args: [at.keyFile, '-O', 'private', '-o', ownKey(at)] });
  const scan = ['-p', String(at.port), '127.0.0.1'];
  const found = await runCommand({ program: 'ssh-keyscan', args: scan });
  const known = join(at.folder, 'host_keys');
  await writeFile(known, found.replaceAll(/^#.*\n/gm, ''));
  const printed = await runCommand({ program: 'ssh-keygen', args: ['-l', '-f', known] });
  hostKeys.set(at.folder, printed.match(/SHA256:\S+/g) ?? []);
  const sessions = join(at.folder, '.putty/sessions');
  await mkdir(sessions, { recursive: true });
  await writeFile(join(sessions, 'rekeying'), 'Protocol=ssh\nRekeyBytes=1M\n');
}

const options = (at: Reach, more: string[]) => [
  ...['-batch', ...more, '-P', String(at.port), '-i', ownKey(at)],
  ...(hostKeys.get(at.folder) ?? []).flatMap((key) => ['-hostkey', key]),
];
const rekeying = ['-load', 'rekeying'];

function batch(at: Reach, lines: string[], more: string[] = []) {
  const script = join(at.folder, `psftp-${scripts++}`);
  writeFileSync(script, `${lines.join('\n')}\n`);
  const args = [...options(at, more), '-b', script, `${at.userName}@127.0.0.1`];
  return { program: 'psftp', args, env: { HOME: at.folder } };
}

/** PuTTY's psftp. */
export const psftp: Client = {
  name: 'psftp',
  prepare,
  put: (at, { local, remote }) => batch(at, [`put ${local} ${remote}`]),
  get: (at, { local, remote }) => batch(at, [`get ${remote} ${local}`]),
  resumePut: (at, { local, remote }) => batch(at, [`reput ${local} ${remote}`]),
  resumeGet: (at, { local, remote }) => batch(at, [`reget ${remote} ${local}`]),
  rename: (at, { from, to }) => batch(at, [`mv ${from} ${to}`]),
  putMany: (at, { local, remote }) => batch(at, [`cd ${remote}`, `lcd ${local}`, 'mput many-*']),
  getMany: (at, { local, remote }) => batch(at, [`cd ${remote}`, `lcd ${local}`, 'mget many-*']),
  putRekeying: (at, { local, remote }) => batch(at, [`put ${local} ${remote}`], rekeying),
  getRekeying: (at, { local, remote }) => batch(at, [`get ${remote} ${local}`], rekeying),
};

const far = (at: Reach, path: string) => `${at.userName}@127.0.0.1:${path}`;
const copy = (at: Reach, from: string[], to: string, more: string[] = ['-sftp']) => ({
  program: 'pscp',
  args: [...options(at, more), ...from, to],
  env: { HOME: at.folder },
});
const send = (at: Reach, { local, remote }: Copy, more?: string[]) =>
  copy(at, [local], far(at, remote), more);
const fetch = (at: Reach, { local, remote }: Copy, more?: string[]) =>
  copy(at, [far(at, remote)], local, more);

/** PuTTY's pscp. */
export const pscp: Client = {
  name: 'pscp',
  prepare,
  put: (at, files) => send(at, files),
  get: (at, files) => fetch(at, files),
  putTimed: (at, files) => send(at, files, ['-sftp', '-p']),
  getTimed: (at, files) => fetch(at, files, ['-sftp', '-p']),
  putMany: (at, { local, names, remote }) =>
    copy(
      at,
      names.map((name) => join(local, name)),
      far(at, remote),
    ),
  getMany: (at, { local, remote }) => copy(at, [far(at, `${remote}/many-*`)], local, ['-sftp', '-unsafe']),
  putRekeying: (at, files) => send(at, files, ['-sftp', ...rekeying]),
  getRekeying: (at, files) => fetch(at, files, ['-sftp', ...rekeying]),
  putLegacy: (at, files) => send(at, files, ['-scp']),
};
