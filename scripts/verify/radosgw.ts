import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../server/testing/until.ts';

/** Ceph's S3 server on this machine, on a cluster of one monitor and one store in memory. */
export interface Radosgw {
  /** What FAIRLEAD_TEST_S3 names it by: the section `objects` of a configuration, as JSON. */
  settings: string;
  stop(): Promise<void>;
}

const upMs = 60_000;

/** Starts one; undefined where Debian's packages radosgw, ceph-mon and ceph-osd are not installed. */
export async function startRadosgw(): Promise<Radosgw | undefined> {
  try {
    for (const program of ['ceph-mon', 'ceph-osd', 'radosgw']) execFileSync(program, ['--version']);
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-radosgw-'));
  for (const one of ['mon', 'osd', 'rgw']) mkdirSync(join(folder, one));
  const [monitor, http] = [await freePort(), await freePort()];
  const [cluster, store] = [randomUUID(), randomUUID()];
  writeFileSync(join(folder, 'ceph.conf'), configuration(folder, cluster, monitor));
  const keyring = join(folder, 'keyring');
  const at = ['-c', join(folder, 'ceph.conf')];
  const ceph = (program: string, ...args: string[]) =>
    execFileSync(program, args, { timeout: upMs, stdio: ['ignore', 'pipe', 'pipe'] });
  const daemon = (program: string, ...args: string[]) =>
    spawn(program, [...at, ...args, '-f'], { stdio: 'ignore' });
  ceph('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'];
  ceph('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', ...all);
  const own = ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'];
  ceph('ceph-authtool', keyring, '--gen-key', '-n', 'osd.0', ...own);
  const map = join(folder, 'monmap');
  ceph('monmaptool', '--create', '--fsid', cluster, '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, map);
  ceph('ceph-mon', ...at, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
  const daemons = [daemon('ceph-mon', '-i', 'a')];
  const stop = async () => {
    const ended = daemons.map((one) => new Promise((done) => one.once('close', done)));
    for (const one of daemons) one.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    ceph('ceph', ...at, 'osd', 'new', store);
    ceph('ceph', ...at, 'auth', 'import', '-i', keyring);
    ceph('ceph-osd', ...at, '-i', '0', '--mkfs', '--osd-uuid', store);
    daemons.push(daemon('ceph-osd', '-i', '0'));
    daemons.push(
      daemon('radosgw', '-n', 'client.admin', '--rgw-frontends', `beast endpoint=127.0.0.1:${http}`),
    );
    const endpoint = `http://127.0.0.1:${http}`;
    await until(
      () =>
        fetch(endpoint).then(
          (reply) => reply.ok,
          () => false,
        ),
      { deadlineMs: upMs, what: 'radosgw answers' },
    );
    const [accessKey, secretKey] = ['FAIRLEAD', randomUUID()];
    const keys = ['--access-key', accessKey, '--secret-key', secretKey];
    ceph(
      'radosgw-admin',
      ...at,
      'user',
      'create',
      '--uid',
      'fairlead',
      '--display-name',
      'Fairlead',
      ...keys,
    );
    const settings = { kind: 's3', endpoint, bucket: 'fairlead', accessKey, secretKey, forcePathStyle: true };
    return { settings: JSON.stringify(settings), stop };
  } catch (error) {
    console.log(readFileSync(join(folder, 'ceph.conf'), 'utf8'));
    await stop();
    throw error;
  }
}

function configuration(folder: string, cluster: string, monitor: number): string {
  return `[global]
fsid = ${cluster}
mon host = [v2:127.0.0.1:${monitor}]
public addr = 127.0.0.1
ms bind msgr1 = false
keyring = ${folder}/keyring
run dir = ${folder}
log file = ${folder}/$name.log
admin socket = ${folder}/$name.$pid.asok
pid file = ${folder}/$name.pid
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
mon data avail crit = 1
mon allow pool size one = true
osd objectstore = memstore
memstore device bytes = 2147483648
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
